"""Which data lives where, and the page that says so."""

import json
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from apps.diagnostics import database_health


def test_the_pages_are_what_the_code_says() -> None:
    call_command("write_docs", "--check", stdout=StringIO())


def test_the_command_shows_state_and_homes_and_no_credentials(db: None) -> None:
    out = StringIO()
    call_command("databases", "--json", stdout=out)
    shown = json.loads(out.getvalue())
    states = {database["alias"]: database["state"] for database in shown["databases"]}
    assert states == dict.fromkeys(
        ["platform", "default", "documents", "documents_dev", "cache"], "ok"
    )
    assert all(database["latency_ms"] is not None for database in shown["databases"])
    homes = {(home["app"], home["model"]): home["home"] for home in shown["homes"]}
    assert homes["platform", "Store"] == "platform"
    assert homes["accounts", "User"] == "shared"
    assert homes["orders", "Order"] == "store"
    assert homes["catalog", "Product"] == "documents"
    for alias in ("default", "platform"):
        assert settings.DATABASES[alias]["PASSWORD"] not in out.getvalue()


def test_people_get_a_table(db: None) -> None:
    out = StringIO()
    call_command("databases", "--models", stdout=out)
    assert "the registry" in out.getvalue()
    assert "orders_order" in out.getvalue()


def test_a_database_that_does_not_answer_is_shown_and_exits_1(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def refuse(alias: Any) -> None:
        raise OperationalError("password=hunter2")

    monkeypatch.setattr(database_health, "ask_documents", refuse)
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("databases", stdout=out)
    assert left.value.code == 1
    assert "unavailable (OperationalError)" in out.getvalue()
    assert "hunter2" not in out.getvalue()
