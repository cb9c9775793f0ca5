"""The statements about one person, and about the tables themselves (read in Keycloak 26.7; `realm.default_role` came
with 13, `keycloak_group.type` with 26).

A person is one statement and one row of JSON. It hands over edges, not paths: paths multiply with every composite,
edges are at most the realm's own rows. UNION (not UNION ALL) ends the recursion where composites form a cycle.
Groups and `roles` are of the realm asked about only; an edge to a role that is not in `roles` leads nowhere.

PostgreSQL cannot know how far a recursion goes, guesses a hundred times too far, and would then read the tables of
groups and roles, of all realms, from end to end. LATERAL … OFFSET 0 leaves it only one look into an index for each row.

A member, for who knows the structure of the realm already, is a tenth of that work: no recursion, one row of columns.
"""

from collections.abc import Mapping
from typing import Final, LiteralString

_PERSON_HEAD: Final = """
WITH RECURSIVE home AS (
    SELECT id, default_role FROM realm WHERE name = %(realm)s
), who AS (
    SELECT u.id, u.username, u.enabled
    FROM home JOIN user_entity u ON u.realm_id = home.id
    WHERE """

_PERSON_TAIL: Final = """
), member_group AS (
    -- Type 0 is the realm's own groups; organizations keep theirs in the same table.
    SELECT g.id, g.name, g.parent_group
    FROM home CROSS JOIN who
    JOIN user_group_membership m ON m.user_id = who.id
    JOIN keycloak_group g ON g.id = m.group_id AND g.realm_id = home.id AND g.type = 0
), lineage AS (
    SELECT id, name, parent_group FROM member_group
    UNION
    SELECT parent.id, parent.name, parent.parent_group
    FROM home CROSS JOIN lineage CROSS JOIN LATERAL (
        SELECT g.id, g.name, g.parent_group FROM keycloak_group g
        WHERE g.id = lineage.parent_group AND g.realm_id = home.id OFFSET 0) parent
), user_role AS (
    SELECT m.role_id FROM who JOIN user_role_mapping m ON m.user_id = who.id
), group_role AS (
    SELECT lineage.id AS group_id, m.role_id
    FROM lineage CROSS JOIN LATERAL (
        SELECT role_id FROM group_role_mapping WHERE group_id = lineage.id OFFSET 0) m
), held AS (
    SELECT role_id FROM user_role UNION SELECT role_id FROM group_role
    UNION
    SELECT inside.child_role
    FROM held CROSS JOIN LATERAL (
        SELECT child_role FROM composite_role WHERE composite = held.role_id OFFSET 0) inside
)
SELECT CASE WHEN who.id IS NOT NULL THEN json_build_object(
    'id', who.id,
    'username', who.username,
    'enabled', who.enabled,
    'attributes', (
        SELECT json_agg(json_build_array(a.name, coalesce(a.long_value, a.value)) ORDER BY a.name, a.value)
        FROM user_attribute a
        WHERE a.user_id = who.id AND coalesce(a.long_value, a.value) IS NOT NULL),
    'memberships', (SELECT json_agg(id) FROM member_group),
    'groups', (SELECT json_agg(json_build_array(id, name, parent_group)) FROM lineage),
    'user_roles', (SELECT json_agg(role_id) FROM user_role),
    'group_roles', (SELECT json_agg(json_build_array(group_id, role_id)) FROM group_role),
    'composites', (
        SELECT json_agg(json_build_array(held.role_id, inside.child_role))
        FROM held CROSS JOIN LATERAL (
            SELECT child_role FROM composite_role WHERE composite = held.role_id OFFSET 0) inside),
    'roles', (
        SELECT json_agg(json_build_array(r.id, r.name, r.description, r.client_role))
        FROM held CROSS JOIN LATERAL (
            SELECT id, name, description, client_role FROM keycloak_role
            WHERE id = held.role_id AND realm_id = home.id OFFSET 0) r),
    'role_attributes', (
        SELECT json_agg(json_build_array(held.role_id, a.name, a.value) ORDER BY a.name, a.value)
        FROM held CROSS JOIN LATERAL (
            SELECT name, value FROM role_attribute
            WHERE role_id = held.role_id AND value IS NOT NULL OFFSET 0) a),
    'default_roles', (
        SELECT json_agg(r.name)
        FROM composite_role c JOIN keycloak_role r ON r.id = c.child_role
        WHERE c.composite = home.default_role AND r.realm_id = home.id AND NOT r.client_role)
) END
FROM home LEFT JOIN who ON true
"""

