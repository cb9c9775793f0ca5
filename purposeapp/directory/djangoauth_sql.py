"""The two recursive statements of the Django directory, for SQLite and PostgreSQL alike.

UNION (not UNION ALL) ends them where nestings or composites form a loop. Parameters: `user` (primary key), `tenant` (slug).
"""

from django.contrib.auth.models import Group, User

from purposeapp.models import GroupNesting, Role

TABLES = {
    "membership": User.groups.through._meta.db_table,
    "auth_group": Group._meta.db_table,
    "nesting": GroupNesting._meta.db_table,
    "role": Role._meta.db_table,
    "role_user": Role.users.through._meta.db_table,
    "role_group": Role.groups.through._meta.db_table,
    "composite": Role.composites.through._meta.db_table,
}

LINEAGE = """
    WITH RECURSIVE lineage (id) AS (
        SELECT group_id FROM {membership} WHERE user_id = %(user)s
        UNION
        SELECT nesting.parent_id FROM lineage JOIN {nesting} nesting ON nesting.group_id = lineage.id
    )"""

GROUPS = (
    LINEAGE  # noqa: S608 (table names of our own models)
    + """
    SELECT
        auth_group.id, auth_group.name, nesting.parent_id,
        EXISTS (
            SELECT 1 FROM {membership} membership
            WHERE membership.user_id = %(user)s AND membership.group_id = auth_group.id
        ) AS direct
    FROM lineage
    JOIN {auth_group} auth_group ON auth_group.id = lineage.id
    LEFT JOIN {nesting} nesting ON nesting.group_id = lineage.id
    ORDER BY auth_group.name
"""
).format(**TABLES)
"""The user's groups and all their ancestors: (id, name, parent's id or null, whether a direct membership)."""

EDGES = (
    LINEAGE  # noqa: S608 (table names of our own models)
    + """,
    entry (kind, source, role) AS (
        SELECT 'user', '', role.id
        FROM {role_user} held
        JOIN {role} role ON role.id = held.role_id AND role.tenant = %(tenant)s
        WHERE held.user_id = %(user)s
        UNION ALL
        SELECT 'user', '', role.id FROM {role} role WHERE role.tenant = %(tenant)s AND role.is_default
        UNION ALL
        SELECT 'group', CAST(role_group.group_id AS varchar(36)), role.id
        FROM lineage
        JOIN {role_group} role_group ON role_group.group_id = lineage.id
        JOIN {role} role ON role.id = role_group.role_id AND role.tenant = %(tenant)s
    ),
    edge (kind, source, role) AS (
        SELECT CAST(kind AS varchar(36)), CAST(source AS varchar(36)), role FROM entry
        UNION
        SELECT CAST('role' AS varchar(36)), CAST(part.from_role_id AS varchar(36)), part.to_role_id
        FROM edge
        JOIN {composite} part ON part.from_role_id = edge.role
        JOIN {role} role ON role.id = part.to_role_id AND role.tenant = %(tenant)s
    )
    SELECT kind, source, role FROM edge ORDER BY kind, source, role
"""
).format(**TABLES)
"""Every edge that leads to a role of the tenant: (`user`|`group`|`role`, id of the group or role it starts at, role)."""
