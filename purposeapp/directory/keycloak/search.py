"""Finding the users of a realm by the beginning of a name.

Keycloak has no index for this and we may make none: the statement reads usernames in the order of their index until it has
enough, at worst all of the realm once (100,000 users: some tens of milliseconds).
"""

from collections.abc import Iterable
from typing import Any, Final, LiteralString

from purposeapp.domain.finding import Found, user_found

USERS: Final[LiteralString] = """
SELECT u.username, u.first_name, u.last_name, u.email, u.enabled
FROM (SELECT id FROM realm WHERE name = %(realm)s) home
LEFT JOIN LATERAL (
    SELECT username, first_name, last_name, email, enabled
    FROM user_entity
    WHERE realm_id = home.id AND username IS NOT NULL AND (
        username LIKE %(prefix)s
        OR lower(concat_ws(' ', first_name, last_name)) LIKE %(prefix)s
        OR lower(last_name) LIKE %(prefix)s
        OR lower(email) LIKE %(prefix)s)
    ORDER BY username
    LIMIT %(limit)s) u ON true
"""
"""Parameters `realm`, `prefix` (a pattern, see `begins_with`), `limit`. No row: no such realm.

One row of nulls: nobody is called so.
"""


def begins_with(prefix: str) -> str:
    """The LIKE pattern of that prefix, in lower case, with what LIKE would take for a pattern made harmless."""
    literal = prefix.lower()
    for special in "\\%_":
        literal = literal.replace(special, f"\\{special}")
    return f"{literal}%"


def found_in(rows: Iterable[tuple[Any, ...]]) -> list[Found]:
    return [
        user_found(username, first, last, email, enabled=enabled)
        for username, first, last, email, enabled in rows
        if username is not None
    ]
