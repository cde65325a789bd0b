"""Files of couriers: read in their wordings, compared with parcels, counted once."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from apps.common.clock import moved_to, now, today
from apps.common.csv_files import NotATable
from apps.common.errors import InvalidInput
from apps.common.states import TransitionNotAllowed
from apps.events.models import AuditEntry
from apps.fulfilment import services as fulfilment
from apps.payments.models import Transaction
from apps.platform.ledgers import check_ledgers
from apps.remittances import services as remittances
from apps.remittances.balances import (
    balances_by_courier,
    differing_parcels,
    late_parcels,
    wrong_lines,
)
from apps.remittances.errors import RemittanceKnown
from apps.remittances.models import Remittance, RemittanceLine
from apps.remittances.selectors import Sums, compare, sums_of
from apps.remittances.table import read_remittance
from apps.tenancy.context import use_actor
from tests.remittances.files import csv_of, delivered, on_its_way, upload
from tests.support.acting import STAFF

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_work(in_store: Any) -> Iterator[None]:
    with use_actor(STAFF):
        yield


def findings(remittance: Remittance) -> dict[str, str]:
    compared = compare(remittance.lines.order_by("row"))
    return {one.line.waybill: one.line.fault or one.finding for one in compared}


def read(*rows: str) -> list[tuple[Any, ...]]:
    found = read_remittance(csv_of(*rows).read(), currency="INR", language="en-IN")
    return [
        (row.waybill, row.amount_minor, row.paid_on, row.reference, bool(row.fault))
        for row in found
    ]


def test_the_wordings_of_couriers_are_read() -> None:
    day = date(2026, 11, 28)
    for rows in (
        # Delhivery
        ["Waybill Number,Order ID,COD Amount,UTR Number,Remittance Date", "1490000001,A-1,947.00,UTIB1,28-11-2026"],
        # Blue Dart, with a title and a sum
        ["COD REMITTANCE REPORT", "AWB No;Delivery Date;Amount Remitted;Cheque No;Payment Date", "1490000001;2026-11-20;947;UTIB1;28/11/2026", "Total;;947;;"],
        # Ecom Express
        ["AWB Number\tCollectable Value\tCOD Remitted\tBank Transaction ID\tRemittance Date", "1490000001\t950\t947\tUTIB1\t28-Nov-2026 18:30"],
        # ClickPost's report
        ["waybill,courier_partner,reference_number,cod_amount,utr,remittance_date", '1490000001,4,KS-1,"₹ 947.00",UTIB1,2026-11-28T00:00:00'],
        ['="AWB","Amt","UTR No.","Date"', '="1490000001","947/-","UTIB1","28.11.2026"'],
    ):  # fmt: skip
        assert read(*rows) == [("1490000001", 94_700, day, "UTIB1", False)], rows
    assert read("awb,amount", '1490000001.0,"1,49,900.50"') == [("1490000001", 14_990_050, None, "", False)]  # fmt: skip
    faults = read("awb,amount,date", "1.49E+12,5,", ",5,", "A1,much,", "A1,5,31-31-2026", "A2,-5,")
    assert [each[-1] for each in faults] == [True] * 5
    with pytest.raises(NotATable, match="The file is empty"):
        read("")
    for rows in (["order,amount", "1,2"], ["x"], [""]):
        with pytest.raises(NotATable):
            read(*rows)


def test_a_file_is_compared_with_the_parcels_and_counts_when_it_is_booked() -> None:
    for waybill in ("FITS", "LESS", "MORE"):
        delivered(waybill)
    on_its_way("MOVES")
    before = Transaction.objects.count()
    made = upload(
        "AWB,Amount,UTR", "fits,500,U1", "LESS,450,U1", "MORE,510,U1", "MOVES,500,U1", "NONE,5,U1",
        "FITS,500,u1", "BAD,x,U1", paid_on=today(),
    )  # fmt: skip
    assert findings(made) == {
        "FITS": "twice", "LESS": "less", "MORE": "more", "MOVES": "not_delivered", "NONE": "unknown", "BAD": "unreadable",
    }  # fmt: skip
    assert (made.line_count, made.fault_count, made.total_minor) == (7, 2, 196_500)
    assert sums_of(made) == Sums(196_000, 500)
    assert balances_by_courier()[0].came_minor == 0, "nothing counts before it is booked"
    for _press in range(2):
        booked = remittances.book_remittance(remittance=made)
    assert (booked.state, booked.total_minor) == ("booked", 196_500)
    (balance,) = balances_by_courier()
    assert (balance.parcels, balance.collected_minor, balance.came_minor) == (3, 150_000, 146_000)
    assert {row["waybill"]: row["came"] - row["cash"] for row in differing_parcels()} == {"LESS": -5_000, "MORE": 1_000}  # fmt: skip
    assert {one.line.waybill: str(one.finding) for one in wrong_lines(10)} == {"MOVES": "not_delivered", "NONE": "unknown"}  # fmt: skip
    assert Transaction.objects.count() == before, "the buyers have paid already"
    assert check_ledgers() == []
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"remittance.uploaded", "remittance.booked"}  # fmt: skip


def test_a_parcel_is_found_in_any_spelling_and_by_its_own_number_only_without_a_waybill() -> None:
    delivered("Dx7kq")
    without, other = delivered(""), delivered("OTHER")
    made = upload(
        "AWB,Amount,UTR", "dX7KQ,500,U1", f"{without.number},500,U1", f"{other.number},500,U1"
    )
    assert findings(made) == {"DX7KQ": "fits", without.number: "fits", other.number: "unknown"}
    remittances.book_remittance(remittance=made)
    assert sum(balance.came_minor for balance in balances_by_courier()) == 100_000
    assert [row["waybill"] for row in late_parcels()] == []


def test_a_text_that_is_named_as_a_workbook_is_none() -> None:
    with pytest.raises(NotATable, match="This is not an XLSX file"):
        remittances.upload_remittance(
            file=csv_of("AWB,Amount", "A,5"), name="cod.XLSX", courier="Delhivery", actor=STAFF
        )


def test_the_same_file_and_the_same_line_count_once() -> None:
    delivered("ONE"), delivered("TWO")
    first = upload("AWB,Amount,UTR", "ONE,500,U1")
    with pytest.raises(RemittanceKnown) as known:
        upload("AWB,Amount,UTR", "ONE,500,U1", courier="Delhivery Surface")
    assert known.value.details["remittance_id"] == str(first.pk)
    remittances.book_remittance(remittance=first)
    again = upload("AWB,Amount,UTR,Date", "ONE,500,u1,2026-11-02", "TWO,500,U1,2026-11-02")
    assert findings(again) == {"ONE": "twice", "TWO": "fits"}
    rival = upload("AWB,Amount,UTR", "TWO,500,U1", " ")
    assert findings(rival) == {"TWO": "fits"}
    remittances.book_remittance(remittance=again)
    assert remittances.book_remittance(remittance=rival).total_minor == 0, "it was overtaken"
    assert findings(rival) == {"TWO": "twice"}
    assert balances_by_courier()[0].open_minor == 0
    for _press in range(2):
        remittances.discard_remittance(remittance=first)
    with pytest.raises(TransitionNotAllowed):
        remittances.book_remittance(remittance=first)
    assert balances_by_courier()[0].open_minor == 50_000
    anew = remittances.book_remittance(remittance=upload("AWB,Amount,UTR", "ONE,500,U1"))
    assert anew.total_minor == 50_000
    assert RemittanceLine.objects.filter(booked_key__isnull=False).count() == 2


def test_two_orders_in_one_parcel_are_one_amount() -> None:
    delivered("SHARED"), delivered("shared")
    made = upload("AWB,Amount", "Shared,1000")
    assert findings(made) == {"SHARED": "fits"}
    remittances.book_remittance(remittance=made)
    (balance,) = balances_by_courier()
    assert (balance.parcels, balance.open_minor) == (1, 0)


def test_cash_that_does_not_come_is_late_and_a_delivery_that_was_none_is_not() -> None:
    parcel, nameless = delivered("A"), delivered("", carrier="")
    wrong = delivered("W")
    assert list(late_parcels()) == []
    fulfilment.undo_delivery(shipment=wrong, actor=STAFF)
    with moved_to(now() + timedelta(days=11)):
        late = {row["waybill"] for row in late_parcels()}
        assert late == {"A", nameless.number}
        by_name = {each.courier: each for each in balances_by_courier()}
        assert by_name["Delhivery"].late_minor == parcel.cash_minor
        assert by_name[""].late_parcels == 1
        remittances.book_remittance(remittance=upload("AWB,Amount", "A,1"))
        assert {row["waybill"] for row in late_parcels()} == {nameless.number}


def test_what_can_not_be_is_refused() -> None:
    with pytest.raises(InvalidInput):
        upload("AWB,Amount", "A,1", courier=" ")
    with pytest.raises(InvalidInput):
        upload("AWB,Amount", "A,1", paid_on=today() + timedelta(days=1))
    with pytest.raises(NotATable):
        upload("AWB,Amount")
    with pytest.raises(NotATable, match="too large"):  # more than a column of the database holds
        upload("AWB,Amount", *(f"A{number},90000000000000.00" for number in range(1_100)))
    assert not Remittance.objects.exists()


def test_a_number_that_grows_in_capitals_is_a_fault_of_its_row() -> None:
    made = upload("AWB,Amount", f"{'ß' * 80},1", f"{'ß' * 40},2")
    assert [line.fault for line in made.lines.order_by("row")] == ["unreadable", ""]
