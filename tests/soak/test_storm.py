"""The outside systems in a storm: vendors go away in the middle, webhooks come five times in any order, workers die at every
statement. In the end each order is at EasyEcom once, has one waybill and its history, and nothing is dead."""

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches

from apps.clickpost.codes import forget_codes
from apps.fulfilment import services as fulfilment
from apps.fulfilment.services import Pieces
from tests.soak.storm import Storm
from tests.soak.storm_checks import is_at_rest, list_faults, parcels_back
from tests.support.acting import STAFF
from tests.support.killing_statements import was_killed
from tests.vendors.running import RunningVendors

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]
_ROUNDS = 60


@dataclass(frozen=True)
class Size:
    """Each wave brings its part of the orders, and deaths at its part of the statements."""

    orders: int
    waves: int
    statements: range

    def deaths_in(self, wave: int) -> range:
        per_wave = len(self.statements) // self.waves
        return self.statements[wave * per_wave : (wave + 1) * per_wave]


SIZES = [
    pytest.param(
        Size(12, 2, range(2, 60, 8)), id="some", marks=[pytest.mark.matrix, pytest.mark.timeout(300)]
    ),
    pytest.param(
        Size(200, 10, range(1, 121)), id="200-orders", marks=[pytest.mark.soak, pytest.mark.timeout(5400)]
    ),
]  # fmt: skip


@pytest.fixture
def storm(
    throwaway_store: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Storm]:
    # A forked process prints in one more process, which takes seconds. What is printed is another test's.
    monkeypatch.setattr("apps.invoices.services.printing.render", lambda *args, **more: b"%PDF-")
    vendors = RunningVendors(tmp_path / "vendors.pickle")
    settings.EASYECOM_API_URL = vendors.easyecom
    settings.CLICKPOST_API_URL = settings.CLICKPOST_TEST_API_URL = vendors.clickpost
    settings.CLICKPOST_DATE_API_URL = vendors.clickpost
    caches["limits"].clear()
    forget_codes()
    vendors.start()
    try:
        found = Storm(throwaway_store, vendors, random.Random(7))
        found.connect()
        found.work()  # a worker that dies at the login of an account is for others to wait for
        yield found
    finally:
        vendors.stop()
        forget_codes()


@pytest.mark.parametrize("size", SIZES)
def test_every_order_arrives_once(storm: Storm, size: Size) -> None:
    for wave in range(size.waves):
        statements = size.deaths_in(wave)
        storm.buy(size.orders // size.waves)
        storm.kill(("handle", "relay", "push"), statements)
        if wave == size.waves // 2:
            a_minute_without_vendors(storm, statements)
        storm.cancel_some()
        storm.kill(("book", "relay"), statements)
        storm.move_goods()
        storm.collect()
        storm.kill(("receive",), statements)
        storm.send(0.6)
        storm.kill(("handle", "sweep", "read"), statements)
    assert min(storm.deaths.values()) >= size.waves, storm.deaths
    calm_down(storm)
    faults = list_faults(storm)
    assert not faults, "\n".join(faults[:30])
    sys.stderr.write(f"{len(storm.sales)} orders, deaths: {dict(storm.deaths)}\n")


def a_minute_without_vendors(storm: Storm, statements: Sequence[int]) -> None:
    """They go while workers ask them; what they had to say, and was not fetched, is never said again."""
    storm.work(("relay",))
    children = [storm.start(name, storm.workers()[name]) for name in ("push", "book")]
    storm.vendors.stop()
    for child in children:
        assert not was_killed(child)
    storm.kill(("push", "book"), statements[-2:])
    storm.work()
    storm.later(timedelta(seconds=20))
    storm.bring_vendors_back()


def calm_down(storm: Storm) -> None:
    """Nothing dies any more, the carriers end their work, and staff look into what is back."""
    is_moving = True
    for _ in range(_ROUNDS):
        storm.later(timedelta(minutes=20) if is_moving else timedelta(hours=3))
        is_moving = storm.move_goods(most=6)
        storm.collect()
        storm.send()
        storm.work()
        look_into_returns(storm)
        if not is_moving and not storm.unsent and is_at_rest(storm):
            return


def look_into_returns(storm: Storm) -> None:
    """All pieces are good, and in stock again."""
    with storm.inside():
        for each in parcels_back():
            lines = {
                line.order_line_id: Pieces(restock=line.out_quantity)
                for line in each.shipment.lines.all()
            }
            fulfilment.receive_return(shipment=each.shipment, lines=lines, actor=STAFF)