PERSON_BY_USERNAME: Final[LiteralString] = _PERSON_HEAD + "u.username = %(key)s" + _PERSON_TAIL
"""Parameters `realm` (its name) and `key`. No row: no such realm. One row of null: nobody of that name."""

PERSON_BY_ID: Final[LiteralString] = _PERSON_HEAD + "u.id = %(key)s" + _PERSON_TAIL

_MEMBER_HEAD: Final = """
SELECT u.id, u.username, u.enabled,
    ARRAY(
        SELECT m.group_id FROM user_group_membership m CROSS JOIN LATERAL (
            SELECT FROM keycloak_group g
            WHERE g.id = m.group_id AND g.realm_id = home.id AND g.type = 0 OFFSET 0) own
        WHERE m.user_id = u.id),
    ARRAY(
        SELECT m.role_id FROM user_role_mapping m CROSS JOIN LATERAL (
            SELECT FROM keycloak_role r WHERE r.id = m.role_id AND r.realm_id = home.id OFFSET 0) own
        WHERE m.user_id = u.id),
    (
        SELECT json_agg(json_build_array(a.name, coalesce(a.long_value, a.value)) ORDER BY a.name, a.value)
        FROM user_attribute a
        WHERE a.user_id = u.id AND a.name = ANY(%(attributes)s) AND coalesce(a.long_value, a.value) IS NOT NULL)
FROM realm home LEFT JOIN user_entity u ON u.realm_id = home.id AND """

_MEMBER_TAIL: Final = " WHERE home.name = %(realm)s"

MEMBER_BY_USERNAME: Final[LiteralString] = _MEMBER_HEAD + "u.username = %(key)s" + _MEMBER_TAIL
"""Parameters `realm`, `key`, `attributes` (names). No row: no such realm. One row of nulls (and empty lists): nobody."""

MEMBER_BY_ID: Final[LiteralString] = _MEMBER_HEAD + "u.id = %(key)s" + _MEMBER_TAIL

REALM: Final = "SELECT 1 FROM realm WHERE name = %(realm)s"

USED_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "realm": ("id", "name", "default_role"),
    "user_entity": ("id", "username", "enabled", "realm_id", "first_name", "last_name", "email"),
    "user_attribute": ("user_id", "name", "value", "long_value"),
    "user_group_membership": ("user_id", "group_id"),
    "keycloak_group": ("id", "name", "parent_group", "realm_id", "type"),
    "group_role_mapping": ("group_id", "role_id"),
    "user_role_mapping": ("user_id", "role_id"),
    "composite_role": ("composite", "child_role"),
    "keycloak_role": ("id", "name", "description", "client_role", "realm_id"),
    "role_attribute": ("role_id", "name", "value"),
}
"""What the statements above read; anything else in Keycloak's database is none of our business."""

COLUMNS: Final = """
SELECT needed.table_name, needed.column_name, t.oid IS NOT NULL, c.attnum IS NOT NULL,
       coalesce(has_column_privilege(t.oid, c.attnum, 'SELECT'), false)
FROM unnest(%(tables)s::text[], %(columns)s::text[]) AS needed(table_name, column_name)
LEFT JOIN pg_class t ON t.oid = to_regclass(needed.table_name)
LEFT JOIN pg_attribute c ON c.attrelid = t.oid AND c.attname = needed.column_name AND NOT c.attisdropped
"""
"""One row for each column: table, column, is the table there, is the column there, may we read it."""

WRITABLE_TABLES: Final = """
SELECT table_name FROM unnest(%(tables)s::text[]) AS needed(table_name)
WHERE has_table_privilege(to_regclass(table_name), 'INSERT, UPDATE, DELETE, TRUNCATE')
"""

ROLE_SETTINGS: Final = """
SELECT current_user,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
       current_setting('default_transaction_read_only') = 'on',
       current_setting('statement_timeout') <> '0',
       current_setting('jit') = 'off'
"""
