"""Two pieces of work on one store never meet: the second is refused before it has touched anything, in a sentence."""

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.archive import write_archive
from apps.common.actor import Actor
from apps.operations import moving, sandboxes
from apps.operations.backup.backup_store import backup_store
from apps.operations.deletion.deleting import cancel_deletion, export_for_deletion, request_deletion
from apps.operations.restore.restore_store import restore_over
from apps.operations.selectors import list_stalled_moves
from apps.operations.store_locks import NAMES, exclusive_store_operation
from apps.platform.errors import StoreOccupied
from apps.platform.models import Store, StoreMove
from tests.support.at_work import is_idle
from tests.support.store_operations import somebody_else

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.matrix,
]
SYSTEM = Actor.system("test")


def archive_of(store: Any) -> io.BytesIO:
    target = io.BytesIO()
    write_archive(store, target)
    return target


def test_the_second_is_refused_and_told_what_the_first_one_does(
    throwaway_store: Any, tmp_path: Path, settings: Any
) -> None:
    settings.BACKUP_DIR = tmp_path
    store = throwaway_store
    source = archive_of(store)
    target = moving.parse_target("shared")
    work: list[Callable[[], Any]] = [
        partial(backup_store, store, tmp_path / "one.polystore"),
        partial(restore_over, source, store),
        partial(moving.request_move, store=store, target=target, start=False),
        partial(sandboxes.branch_store, store, slug="never"),
    ]
    for doing in NAMES:
        with somebody_else(store, doing):
            for call in work:
                with pytest.raises(StoreOccupied, match=f"is being {doing} right now"):
                    call()
            assert not is_idle(store.id)
    assert is_idle(store.id)
    assert list(tmp_path.iterdir()) == []
    assert not StoreMove.objects.filter(store=store).exists()
    assert not Store.objects.filter(slug="never").exists()
    assert Store.objects.get(pk=store.pk).status == "active"
    backup_store(store, tmp_path / "one.polystore")


def test_a_command_says_so_in_one_line(throwaway_store: Any, tmp_path: Path) -> None:
    slug = throwaway_store.slug
    with somebody_else(throwaway_store, "moved", shared=True):
        for command in (
            ("backup_store", slug, "--output", str(tmp_path / "one.polystore")),
            ("branch_store", slug, "--as", "never"),
        ):
            with pytest.raises(CommandError, match="being moved right now") as raised:
                call_command(*command)
            assert "\n" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_two_workers_of_a_move_are_told_apart_by_its_lease_alone(throwaway_store: Any) -> None:
    with (
        somebody_else(throwaway_store, "moved", shared=True),
        exclusive_store_operation(throwaway_store.id, "moved", shared=True),
    ):
        assert not is_idle(throwaway_store.id)


def test_a_move_in_the_queue_says_what_it_waits_for(throwaway_store: Any) -> None:
    elsewhere = {"host": "127.0.0.1", "database": "x", "user": "x", "password": "x"}
    target = moving.parse_target("postgresql", elsewhere)
    move = moving.request_move(store=throwaway_store, target=target, start=False)
    with somebody_else(throwaway_store, "backed up"), pytest.raises(StoreOccupied):
        moving.work_on(move)
    move.refresh_from_db()
    assert (move.status, move.message) == ("queued", "Waits for the store's backup to end")
    assert move in list_stalled_moves()
    moving.work_on(move)
    move.refresh_from_db()
    assert move.status == "failed"  # there is nothing at that address


def test_a_store_that_is_put_away_is_neither_moved_nor_replaced(
    throwaway_store: Any, tmp_path: Path, settings: Any
) -> None:
    settings.BACKUP_DIR = tmp_path
    store = throwaway_store
    source = archive_of(store)
    request_deletion(store=store, actor=SYSTEM)
    with somebody_else(store, "backed up"), pytest.raises(StoreOccupied, match="backed up"):
        export_for_deletion(store=store)
    export_for_deletion(store=store)
    with pytest.raises(StoreOccupied, match="scheduled for deletion"):
        restore_over(source, store)
    elsewhere = {"host": "127.0.0.1", "database": "x", "user": "x", "password": "x"}
    target = moving.parse_target("postgresql", elsewhere)
    with pytest.raises(StoreOccupied, match="scheduled for deletion"):
        moving.request_move(store=store, target=target, start=False)
    cancel_deletion(store=store)
    restore_over(source, store)
