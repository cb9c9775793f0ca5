"""The directory in Keycloak's own PostgreSQL tables, read-only and without a call to Keycloak.

sql.py        the statements about one person, and the tables and columns that all statements use
realm_sql.py  the statements about a whole realm
pool.py       connections on which nothing waits longer than its deadline
person.py members.py rows.py    rows → Person, Realm and Members, and what they have in common
directory.py  KeycloakDirectory: the port on top of these
tail.py tail_sql.py             KeycloakTail: what is new in a realm
inspect.py    for operators: are the tables as expected, and can the database role do no more than read
"""

from purposeapp.directory.keycloak.directory import KeycloakDirectory
from purposeapp.directory.keycloak.inspect import inspect_role, inspect_schema
from purposeapp.directory.keycloak.pool import KeycloakPool, connect
from purposeapp.directory.keycloak.tail import KeycloakTail

__all__ = [
    "KeycloakDirectory",
    "KeycloakPool",
    "KeycloakTail",
    "connect",
    "inspect_role",
    "inspect_schema",
]
