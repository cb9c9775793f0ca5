"""`manage.py access`: the questions of the API at a terminal, and access tests.

source      what is asked: a tenant as it is, or an exported one      actor      who asks, for the audit trail
options     what all questions have in common                          names      from a name to a guid
answer      JSON, lines of JSON or text                                 table, harmless   text for terminals
listing, explain, who, compare, simulate, findings, testing, exporting, policies    one question each
export      a tenant in a file                                          expect     access tests: reading, running, reporting
"""
