-- Creates one service's database and its three roles, or brings them into this shape; running it again changes nothing.
--
--   SERVICE=cohort OWNER_PASSWORD=… APP_PASSWORD=… RELAY_PASSWORD=… psql -f infra/postgres/roles.sql postgresql://…/postgres
--
-- For psql 14 or newer, as a superuser or a role that may create roles and databases. Values come from the environment,
-- so that no password is seen in a list of processes. What each role may do with the tables is granted by migrations.

\set ON_ERROR_STOP on
\set QUIET on
\getenv service SERVICE
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
\getenv relay_password RELAY_PASSWORD
\set owner :service '_owner'
\set app :service '_app'
\set relay :service '_relay'

set client_min_messages = warning;
set password_encryption = 'scram-sha-256';

-- Attributes are named only when a role is made: altering them, even to what they are, takes a superuser.
select format('create role %I login nosuperuser nocreatedb nocreaterole noreplication nobypassrls', name)
from unnest(array[:'owner', :'app', :'relay']) as name
where not exists (select from pg_roles where rolname = name) \gexec

select format('grant %I to current_user', :'owner')
where not (select rolsuper from pg_roles where rolname = current_user) \gexec

alter role :"owner" login password :'owner_password';
alter role :"app" login password :'app_password';
alter role :"relay" login password :'relay_password';

select exists (
  select from pg_roles where rolname in (:'owner', :'app', :'relay') and (rolsuper or rolbypassrls)
) as privileged \gset
\if :privileged
  do $$ begin raise 'A role of this service is a superuser or has BYPASSRLS: row security would not hold it'; end $$;
\endif

select format('create database %I owner %I template template0 encoding %L', :'service', :'owner', 'UTF8')
where not exists (select from pg_database where datname = :'service') \gexec

revoke all on database :"service" from public;
grant connect, temporary on database :"service" to :"app"; -- COPY goes to temporary tables
grant connect on database :"service" to :"relay";

\connect :"service"

set client_min_messages = warning;
alter schema public owner to :"owner";
revoke all on schema public from public;
grant usage on schema public to :"app", :"relay";
