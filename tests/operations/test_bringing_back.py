"""A backup becomes a store again: beside the old one, over it, and from before the last migrations."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader

from apps.archive import (
    ArchiveDamaged,
    ArchiveNotFitting,
    fingerprint_store,
    list_applied,
    verify_archive,
    write_archive,
)
from apps.catalog.documents import Product
from apps.common.errors import Conflict
from apps.events.models import OutboxMessage
from apps.operations.backup.backup_store import backup_store
from apps.operations.restore.restore_schema import drop_place, make_place
from apps.operations.restore.restore_store import restore_as_new, restore_over
from apps.orders.models import Order
from apps.placements.base import PlaceContents
from apps.placements.kinds import placement_of
from apps.platform.models import IntegrationConfig, Store
from apps.platform.services import save_integration
from apps.tenancy.context import use_store
from tests.support.acting import seeing_all
from tests.support.databases import close_store
from tests.support.documents import clean_documents
from tests.support.trading import empty_place, trade

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.soak,
]


def archive_of(store: Any, **options: Any) -> io.BytesIO:
    target = io.BytesIO()
    write_archive(store, target, **options)
    return target


@pytest.fixture
def slug() -> Any:
    yield "brought-back"
    for left in Store.objects.filter(slug="brought-back"):
        clean_documents(left)
        close_store(left)


def test_a_new_store_opens_with_everything_but_the_old_ones_news(
    throwaway_store: Any, slug: str
) -> None:
    trade(throwaway_store)
    save_integration(store=throwaway_store, kind="stripe", config={"key": "sk_live_1"})
    source = archive_of(throwaway_store, encrypt_to="words", with_credentials=True)
    opened = restore_as_new(source, slug=slug, unlock="words")

    assert opened.status == "active"
    assert opened.id != throwaway_store.id
    assert opened.domains.get().domain.startswith(f"{slug}.")
    assert placement_of(opened).occupancy().contents is PlaceContents.CURRENT
    with seeing_all(opened):
        assert Order.objects.count() == Product.objects.count() == 1
        assert not OutboxMessage.objects.filter(state="pending").exists()
    with seeing_all(throwaway_store):
        assert OutboxMessage.objects.filter(state="pending").exists()
    assert IntegrationConfig.objects.get(store=opened).config["key"] == "sk_live_1"
    with pytest.raises(Conflict):
        restore_as_new(source, slug=slug, unlock="words")


def test_what_happened_since_is_undone_and_kept_in_a_file(
    throwaway_store: Any, tmp_path: Path
) -> None:
    trade(throwaway_store)
    source, before = archive_of(throwaway_store), fingerprint_store(throwaway_store)
    with seeing_all(throwaway_store):
        Order.objects.update(email="somebody@else.example")
        Product.objects.all().delete()
    kept = tmp_path / "kept.polystore"
    assert restore_over(source, throwaway_store, keep=kept) == kept
    assert fingerprint_store(throwaway_store) == before
    with kept.open("rb") as file:
        assert verify_archive(file).sections["documents:products"].rows == 0
    second = restore_over(source, throwaway_store, keep=kept)
    assert second == tmp_path / "kept-2.polystore", "the first is never overwritten"
    with kept.open("rb") as file:
        assert verify_archive(file).sections["documents:products"].rows == 0
    throwaway_store.refresh_from_db()
    assert throwaway_store.status == "active"


def test_tables_that_are_lost_are_made_again(throwaway_store: Any) -> None:
    trade(throwaway_store)
    source, before = archive_of(throwaway_store), fingerprint_store(throwaway_store)
    drop_place(throwaway_store)
    restore_over(source, throwaway_store)
    assert fingerprint_store(throwaway_store) == before
    assert placement_of(throwaway_store).occupancy().contents is PlaceContents.CURRENT


def test_an_archive_from_before_a_migration_is_brought_forward(
    throwaway_store: Any, slug: str
) -> None:
    with use_store(throwaway_store):
        everything = set(list_applied())
    graph = MigrationLoader(None).graph
    late = {f"{app}.{name}" for app, name in graph.backwards_plan(("payments", "0002_guard_rows"))}
    older = everything - late
    assert "payments.0002_guard_rows" in late
    with empty_place() as old:
        drop_place(old)
        make_place(old, older)
        with use_store(old):
            assert set(list_applied()) == older
        source = archive_of(old)
        opened = restore_as_new(source, slug=slug)
    assert placement_of(opened).occupancy().contents is PlaceContents.CURRENT
    with use_store(opened):
        assert set(list_applied()) == everything


def test_an_archive_of_newer_code_is_refused_before_anything_is_touched(
    throwaway_store: Any, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(
            "apps.archive.schema.list_applied",
            lambda alias="default": [*list_applied(alias), "orders.0999_drones"],
        )
        source = archive_of(throwaway_store, parts=["documents"])
    before = fingerprint_store(throwaway_store)
    with pytest.raises(ArchiveNotFitting, match="0999_drones"):
        restore_over(source, throwaway_store)
    with pytest.raises(ArchiveNotFitting):
        restore_as_new(source, slug=slug)
    assert fingerprint_store(throwaway_store) == before
    throwaway_store.refresh_from_db()
    assert throwaway_store.status == "active"
    assert not Store.objects.filter(slug=slug).exists()
    with pytest.raises(Conflict, match="only a part"):
        restore_as_new(archive_of(throwaway_store, parts=["files"]), slug=slug)


def test_a_damaged_archive_touches_nothing(throwaway_store: Any, tmp_path: Path) -> None:
    path = tmp_path / "one.polystore"
    backup_store(throwaway_store, path)
    assert [one.name for one in tmp_path.iterdir()] == ["one.polystore"]
    before = fingerprint_store(throwaway_store)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with path.open("rb") as file, pytest.raises(ArchiveDamaged):
        restore_over(file, throwaway_store)
    assert fingerprint_store(throwaway_store) == before
    throwaway_store.refresh_from_db()
    assert throwaway_store.status == "active"
