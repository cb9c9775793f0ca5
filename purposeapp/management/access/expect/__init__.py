"""Access tests: what should be so, written down in YAML (docs/access-tests.md), and whether it is.

model     what a file says                  nodes, reading    from YAML to that, with lines for what is wrong
naming    from names to what they mean      running           whether it is so      junit    for build servers
"""
