-- An account on PostgreSQL, and a database of the same name that is its own; docs/workspaces.md says
-- when. psql's variable `name` says what it is called, and NEW_PASSWORD in the environment has its
-- password. It needs psql 15. Whoever runs it may create accounts and databases and, unless a
-- superuser, is a member of the account afterwards. Again it changes nothing but the password.
\set ON_ERROR_STOP on
\set password ''
\getenv password NEW_PASSWORD
SELECT :'password' = '' AS is_missing \gset
\if :is_missing
DO $$ BEGIN RAISE 'NEW_PASSWORD is empty'; END $$;
\endif
SELECT format('CREATE ROLE %I', :'name')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" LOGIN PASSWORD :'password';
SELECT format('GRANT %I TO CURRENT_USER', :'name')
 WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
