"""The statements that read a whole realm: its structure at once, its users in chunks. They use what sql.py uses.

Each is one statement of bounded work, so that it needs no cursor and no transaction, and PgBouncer may carry it.
"""

from typing import Final

STRUCTURE: Final = """
WITH home AS (
    SELECT id, default_role FROM realm WHERE name = %(realm)s
), own_group AS (
    -- Type 0 is the realm's own groups; organizations keep theirs in the same table.
    SELECT g.id, g.name, g.parent_group FROM home JOIN keycloak_group g ON g.realm_id = home.id AND g.type = 0
), own_role AS (
    SELECT r.id, r.name, r.description, r.client_role FROM home JOIN keycloak_role r ON r.realm_id = home.id
)
SELECT json_build_object(
    'groups', (SELECT json_agg(json_build_array(id, name, parent_group)) FROM own_group),
    'roles', (SELECT json_agg(json_build_array(id, name, description, client_role)) FROM own_role),
    'role_attributes', (
        SELECT json_agg(json_build_array(a.role_id, a.name, a.value) ORDER BY a.name, a.value)
        FROM own_role JOIN role_attribute a ON a.role_id = own_role.id WHERE a.value IS NOT NULL),
    'group_roles', (
        SELECT json_agg(json_build_array(m.group_id, m.role_id))
        FROM own_group JOIN group_role_mapping m ON m.group_id = own_group.id),
    'composites', (
        SELECT json_agg(json_build_array(c.composite, c.child_role))
        FROM own_role JOIN composite_role c ON c.composite = own_role.id),
    'default_roles', (
        SELECT json_agg(own_role.name)
        FROM composite_role c JOIN own_role ON own_role.id = c.child_role
        WHERE c.composite = home.default_role AND NOT own_role.client_role)
)
FROM home
"""
"""Parameter `realm` (its name). No row: no such realm. Mappings may name roles of other realms, which `roles` has not."""

MEMBERS: Final = """
WITH home AS (
    SELECT id FROM realm WHERE name = %(realm)s
), who AS (
    SELECT u.id, u.username, u.enabled
    FROM home JOIN user_entity u ON u.realm_id = home.id
    WHERE u.username COLLATE "C" > %(after)s
    ORDER BY u.username COLLATE "C" LIMIT %(limit)s
)
SELECT who.id, who.username, who.enabled, groups.ids, roles.ids, attributes.pairs
FROM home LEFT JOIN who ON true
LEFT JOIN LATERAL (
    -- A FILTER tests what one user has; as a join it is planned for all users, and takes five times as long.
    SELECT array_agg(m.group_id) FILTER (WHERE m.group_id IN (
        SELECT id FROM keycloak_group WHERE realm_id = (SELECT id FROM home) AND type = 0)) AS ids
    FROM user_group_membership m WHERE m.user_id = who.id
) groups ON true
LEFT JOIN LATERAL (
    SELECT array_agg(m.role_id) FILTER (WHERE m.role_id IN (
        SELECT id FROM keycloak_role WHERE realm_id = (SELECT id FROM home))) AS ids
    FROM user_role_mapping m WHERE m.user_id = who.id
) roles ON true
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_array(a.name, coalesce(a.long_value, a.value)) ORDER BY a.name, a.value) AS pairs
    FROM user_attribute a
    WHERE a.user_id = who.id AND a.name = ANY(%(attributes)s) AND coalesce(a.long_value, a.value) IS NOT NULL
) attributes ON true
ORDER BY who.username COLLATE "C"
"""
"""Parameters `realm`, `after` (a username), `limit`, `attributes` (names). No row: no such realm. One row of nulls: nobody.

The database's own order of names may be any, so each chunk passes over all names of the realm: some thirty milliseconds
for each hundred thousand of them.
"""

COUNT: Final = """
SELECT count(u.id) FROM realm LEFT JOIN user_entity u ON u.realm_id = realm.id
WHERE realm.name = %(realm)s GROUP BY realm.id
"""
"""Parameter `realm`. No row: no such realm."""
