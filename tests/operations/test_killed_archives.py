"""A process killed at any line of a backup, a restore or a deletion: the same call again ends it right."""

import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from apps.archive import fingerprint_store, verify_archive
from apps.common.actor import Actor
from apps.operations.backup.backup_store import backup_store, is_whole
from apps.operations.deletion.deleting import delete_store, export_for_deletion, request_deletion
from apps.operations.restore.restore_store import restore_as_new, restore_over
from apps.platform.models import Store
from apps.tenancy.context import outside_store
from tests.operations.traces import forget, leave_traces, search
from tests.support.acting import seeing_all
from tests.support.databases import open_store
from tests.support.killing import Death, deaths_of, kill_at
from tests.support.trading import trade

pytestmark = [
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.faults,
    pytest.mark.soak,
    pytest.mark.django_db(transaction=True),
]

APPS = Path(django_settings.BASE_DIR) / "apps"
WATCHED = tuple(
    str(APPS / name)
    for name in ("archive", "operations/backup", "operations/deletion", "operations/restore")
)
SAMPLE = [
    pytest.param(6, id="sample", marks=pytest.mark.timeout(900)),
    pytest.param(None, id="every-line", marks=[pytest.mark.soak, pytest.mark.timeout(14400)]),
]
SYSTEM = Actor.system("test")


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR = tmp_path / "exports"
    settings.MEDIA_ROOT = tmp_path / "media"


def alone(call: Callable[[], Any]) -> Callable[[], Any]:
    """The call as a command makes it: with no store active."""

    def run() -> Any:
        with outside_store():
            return call()

    return run


def deaths(store: Any, call: Callable[[], Any], points: int | None) -> list[Death]:
    """The call itself has been made once."""
    return deaths_of(store, alone(call), points, watched=WATCHED)


def kill(store: Any, call: Callable[[], Any], death: Death) -> bool:
    return kill_at(store, alone(call), death, watched=WATCHED)


@pytest.mark.parametrize("points", SAMPLE)
def test_a_backup(throwaway_store: Any, tmp_path: Path, points: int | None) -> None:
    store, path = throwaway_store, tmp_path / "one.polystore"
    trade(store)
    call = partial(backup_store, store, path)
    killed, places = 0, deaths(store, call, points)
    for death in places:
        assert is_whole(path)
        before = path.read_bytes()
        killed += kill(store, call, death)
        assert path.read_bytes() == before or is_whole(path), "half a file never has the name"
        backup_store(store, path)
        assert is_whole(path)
        assert sorted(one.name for one in tmp_path.glob("*.*")) == ["one.polystore"]
        assert not list(tmp_path.glob(".*.unfinished")), "what the dead run left is gone"
    assert killed >= len(places) * 0.75


@pytest.mark.parametrize("points", SAMPLE)
def test_a_restore_into_a_new_store(
    throwaway_store: Any, tmp_path: Path, points: int | None
) -> None:
    trade(throwaway_store)
    path = tmp_path / "one.polystore"
    backup_store(throwaway_store, path)
    wanted = fingerprint_store(throwaway_store)

    def restore(slug: str) -> None:
        with path.open("rb") as source:
            restore_as_new(source, slug=slug)

    first = f"t{secrets.token_hex(4)}"
    killed, places = 0, deaths(throwaway_store, partial(restore, first), points)
    for death in places:
        slug = f"t{secrets.token_hex(4)}"
        killed += kill(throwaway_store, partial(restore, slug), death)
        if not Store.objects.filter(slug=slug, status="active").exists():
            restore(slug)
        back = Store.objects.get(slug=slug)
        found = fingerprint_store(back)
        assert {name: rows for name, (rows, _sum) in found.items()} == {
            name: rows for name, (rows, _sum) in wanted.items()
        }
        for name in ("sql:payments_payment", "sql:accounts_user", "sql:auth_group", "files"):
            assert found[name] == wanted[name]
        forget(back)
    forget(Store.objects.get(slug=first))
    assert killed >= len(places) * 0.75


@pytest.mark.parametrize("points", SAMPLE)
def test_a_restore_over_a_store(throwaway_store: Any, tmp_path: Path, points: int | None) -> None:
    store, path = throwaway_store, tmp_path / "one.polystore"
    trade(store)
    backup_store(store, path)
    wanted = fingerprint_store(store)

    def restore(kept: Path) -> None:
        with path.open("rb") as source:
            restore_over(source, Store.objects.get(pk=store.pk), keep=kept)

    killed, places = 0, deaths(store, partial(restore, tmp_path / "first"), points)
    for death in places:
        trade_more(store)
        more = fingerprint_store(store)
        kept = tmp_path / secrets.token_hex(4)
        killed += kill(store, partial(restore, kept), death)
        restore(kept)
        assert fingerprint_store(store) == wanted
        assert Store.objects.get(pk=store.pk).status == "active"
        with kept.open("rb") as source:
            sections = verify_archive(source).sections
        assert sections["sql:orders_order"].rows == more["sql:orders_order"][0], (
            "what it had is kept"
        )
    assert killed >= len(places) * 0.75


@pytest.mark.parametrize("points", SAMPLE)
def test_a_deletion(throwaway_store: Any, points: int | None) -> None:
    def ready() -> Any:
        store = open_store()
        leave_traces(store)
        request_deletion(store=store, actor=SYSTEM)
        export_for_deletion(store=store)
        return store

    def delete(store: Any) -> None:
        fresh = Store.objects.get(pk=store.pk)
        delete_store(store=fresh, actor=SYSTEM, typed=store.slug)

    killed, places = 0, deaths(throwaway_store, partial(delete, ready()), points)
    for death in places:
        store = ready()
        killed += kill(throwaway_store, partial(delete, store), death)
        if Store.objects.filter(pk=store.pk).exists():
            delete(store)
        assert search(store.id, store.slug) == {"public.events_auditentry"}
    assert killed >= len(places) * 0.75


def trade_more(store: Any) -> None:
    from tests.checkout.shop import make_cart, make_goods, place

    with seeing_all(store):
        place(make_cart(make_goods()))
