"""A deleted store leaves nothing behind: every database, the cache and the files are searched for it."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError

from apps.accounts.models import User
from apps.archive import verify_archive
from apps.common.actor import Actor, ActorKind
from apps.common.clock import now
from apps.common.errors import Conflict
from apps.events.models import AuditEntry
from apps.operations import tasks
from apps.operations.deletion import deleting, queue
from apps.operations.deletion.deleting import (
    ExportMissing,
    NotConfirmed,
    cancel_deletion,
    confirm_deletion,
    delete_store,
    export_for_deletion,
    request_deletion,
)
from apps.operations.store_status import reinstate_store
from apps.platform.jobs import MAX_CRASHES, claim
from apps.platform.models import Store, StoreDeletion
from apps.search.services import rebuild_copy
from apps.tenancy.context import use_store
from apps.tenancy.errors import StorePaused
from apps.tenancy.write_pause import is_paused
from tests.operations.traces import leave_traces, search
from tests.support.opensearch_server import running_opensearch
from tests.support.store_operations import somebody_else

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("system_scope"),
]
ANN = Actor(ActorKind.STAFF, None, "ann@platform.example")


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR = tmp_path / "exports"
    settings.MEDIA_ROOT = tmp_path / "media"


def test_nothing_is_left_but_the_entry_in_the_audit_log_and_the_export(
    throwaway_store: Any, settings: Any
) -> None:
    with running_opensearch() as server:
        settings.SEARCH_BACKEND, settings.OPENSEARCH_URL = "opensearch", server.url
        _nothing_is_left(throwaway_store)
        assert not server.indexes


def _nothing_is_left(store: Any) -> None:
    leave_traces(store)
    with use_store(store):
        assert rebuild_copy() == ""
    found = search(store.id, store.slug)
    assert {"public.platform_store", "documents carts"} <= found
    assert any(one.startswith("cache") for one in found)
    assert any(one.startswith("file") for one in found)

    request_deletion(store=store, actor=ANN)
    with pytest.raises(ExportMissing):
        delete_store(store=store, actor=ANN, typed=store.slug)
    deletion = export_for_deletion(store=store)
    with pytest.raises(NotConfirmed):
        delete_store(store=store, actor=ANN)
    with pytest.raises(NotConfirmed):
        delete_store(store=store, actor=ANN, typed="alpha")
    assert search(store.id, store.slug) >= {"documents carts", "documents products"}

    delete_store(store=store, actor=ANN, typed=store.slug)
    assert search(store.id, store.slug) == {"public.events_auditentry"}
    entry = AuditEntry.objects.get(action="store.deleted", target_ref=str(store.id))
    assert entry.actor_label == ANN.label
    with Path(deletion.export_path).open("rb") as file:
        assert verify_archive(file).sections["sql:orders_order"].rows == 1


def test_a_store_put_away_comes_back_when_the_wish_is_taken_back(throwaway_store: Any) -> None:
    store = throwaway_store
    first = request_deletion(store=store, actor=ANN)
    assert request_deletion(store=store, actor=Actor.system()).pk == first.pk
    assert store.status == "archived"
    cancel_deletion(store=store)
    with pytest.raises(Conflict):
        delete_store(store=store, actor=ANN, typed=store.slug)
    store.refresh_from_db()
    assert store.status == "archived"


def test_an_export_that_was_changed_does_not_count(throwaway_store: Any) -> None:
    store = throwaway_store
    request_deletion(store=store, actor=ANN)
    path = Path(export_for_deletion(store=store).export_path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ExportMissing):
        delete_store(store=store, actor=ANN, typed=store.slug)
    StoreDeletion.objects.update(due_at=now() - timedelta(seconds=1))
    export_for_deletion(store=store)
    delete_store(store=store, actor=ANN)  # its time has come: no name needed
    assert not Store.objects.filter(pk=store.pk).exists()


def test_nobody_stops_it_half_way(throwaway_store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    store = throwaway_store
    leave_traces(store)
    request_deletion(store=store, actor=ANN)
    export_for_deletion(store=store)
    with monkeypatch.context() as broken:
        broken.setattr(deleting, "_delete_documents", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            delete_store(store=store, actor=ANN, typed=store.slug)
    with pytest.raises(Conflict):
        cancel_deletion(store=store)
    delete_store(store=store, actor=ANN)
    assert search(store.id, store.slug) == {"public.events_auditentry"}


def test_what_was_written_late_is_in_the_export_or_refused(throwaway_store: Any) -> None:
    """A request that began before the store was put away still has its connection."""
    store = throwaway_store
    request_deletion(store=store, actor=ANN)
    with use_store(store):
        User.objects.create_user("late@example.com")
    deletion = export_for_deletion(store=store)
    with use_store(store), pytest.raises(StorePaused):
        User.objects.create_user("too.late@example.com")
    with Path(deletion.export_path).open("rb") as file:
        assert verify_archive(file).sections["sql:accounts_user"].rows == 1

    cancel_deletion(store=store)
    assert not is_paused(store.active_store)
    request_deletion(store=store, actor=ANN)
    export_for_deletion(store=store)
    reinstate_store(store=store)
    with use_store(store):
        User.objects.create_user("back@example.com")
    assert not StoreDeletion.objects.filter(store=store).exists()


def test_without_a_fence_a_late_write_stops_the_export(
    throwaway_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a server that grants no triggers."""
    store = throwaway_store
    request_deletion(store=store, actor=ANN)
    real = deleting.backup_store

    def written_to_meanwhile(*args: Any, **options: Any) -> Any:
        manifest = real(*args, **options)
        with use_store(store):
            User.objects.create_user("late@example.com")
        return manifest

    def no_right(*_args: Any) -> None:
        raise DatabaseError("TRIGGER command denied")

    monkeypatch.setattr(deleting, "pause_writes", no_right)
    with monkeypatch.context() as busy:
        busy.setattr(deleting, "backup_store", written_to_meanwhile)
        with pytest.raises(Conflict, match="changed while"):
            export_for_deletion(store=store)
    assert StoreDeletion.objects.get(store=store).exported_at is None
    export_for_deletion(store=store)
    delete_store(store=store, actor=ANN, typed=store.slug)


