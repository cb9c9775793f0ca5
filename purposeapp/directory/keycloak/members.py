"""The rows of realm_sql.py, made into a Realm and its Members."""

from collections.abc import Mapping
from typing import Any

from psycopg.rows import TupleRow

from purposeapp.directory.keycloak.rows import by_first, path_of, roles_of
from purposeapp.domain.model import Group
from purposeapp.domain.realm import Member, Realm


def realm_of(row: Mapping[str, Any]) -> Realm:
    """The realm of the one row of `STRUCTURE`. Edges to roles of other realms lead nowhere and are left out."""
    groups = {id_: (name, parent) for id_, name, parent in row["groups"] or ()}
    roles = roles_of(row)
    return Realm(
        groups={id_: Group(id_, name, path_of(id_, groups)) for id_, (name, _) in groups.items()},
        roles=roles,
        parents={id_: parent for id_, (_, parent) in groups.items() if parent in groups},
        group_roles=by_first(pair for pair in row["group_roles"] or () if pair[1] in roles),
        composites=by_first(pair for pair in row["composites"] or () if pair[1] in roles),
        default_roles=tuple(sorted(row["default_roles"] or ())),
    )


def member_of(row: TupleRow) -> Member:
    """The member of one row of `MEMBERS`, or of `sql.MEMBER_BY_…`."""
    id_, username, enabled, groups, roles, attributes = row
    return Member(id_, username, enabled, tuple(groups or ()), tuple(roles or ()), by_first(attributes))
