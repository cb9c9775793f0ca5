-- The role by which this service reads Keycloak's database: SELECT on the tables below, and nothing else.
-- Secrets stay out of reach: credentials, clients' secrets and sessions live in other tables.
-- Run by psql in Keycloak's database, as its owner's superior, once Keycloak has made its tables. Idempotent, and
-- atomic: a reader that is connected never meets a moment without its rights.
-- Environment: KEYCLOAK_READER_PASSWORD.
\set ON_ERROR_STOP on
\getenv reader_password KEYCLOAK_READER_PASSWORD

BEGIN;

SELECT 'CREATE ROLE keycloak_reader LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'keycloak_reader') \gexec

ALTER ROLE keycloak_reader PASSWORD :'reader_password';

-- A default of the role, not a wall (the session may change it): the wall is that only SELECT is granted.
ALTER ROLE keycloak_reader SET default_transaction_read_only = on;
ALTER ROLE keycloak_reader SET statement_timeout = '1s';
-- Compiling the recursive statement takes a hundred times as long as running it.
ALTER ROLE keycloak_reader SET jit = off;

SELECT format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO keycloak_reader', current_database()) \gexec
GRANT USAGE ON SCHEMA public TO keycloak_reader;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM keycloak_reader;
GRANT SELECT ON
    user_entity, user_attribute,
    user_group_membership, user_role_mapping,
    keycloak_group, group_role_mapping,
    keycloak_role, role_attribute, composite_role,
    realm, admin_event_entity
TO keycloak_reader;

COMMIT;
