-- The databases of a PostgreSQL that serves both Keycloak and this service. Idempotent; run by psql as superuser:
-- by the native services on every start, by the container image when it first makes its cluster.
-- Environment: KEYCLOAK_DB_PASSWORD, PURPOSEAPP_DB_PASSWORD.
\set ON_ERROR_STOP on
\getenv keycloak_password KEYCLOAK_DB_PASSWORD
\getenv purposeapp_password PURPOSEAPP_DB_PASSWORD

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['keycloak', 'purposeapp']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE keycloak PASSWORD :'keycloak_password';
-- Test runs make and drop a database of their own.
ALTER ROLE purposeapp CREATEDB PASSWORD :'purposeapp_password';

SELECT format('CREATE DATABASE %1$I OWNER %1$I', name)
FROM unnest(ARRAY['keycloak', 'purposeapp']) AS name
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec

-- By default everybody may connect to every database and make temporary tables there.
REVOKE ALL ON DATABASE keycloak, purposeapp FROM PUBLIC;
