#!/bin/bash
# First start of the PostgreSQL container: the application's role, its database, and the extensions in a schema of
# their own in every database made later. The same as config/embedded/postgresql_setup.py.
set -eu

run() { psql -v ON_ERROR_STOP=1 --username postgres --no-psqlrc "$@"; }

run --dbname postgres -v password="$POLYSTORE_PASSWORD" <<'SQL'
CREATE ROLE polystore LOGIN NOSUPERUSER CREATEDB CREATEROLE PASSWORD :'password';
GRANT pg_read_all_stats TO polystore;
SQL
run --dbname template1 <<'SQL'
CREATE SCHEMA extensions AUTHORIZATION polystore;
CREATE EXTENSION pg_trgm SCHEMA extensions;
CREATE EXTENSION pg_stat_statements SCHEMA extensions;
SQL
run --dbname postgres -c 'CREATE DATABASE polystore OWNER polystore'
