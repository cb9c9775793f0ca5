"""The one statement by which changes in Keycloak are followed.

It takes the realm's admin events of the last while, and how many rows were ever written to the tables that an answer is
made of, as PostgreSQL counts them for all realms together. Both are looks into an index, or into memory.
"""

from typing import Final

from purposeapp.directory.keycloak import sql

COUNTED_TABLES: Final = tuple(table for table in sql.USED_COLUMNS if table != "realm")
"""What Keycloak writes to when something changes for somebody."""

_COUNTERS: Final = """
SELECT home.admin_events_enabled, clock.now,
       (SELECT sum(pg_stat_get_tuples_inserted(t) + pg_stat_get_tuples_updated(t) + pg_stat_get_tuples_deleted(t))::bigint
        FROM unnest(%(tables)s::text[]) name CROSS JOIN LATERAL (SELECT to_regclass(name) AS t) known)"""

_EVENTS: Final = """,
       (SELECT json_agg(json_build_array(id, coalesce(resource_type, ''), coalesce(resource_path, ''))) FROM (
            SELECT id, resource_type, resource_path FROM admin_event_entity
            WHERE realm_id = home.id AND error IS NULL
            AND admin_event_time >= least(%(asked_at)s::bigint, clock.now) - %(window)s
            LIMIT %(limit)s) event),
       (SELECT sum(events.number)::bigint
        FROM realm CROSS JOIN LATERAL (
            SELECT count(*) AS number FROM (
                SELECT FROM admin_event_entity
                WHERE realm_id = realm.id AND admin_event_time >= clock.now - %(explained)s
                LIMIT %(limit)s) first_ones OFFSET 0) events)"""

_HOME: Final = """
FROM realm home
CROSS JOIN (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now) clock
WHERE home.name = %(realm)s"""

CHANGES: Final = _COUNTERS + _EVENTS + _HOME
"""One row: whether the realm keeps admin events; the server's time (ms); rows ever written to `tables`; the events from
`window` ms before `asked_at` (or now) on, as lists of id, type and path, at most `limit` and in no order; and the number
of events of all realms in the last `explained` ms."""

CHANGES_WITHOUT_EVENTS: Final = _COUNTERS + ", NULL, 0" + _HOME
"""The same for a role that may not read the events."""
