"""Data that another version wrote: `make run` says in one line what to do, and touches nothing."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from apps.placements.release import migration_graph
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
    assert prepare.main() == prepare.OTHER_DATA
    said = "".join(capsys.readouterr())
    assert "another version" in said
    assert "orders.0099_of_tomorrow is missing" in said
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
    assert prepare.main() == prepare.OTHER_DATA
    said = "".join(capsys.readouterr())
    assert "`make clean`" in said
    assert "orders.0001_initial has other statements" in said


@pytest.fixture
def other_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Gives orders.0001_initial another text."""
    graph = migration_graph._graph()
    original = graph["orders", "0001_initial"].read_text("utf-8")

    def write(change: Callable[[str], str]) -> None:
        file = tmp_path / "0001_initial.py"
        file.write_text(change(original), "utf-8")
        monkeypatch.setattr(
            migration_graph, "_graph", lambda: {**graph, ("orders", "0001_initial"): file}
        )
        migration_graph.list_sources.cache_clear()

    yield write
    monkeypatch.undo()
    migration_graph.list_sources.cache_clear()


def test_a_comment_in_a_migration_is_no_other_version(other_text: Any) -> None:
    other_text(lambda text: f'"""Orders."""\n\n{text}\n\n# A comment.\n')
    assert list_unknown_migrations() == []
    other_text(lambda text: text.replace("operations = [", "operations: list = [*[],", 1))
    assert list_unknown_migrations() == ["orders.0001_initial"]


def test_a_template_of_an_older_release_recorded_the_bytes_of_its_files() -> None:
    newest = StoreTemplate.objects.order_by("-built_at")[0]
    source = migration_graph._graph()["orders", "0001_initial"].read_bytes()
    newest.migrations["orders.0001_initial"] = hashlib.sha256(source).hexdigest()
    newest.save(update_fields=["migrations"])
    assert list_unknown_migrations() == []
