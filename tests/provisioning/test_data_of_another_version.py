"""Data that another version wrote: `make run` says in one line what to do, and touches nothing."""

from typing import Any

import pytest
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from apps.platform.models import StoreTemplate
from apps.provisioning.services.master import list_unknown_migrations
from config.run import prepare

pytestmark = pytest.mark.django_db


def test_this_codes_data_has_nothing_unknown() -> None:
    assert list_unknown_migrations() == []


def test_make_run_stops_in_one_line(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    MigrationRecorder(connections["platform"]).record_applied("orders", "0099_of_tomorrow")
    monkeypatch.setattr(prepare, "STEPS", (("Nothing", "is_not_called"),))
    assert list_unknown_migrations() == ["orders.0099_of_tomorrow"]
    assert prepare.main() == 1
    said = "".join(capsys.readouterr())
    assert "another version" in said
    assert "orders.0099_of_tomorrow" in said
    assert "make clean" in said


def test_a_migration_that_was_rewritten_since_is_another_version(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """Migrations that were folded into the first one have the name of it, and other tables."""
    newest = StoreTemplate.objects.order_by("-built_at")[0]
    newest.migrations["orders.0001_initial"] = "the hash of another text"
    newest.save(update_fields=["migrations"])
    monkeypatch.setattr(prepare, "STEPS", (("Nothing", "is_not_called"),))
    assert list_unknown_migrations() == ["orders.0001_initial"]
    assert prepare.main() == 1
    assert "`make clean`" in "".join(capsys.readouterr())
