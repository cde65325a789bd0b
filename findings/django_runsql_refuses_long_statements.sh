#!/bin/sh
# One would guess: a migration's `RunSQL("UPDATE ...")` runs whatever statement the database takes, however long it is; and what
# passes on PostgreSQL passes on MySQL, MariaDB and SQLite.
#
# Django 5.2.19 with sqlparse 0.6.1: outside PostgreSQL a text goes through sqlparse first, to be split and to lose its comments,
# although it is one statement without any, and sqlparse refuses more than 10,000 tokens. A plain UPDATE with a CASE of 1,500
# branches, which SQLite itself runs at once, stops the migration with `SQLParseError`. The limit is young (sqlparse 0.5.4 has
# none), so a migration that ran for years fails on a new installation. The same statement as a list of one,
# `RunSQL(["UPDATE ..."])`, goes past sqlparse and runs.
#
# Polystore writes such statements as lists of one (migrations `accounts/0003` and `pricing/0002`).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check django==5.2.19 sqlparse==0.6.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from django.conf import settings

settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})

import django

django.setup()

from django.db import connection
from django.db.migrations import Migration, RunSQL
from django.db.migrations.state import ProjectState

BRANCHES = 1500
cases = " ".join(f"WHEN 'name {n}' THEN 'C{n}'" for n in range(BRANCHES))
update = f"UPDATE place SET code = CASE name {cases} ELSE code END"


def migrate(sql):
    """The error, or how many places have their code."""
    migration = Migration("0002_codes", "places")
    migration.operations = [RunSQL(sql)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE place SET code = ''")
    try:
        with connection.schema_editor() as editor:
            migration.apply(ProjectState(), editor)
    except Exception as error:
        return f"{type(error).__module__}.{type(error).__name__}: {error}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM place WHERE code <> ''")
        return cursor.fetchone()[0]


with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE place (name text, code text)")
    cursor.executemany("INSERT INTO place VALUES (%s, '')", [[f"name {n}"] for n in range(BRANCHES)])
    cursor.execute(update)
    cursor.execute("SELECT count(*) FROM place WHERE code <> ''")
    plain = cursor.fetchone()[0]

seen = {"the statement itself": plain, "RunSQL of a text": migrate(update), "RunSQL of a list of one": migrate([update])}
expected = {
    "the statement itself": BRANCHES,
    "RunSQL of a text": "sqlparse.exceptions.SQLParseError: Maximum number of tokens exceeded (10000).",
    "RunSQL of a list of one": BRANCHES,
}
print("django", version("django"), "sqlparse", version("sqlparse"))
for what, answer in seen.items():
    print(f"{what} -> {answer}")
raise SystemExit(seen != expected)
PYTHON
