-- A database and a role for one service: SMS_STORE names it, SMS_STORE_PASSWORD is its password. The role owns its own
-- database and may enter no other. Run on every start, so that a service added later gets its own too, and a new
-- password takes effect. Needs psql 14 or later; the password travels in no command line and in no log.
\getenv store SMS_STORE
\getenv password SMS_STORE_PASSWORD
\set ON_ERROR_STOP on
\set role sms_ :store
select format('create role %I login', :'role') where not exists (select from pg_roles where rolname = :'role') \gexec
-- Ids are compared byte by byte, several times faster than in a language's order; the same here as without containers.
select format('create database %I owner %I template template0 encoding ''UTF8'' lc_collate ''C'' lc_ctype ''C.UTF-8''', :'role', :'role') where not exists (select from pg_database where datname = :'role') \gexec
set log_statement = none;
set log_min_error_statement = panic;
alter role :"role" password :'password';
revoke connect on database :"role" from public;
