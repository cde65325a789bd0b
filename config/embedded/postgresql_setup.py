"""Roles, database and extensions of a fresh embedded PostgreSQL. Every step can be repeated."""

from psycopg import Connection, connect, sql

EXTENSIONS = ("pg_trgm", "pg_stat_statements")


def set_up_database(admin_address: str, *, password: str) -> None:
    """Role `polystore`, extensions in schema `extensions` of every later database, and the database itself."""
    with connect(admin_address, autocommit=True) as connection:
        _make_role(connection, password)
    template = admin_address.rpartition("/")[0] + "/template1"
    with connect(template, autocommit=True) as connection:
        _make_extensions(connection)
    with connect(admin_address, autocommit=True) as connection:
        known = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = 'polystore'"
        ).fetchone()
        if not known:
            connection.execute("CREATE DATABASE polystore OWNER polystore")


def _make_role(connection: Connection, password: str) -> None:
    """The application is no superuser; it may make databases and roles, as a hosting platform's role may."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'polystore'").fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    connection.execute(
        sql.SQL("{} ROLE polystore LOGIN NOSUPERUSER CREATEDB CREATEROLE PASSWORD {}").format(
            verb, sql.Literal(password)
        )
    )
    connection.execute("GRANT pg_read_all_stats TO polystore")


def _make_extensions(connection: Connection) -> None:
    connection.execute("CREATE SCHEMA IF NOT EXISTS extensions AUTHORIZATION polystore")
    for name in EXTENSIONS:
        connection.execute(
            sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA extensions").format(
                sql.Identifier(name)
            )
        )