def test_the_clock_takes_up_what_a_dead_worker_left(
    throwaway_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = throwaway_store
    sent: list[UUID] = []
    monkeypatch.setattr(
        queue, "send_to_worker", lambda _task, store_id: sent.append(store_id) or True
    )
    request_deletion(store=store, actor=ANN)
    assert tasks.resume_deletions() == 0, "a command's export is the operator's to repeat"
    request_deletion(store=store, actor=ANN, by_worker=True)
    assert tasks.resume_deletions() == 1
    assert sent.pop() == store.id
    tasks.work_on_deletion(str(store.id))
    assert tasks.resume_deletions() == 0, "it waits for a person's word"

    confirm_deletion(store=store, typed=store.slug, actor=ANN)
    deletion = StoreDeletion.objects.get(store=store)
    lease = claim(deletion, None)
    assert lease is not None
    assert tasks.resume_deletions() == 0, "a worker is at it"
    tasks.work_on_deletion(str(store.id))
    assert Store.objects.filter(pk=store.pk).exists(), "one worker at a time"
    lease.finish()
    with somebody_else(store, "backed up"):
        for _time in range(MAX_CRASHES + 2):  # waiting is no crash
            tasks.work_on_deletion(str(store.id))
    deletion.refresh_from_db()
    assert deletion.message == "Waits for the store's backup to end"
    assert tasks.resume_deletions() == 1
    tasks.work_on_deletion(str(sent.pop()))
    assert not Store.objects.filter(pk=store.pk).exists()
    entry = AuditEntry.objects.get(action="store.deleted", target_ref=str(store.id))
    assert entry.actor_label == ANN.label
    assert tasks.resume_deletions() == 0


def test_what_stopped_a_worker_stands_on_the_page_and_it_is_tried_again(
    throwaway_store: Any, settings: Any, tmp_path: Path
) -> None:
    store = throwaway_store
    in_the_way = tmp_path / "a file"
    in_the_way.touch()
    settings.BACKUP_DIR = in_the_way
    request_deletion(store=store, actor=ANN, by_worker=True)
    tasks.work_on_deletion(str(store.id))
    assert "could not be written" in StoreDeletion.objects.get(store=store).error
    assert [one.store_id for one in queue.list_unfinished_deletions()] == [store.id]
    settings.BACKUP_DIR = tmp_path / "exports"
    tasks.work_on_deletion(str(store.id))
    deletion = StoreDeletion.objects.get(store=store)
    assert (deletion.error, bool(deletion.exported_at)) == ("", True)


def test_a_deletion_that_kills_its_workers_is_given_up_until_a_person_asks_again(
    throwaway_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = throwaway_store
    monkeypatch.setattr(queue, "send_to_worker", lambda _task, _store_id: True)
    request_deletion(store=store, actor=ANN, by_worker=True)
    StoreDeletion.objects.filter(store=store).update(attempts=MAX_CRASHES)
    tasks.work_on_deletion(str(store.id))
    deletion = StoreDeletion.objects.get(store=store)
    assert "died several times" in deletion.error
    assert not queue.is_unfinished(deletion)
    assert tasks.resume_deletions() == 0
    queue.enqueue_deletion(store.id)
    assert tasks.resume_deletions() == 1
    tasks.work_on_deletion(str(store.id))
    assert StoreDeletion.objects.get(store=store).exported_at is not None
