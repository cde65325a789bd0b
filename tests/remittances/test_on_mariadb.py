"""The lists of the desk and the cash of couriers say the same in a store on MariaDB as in one on PostgreSQL."""

from datetime import timedelta
from typing import Any

import pytest

from apps.common.clock import moved_to, now
from apps.fulfilment import services as fulfilment
from apps.fulfilment.desk import LISTS, Filters, with_last_call
from apps.fulfilment.rto_figures import (
    failures_by_reason_and_carrier,
    shares_by_carrier,
    shares_by_postal_code,
)
from apps.fulfilment.services.parcels import record_parcel
from apps.platform.ledgers import check_ledgers
from apps.remittances import services as remittances
from apps.remittances.balances import (
    balances_by_courier,
    differing_parcels,
    late_parcels,
    wrong_lines,
)
from tests.fulfilment.parcels import take_back
from tests.remittances.files import delivered, on_its_way, upload
from tests.support.acting import STAFF, SYSTEM, seeing_all
from tests.support.mariadb import placed_on

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.mariadbd,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]


def answers() -> dict[str, Any]:
    """What is found of some parcels, by their waybills."""
    for waybill in ("d1", "D1", "D2", "D3"):
        delivered(waybill)
    _still, failed, lost, unpicked, back = (on_its_way(f"W{number}") for number in range(5))
    fulfilment.note_failed_attempt(shipment=failed, reason="refused", actor=STAFF)
    fulfilment.note_call(shipment=failed, note="Not reached", actor=STAFF)
    record_parcel(lost, "shipment.lost", SYSTEM, remark="Gone")
    record_parcel(unpicked, "shipment.pickup_failed", SYSTEM)
    fulfilment.expect_return(shipment=back, actor=STAFF)
    take_back(back, restock=1)
    made = upload("AWB,Amount,UTR", "D1,900,U1", "d2,500,U1", "W0,5,U1", "X,5,U1", "D2,500,U1")
    for _press in range(2):
        remittances.book_remittance(remittance=made)
    with moved_to(now() + timedelta(days=11)):
        called: Any = with_last_call(LISTS["failed"].find(Filters(carrier="DELHIVERY")))
        return {
            "lists": {
                code: sorted(row.tracking_number for row in each.find(Filters()))
                for code, each in LISTS.items()
            },
            "call": [row["call"]["note"] for row in called.values("call")],
            "figures": (
                failures_by_reason_and_carrier(),
                shares_by_carrier(),
                shares_by_postal_code(),
            ),
            "balances": balances_by_courier(),
            "late": [row["waybill"] for row in late_parcels()],
            "differing": [
                (row["waybill"], row["cash"], row["came"]) for row in differing_parcels()
            ],
            "wrong": sorted((one.line.waybill, str(one.finding)) for one in wrong_lines(9)),
            "books": check_ledgers(),
        }


def test_both_databases_say_the_same(mariadb: Any, throwaway_store: Any) -> None:
    with seeing_all(throwaway_store):
        first = answers()
    assert first["differing"] == [("D1", 100_000, 90_000)]
    assert first["late"] == ["D3"]
    assert first["wrong"] == [("W0", "not_delivered"), ("X", "unknown")]
    assert first["lists"]["lost"] == ["W2"]
    assert first["books"] == []
    with placed_on(mariadb) as placed, seeing_all(placed):
        second = answers()
    for name, answer in first.items():
        assert second[name] == answer, name
