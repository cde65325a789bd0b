"""The platform's admin: a store is moved by a form, watched, taken back, and its old copy deleted."""

import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from apps.accounts.models import User
from apps.events.models import AuditEntry
from apps.operations import moving
from apps.operations.moving import queue
from apps.operations.moving.endpoints import source_of
from apps.platform import jobs
from apps.platform.models import Store, StoreMove
from apps.platform.states import MoveStatus
from apps.tenancy.write_pause import is_paused
from tests.backoffice.sessions import log_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.matrix]
MOVES = "/admin/platform/storemove"


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The moves that were handed to workers; the test is the worker."""
    handed: list[Any] = []

    def hand(_task: str, move_id: Any) -> bool:
        handed.append(move_id)
        return True

    for module in (jobs, queue):
        monkeypatch.setattr(module, "send_to_worker", hand)
    return handed


def actions_on(store: Store) -> list[str]:
    """What the operator did, by the audit log."""
    found = AuditEntry.objects.filter(target_ref=str(store.pk), actor_kind="staff", door="admin")
    return list(found.order_by("id").values_list("action", flat=True))


def place(config: dict[str, str]) -> dict[str, str]:
    values = {f"postgresql-{name}": value for name, value in config.items()}
    return {"database_type": "postgresql", **values}


def test_moved_by_the_form_and_the_old_copy_deleted(
    throwaway_store: Any,
    operator: Client,
    new_database: Callable[[], dict[str, str]],
    published: list[Any],
) -> None:
    store = throwaway_store
    start = f"{MOVES}/start/{store.pk}/"
    shown = operator.get(f"/admin/platform/store/{store.pk}/change/").content.decode()
    assert start in shown
    page = operator.get(start).content.decode()
    assert 'name="postgresql-host"' in page
    assert "Test the connection" in page
    config = new_database()
    wrong = operator.post(start, {**place(config), "postgresql-port": "6543"})
    assert wrong.status_code == 200
    assert "transaction pooler" in wrong.content.decode()
    answer = operator.post(start, place(config))
    move = StoreMove.objects.get(store=store)
    assert answer.headers["Location"] == f"{MOVES}/{move.pk}/change/"
    assert published == [move.pk]
    state = json.loads(operator.get(f"{MOVES}/{move.pk}/status.json").content)
    assert (state["isRunning"], state["progress"]) == (True, 0)
    assert operator.get(start).headers["Location"] == f"{MOVES}/{move.pk}/change/"

    moving.work_on(move)
    done = operator.get(f"{MOVES}/{move.pk}/change/").content.decode()
    assert "The store has moved" in done
    assert config["password"] not in done
    operator.post(f"{MOVES}/{move.pk}/drop/", {"typed": "something"})
    move.refresh_from_db()
    assert move.drop_requested_at is None
    operator.post(f"{MOVES}/{move.pk}/drop/", {"typed": store.slug})
    moving.work_on(StoreMove.objects.get(pk=move.pk))
    assert actions_on(store) == ["store.move_started", "store.old_copy_deleted"]
    assert source_of(move).list_tables() == frozenset()
    assert (
        "move it again"
        in operator.get(f"/admin/platform/store/{store.pk}/change/").content.decode()
    )


def test_a_stopped_move_goes_on_or_is_taken_back(
    throwaway_store: Any,
    operator: Client,
    published: list[Any],
) -> None:
    nowhere = {
        "host": "127.0.0.1",
        "port": "9",
        "database": "x",
        "user": "x",
        "password": "hunter2-canary",
        "sslmode": "disable",
    }
    operator.post(f"{MOVES}/start/{throwaway_store.pk}/", place(nowhere))
    move = StoreMove.objects.get(store=throwaway_store)
    moving.work_on(move)
    page = operator.get(f"{MOVES}/{move.pk}/change/").content.decode()
    assert "Take it back" in page
    assert "Go on" in page
    assert "hunter2" not in page
    operator.post(f"{MOVES}/{move.pk}/resume/")
    move.refresh_from_db()
    assert move.status == MoveStatus.QUEUED
    operator.post(f"{MOVES}/{move.pk}/undo/")
    move.refresh_from_db()
    assert move.status == MoveStatus.UNDONE
    done = ["store.move_started", "store.move_resumed", "store.move_undone"]
    assert actions_on(throwaway_store) == done
    assert not is_paused(throwaway_store.active_store)
    assert Store.objects.get(pk=throwaway_store.pk).database_type == "shared"


def test_who_may_only_look_can_move_nothing(
    throwaway_store: Any, client_for: Callable[..., Client]
) -> None:
    person = User.objects.create_user(
        f"looks-{secrets.token_hex(4)}@example.com", "sesame-4711", is_staff=True
    )
    person.user_permissions.add(Permission.objects.get(codename="view_storemove"))
    looker = log_in(client_for(None), person)
    assert looker.get(f"{MOVES}/start/{throwaway_store.pk}/").status_code == 403
    move = moving.request_move(
        store=throwaway_store,
        target=moving.Target("postgresql", "", {"host": "x"}),
        start=False,
    )
    assert looker.get(f"{MOVES}/{move.pk}/change/").status_code == 200
    for what in ("resume", "undo", "drop"):
        assert (
            looker.post(f"{MOVES}/{move.pk}/{what}/", {"typed": throwaway_store.slug}).status_code
            == 403
        )
    move.refresh_from_db()
    assert move.status == MoveStatus.QUEUED
