"""Who is asking: a bearer token's text becomes `Claims`, or an error. No framework, no directory, no rights.

verify.py      trusted issuers, and all that must hold      jwks.py        an issuer's keys, and for how long they hold
compact.py     the text of a token, read strictly           published.py   what an issuer publishes
claims.py      what a token says, rightly typed             fetch.py       one bounded HTTP GET
keys.py        which keys may verify, and how               issuer.py      tokens of our own
"""
