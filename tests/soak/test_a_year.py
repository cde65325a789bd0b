"""A year of random shop life: several people at once, a clock that runs, processes that die. Then every book agrees."""

import os
import random
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connections
from django.db.backends.utils import CursorWrapper

from apps.common.errors import DomainError
from apps.gateways import installed
from apps.tenancy.context import system_scope, use_store
from tests.soak.acts import ACTS, Act
from tests.soak.checking import calm_down, list_disagreements
from tests.soak.world import MoodyBank, World, open_world
from tests.support.killing_statements import kill_at_statement

MINUTES = float(os.environ.get("SOAK_MINUTES", "60"))
ACTORS = 4
ACTS_IN_A_SEASON = 120  # of each actor, before the books are compared
DEATHS_IN_A_SEASON = 12
DEATH_OF_A_THREAD = 0.02
YEAR_IN_ACTS = 4_000

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.faults,
]


class Died(BaseException):
    """The thread loses its connection in the middle of an act: no `except Exception` sees it."""


@pytest.fixture
def shop(throwaway_store: Any, system_scope: None, settings: Any) -> Iterator[Any]:
    settings.CHECKOUT_STALLED_SECONDS = 0
    with use_store(throwaway_store):
        yield throwaway_store


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> MoodyBank:
    bank = MoodyBank()
    monkeypatch.setitem(installed._GATEWAYS, bank.code, bank)
    return bank


_left = threading.local()
_send: Any = CursorWrapper._execute  # type: ignore[attr-defined]


def _may_die(self: Any, *args: Any) -> Any:
    left = getattr(_left, "statements", None)
    if left is not None:
        _left.statements = left - 1
        if left <= 0:
            _left.statements = None
            raise Died
    return _send(self, *args)


def do(world: World, chance: random.Random, act: Act) -> None:
    """One act; what the shop refuses is no fault, anything else is."""
    world.clock.run_on(timedelta(minutes=chance.randint(1, 2 * 365 * 24 * 60 // YEAR_IN_ACTS)))
    try:
        with world.clock.running():
            act(world, chance)
    except DomainError:
        world.count(act.__name__, is_refused=True)
    except Died:
        connections.close_all()
        world.count("died")
    except Exception:
        world.faults.append(f"{act.__name__}: {traceback.format_exc(limit=-6)}")
    else:
        world.count(act.__name__)


def live(store: Any, world: World, seed: int, acts: int) -> None:
    """An actor in a thread, on connections of its own. Some acts end in their middle."""
    chance = random.Random(seed)
    try:
        with system_scope("soak"), use_store(store):
            for act in chance.choices(list(ACTS), list(ACTS.values()), k=acts):
                is_last = chance.random() < DEATH_OF_A_THREAD
                _left.statements = chance.randint(0, 40) if is_last else None
                do(world, chance, act)
                _left.statements = None
    finally:
        connections.close_all()


def kill_some(world: World, chance: random.Random, deaths: int) -> None:
    """A process is killed before a statement of an act, as `kill -9` would."""
    for act in chance.choices(list(ACTS), list(ACTS.values()), k=deaths):
        fate = random.Random(chance.random())
        kill_at_statement(partial(do, world, fate, act), chance.randint(1, 45))


def check(world: World) -> None:
    calm_down(world)
    faults = [*world.faults, *list_disagreements()]
    assert not faults, f"seed {world.seed}, at {world.clock.moment}:\n" + "\n".join(faults[:20])


@pytest.mark.soak
@pytest.mark.timeout(int(MINUTES * 60) + 1_800)
def test_a_year_of_random_shop_life(
    shop: Any, bank: MoodyBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = int(os.environ.get("SOAK_SEED", "0")) or random.SystemRandom().randint(1, 10**6)
    world, chance = open_world(seed, bank), random.Random(seed)
    monkeypatch.setattr(CursorWrapper, "_execute", _may_die)
    end, season = time.monotonic() + MINUTES * 60, 0
    while season == 0 or time.monotonic() < end:
        season += 1
        actors = [
            threading.Thread(
                target=live, args=(shop, world, chance.randrange(10**9), ACTS_IN_A_SEASON)
            )
            for _ in range(ACTORS)
        ]
        connections.close_all()
        for actor in actors:
            actor.start()
        for actor in actors:
            actor.join()
        kill_some(world, chance, DEATHS_IN_A_SEASON)
        check(world)
    said = ", ".join(f"{name} {count}" for name, count in sorted(world.done.items()))
    sys.stderr.write(f"seed {seed}, {season} seasons until {world.clock.moment:%Y-%m-%d}: {said}\n")


@pytest.mark.matrix
@pytest.mark.parametrize("seed", [1])
def test_some_weeks_of_it_with_one_actor(shop: Any, bank: MoodyBank, seed: int) -> None:
    """Deterministic, and short: what breaks the rules of an act shows here before the long run."""
    world, chance = open_world(seed, bank), random.Random(seed)
    for act in chance.choices(list(ACTS), list(ACTS.values()), k=120):
        do(world, chance, act)
    check(world)
    assert sum(world.done.values()) > 50
