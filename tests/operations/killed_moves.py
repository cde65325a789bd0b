"""A process killed in a move, and what must be true afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from apps import archive
from apps.accounts.models import User
from apps.common.clock import now
from apps.common.ids import random_token
from apps.operations import moving
from apps.operations.selectors import list_stalled_moves
from apps.platform.models import Store, StoreMove
from apps.tenancy.context import outside_store, use_store
from tests.support.killing import Death, kill_at

APPS = Path(settings.BASE_DIR) / "apps"


WATCHED = tuple(
    str(APPS / name) for name in ("operations/moving", "platform/jobs.py", "tenancy/write_pause")
)


def fresh(move: StoreMove) -> StoreMove:
    return StoreMove.objects.select_related("store").get(pk=move.pk)


def kill(store: Any, call: Callable[[], Any], death: Death) -> bool:
    return kill_at(store, call, death, watched=WATCHED)


def a_minute_later() -> None:
    """Leases of the dead run out, and the sweep hands their moves to a worker."""
    past = now() - timedelta(seconds=1)
    StoreMove.objects.filter(lease_until__isnull=False).update(lease_until=past)
    with outside_store():
        for stalled in list(list_stalled_moves()):
            moving.work_on(stalled)
    assert not list_stalled_moves().exists()


def rows_of(store: Any) -> dict[str, tuple[int, str]]:
    return archive.fingerprint_store(Store.objects.get(pk=store.pk), parts=[archive.SQL])


@contextmanager
def nothing_lost(store: Any) -> Iterator[None]:
    """The same rows before and after, and the store takes new ones."""
    before = rows_of(store)
    yield
    assert rows_of(store) == before
    with use_store(Store.objects.get(pk=store.pk)):
        User.objects.create_user(f"{random_token()}@example.com")
