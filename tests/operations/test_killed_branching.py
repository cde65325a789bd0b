"""A process killed at any line of making, publishing or throwing away a sandbox: the same command ends it right."""

import secrets
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command

from apps.archive import fingerprint_store
from apps.catalog.documents import Product
from apps.operations import sandboxes
from apps.operations.sandboxes.comparing import ONLY_LIVE
from apps.orders.models import Order
from apps.platform.models import Store
from apps.pricing.models import ShippingMethod
from apps.tenancy.context import use_store
from tests.operations.traces import forget, search
from tests.support.acting import seeing_all
from tests.support.at_work import is_idle
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
    str(APPS / name) for name in ("operations/sandboxes", "operations/restore", "archive")
)
SAMPLE = [
    pytest.param(4, id="sample", marks=pytest.mark.timeout(600)),
    pytest.param(None, id="every-line", marks=[pytest.mark.soak, pytest.mark.timeout(14400)]),
]


@pytest.fixture
def live(throwaway_store: Any, settings: Any, tmp_path: Path) -> Iterator[Any]:
    settings.MEDIA_ROOT = tmp_path / "media"
    trade(throwaway_store)
    yield throwaway_store
    for sandbox in Store.objects.filter(sandbox_of=throwaway_store):
        forget(sandbox)


def command(*arguments: str) -> Callable[[], Any]:
    return partial(call_command, "branch_store", *arguments, verbosity=0)


def kill(store: Any, call: Callable[[], Any], death: Death) -> bool:
    killed = kill_at(store, call, death, watched=WATCHED)
    assert is_idle(store.id), "the dead hold no lock"
    return killed


def make(live: Any) -> Any:
    slug = f"t{secrets.token_hex(4)}"
    command(live.slug, "--as", slug)()
    return Store.objects.get(slug=slug)


@pytest.mark.parametrize("points", SAMPLE)
def test_making_a_sandbox(live: Any, points: int | None) -> None:
    wanted = {name: rows for name, (rows, _sum) in fingerprint_store(live).items()}
    rehearsal = command(live.slug, "--as", "rehearsal")
    killed, deaths = 0, deaths_of(live, rehearsal, points, watched=WATCHED)
    for death in deaths:
        slug = f"t{secrets.token_hex(4)}"
        killed += kill(live, command(live.slug, "--as", slug), death)
        if not Store.objects.filter(slug=slug, status="active").exists():
            command(live.slug, "--as", slug)()
        sandbox = Store.objects.get(slug=slug)
        assert (sandbox.status, sandbox.is_sandbox, sandbox.sandbox_of) == ("active", True, live)
        found = {name: rows for name, (rows, _sum) in fingerprint_store(sandbox).items()}
        assert found == wanted
        forget(sandbox)
    assert killed >= len(deaths) * 0.75


@pytest.mark.parametrize("points", SAMPLE)
def test_publishing(live: Any, points: int | None) -> None:
    sandbox = make(live)
    rounds = count()

    def change() -> int:
        number = next(rounds)
        with use_store(sandbox):
            Product.objects.update(title=f"Renamed {number}")
            ShippingMethod.objects.update(name=f"Slow {number}")
        return number

    change()
    publish = command(sandbox.slug, "--publish", "--overwrite")
    killed, deaths = 0, deaths_of(live, publish, points, watched=WATCHED)
    for death in deaths:
        number = change()
        killed += kill(live, publish, death)
        publish()
        with seeing_all(live):
            assert {one.title for one in Product.objects.all()} == {f"Renamed {number}"}
            assert ShippingMethod.objects.get().name == f"Slow {number}"
            assert Order.objects.count() == 1, "what happened in the live store stays"
        left = [one for one in sandboxes.compare(sandbox) if one.kind != ONLY_LIVE]
        assert left == []
    assert killed >= len(deaths) * 0.75


@pytest.mark.parametrize("points", SAMPLE)
def test_throwing_a_sandbox_away(live: Any, points: int | None) -> None:
    before = fingerprint_store(live)
    discard = command(make(live).slug, "--discard")
    killed, deaths = 0, deaths_of(live, discard, points, watched=WATCHED)
    for death in deaths:
        sandbox = make(live)
        killed += kill(live, command(sandbox.slug, "--discard"), death)
        if Store.objects.filter(pk=sandbox.pk).exists():
            command(sandbox.slug, "--discard")()
        left = search(sandbox.id, sandbox.slug, canary=False)
        assert left <= {"public.events_auditentry"}, "only that it was opened"
        assert fingerprint_store(live) == before
    assert killed >= len(deaths) * 0.75
