"""The desk of parcels: what stands still, was not picked up, is lost or damaged; the buyer's answer, calls and figures."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.common.clock import moved_to, now, today
from apps.fulfilment import desk
from apps.fulfilment import services as fulfilment
from apps.fulfilment.desk import LISTS, Filters
from apps.fulfilment.models import Shipment
from apps.fulfilment.rto_figures import (
    failures_by_reason_and_carrier,
    shares_by_carrier,
    shares_by_postal_code,
)
from apps.fulfilment.services import Scan
from apps.fulfilment.services.parcels import record_parcel
from apps.fulfilment.states import ScanStatus
from apps.tenancy.context import use_store
from tests.api.shop import make_user
from tests.checkout.shop import make_goods
from tests.fulfilment.parcels import CASH, buy, deliver, ship
from tests.support.acting import STAFF, SYSTEM, seeing_all
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db
DESK = "/admin/fulfilment/shipment/undelivered/"


def sent(carrier: str = "Delhivery", **more: Any) -> Shipment:
    return ship(buy(make_goods(), payment_method=CASH), carrier=carrier, **more)


def scan(parcel: Shipment, kind: str = "shipment.scanned", **data: Any) -> None:
    record_parcel(parcel, kind, SYSTEM, **data)


def signed_in(store: Any, client_for: Callable[..., Client], role: Role) -> Client:
    client, person = client_for(store), make_user(store, role)
    with use_store(store):
        client.force_login(person)
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    return client


def numbers(code: str, **filters: str) -> list[str]:
    return [each.number for each in LISTS[code].find(Filters(**filters))]


def test_parcels_without_news_stand_still_and_scans_move_them(store: Any) -> None:
    with seeing_all(store):
        silent, moving, over = sent(), sent("Blue Dart"), sent()
        deliver(over)
        with moved_to(now() + timedelta(days=3)):
            scan(moving, place="Mumbai hub", status="In transit", at="2026-11-30T10:00:00+05:30")
            fulfilment.note_call(shipment=silent, note="They look for it", actor=STAFF)
            assert numbers("still") == []
        with moved_to(now() + timedelta(days=5)):
            assert numbers("still") == [silent.number], "a call is no news of the parcel"
        with moved_to(now() + timedelta(days=8)):
            assert numbers("still") == [silent.number, moving.number], "the longest silent first"
            assert numbers("still", carrier="BLUE dart") == [moving.number]
            statements: list[str] = []
            with count_statements(statements):
                found = list(desk.still())
            assert len(statements) == 2, "the setting, and the list"
        assert found[1].last_data["place"] == "Mumbai hub"  # type: ignore[attr-defined]


def test_pickups_that_failed_and_parcels_that_are_lost_are_lists(store: Any) -> None:
    with seeing_all(store):
        waiting, taken, lost, broken = sent(), sent(), sent(), sent()
        for parcel in (waiting, taken):
            scan(parcel, "shipment.pickup_failed", remark="Shop was closed")
        scan(taken)
        scan(lost, "shipment.lost")
        scan(broken, "shipment.damaged", remark="Wet")
        fulfilment.note_call(shipment=waiting, note="Comes tomorrow", actor=STAFF)
        statements: list[str] = []
        with count_statements(statements):
            assert numbers("pickups") == [waiting.number]
            assert numbers("lost") == [lost.number, broken.number]
        assert len(statements) == 2
        line = broken.lines.get().order_line_id
        fulfilment.receive_return(
            shipment=broken, lines={line: fulfilment.Pieces(write_off=2)}, actor=STAFF
        )
        assert numbers("lost") == [lost.number]


def test_a_failed_pickup_that_is_reported_late_is_no_news(store: Any) -> None:
    with seeing_all(store):
        fetched, waiting = sent(), sent()
        for parcel, hours in ((fetched, 5), (waiting, 1)):
            scans = [
                Scan(code="5", status=ScanStatus.IN_TRANSIT, at=now() - timedelta(hours=2)),
                Scan(code="3", status=ScanStatus.PICKUP_FAILED, at=now() - timedelta(hours=hours)),
            ]
            for scan_of in scans:
                fulfilment.record_scans(shipment=parcel, scans=[scan_of], actor=SYSTEM)
        assert numbers("pickups") == [waiting.number]


def test_staff_work_through_the_desk(store: Any, client_for: Callable[..., Client]) -> None:
    with seeing_all(store):
        refused, absent = sent(), sent("Blue Dart", tracking_number="BD1")
        fulfilment.note_failed_attempt(shipment=refused, reason="refused", actor=STAFF)
        fulfilment.note_failed_attempt(shipment=absent, reason="unavailable", actor=STAFF)
        day = today() + timedelta(days=2)
        fulfilment.answer_failed_attempt(
            shipment=absent, wish="again", on=day, phone="98450 54321", actor=STAFF
        )
    staff = signed_in(store, client_for, Role.FULFILMENT)
    page = staff.get(DESK).content.decode()
    assert "The buyer answered: Bring it again" in page
    assert f'value="{day.isoformat()}"' in page, "the form is filled in"
    assert "98450" in page.replace("-", "")
    only = staff.get(f"{DESK}?reason=refused&carrier=delhivery").content.decode()
    assert refused.number in only
    assert absent.number not in only
    assert refused.number in staff.get(f"{DESK}?list=x&reason=%00&p=-3").content.decode()
    back = "reason=unavailable&p=1&next=//evil.example"
    called = staff.post(
        f"/admin/fulfilment/shipment/{absent.pk}/call/", {"note": "Not reached", "desk": back}
    )
    assert called["Location"] == f"{DESK}?reason=unavailable"
    assert "Call: Not reached" in staff.get(DESK).content.decode()
    form = {"shipment": str(absent.pk), "on": day.isoformat(), "phone": "98450 54321", "desk": ""}
    staff.post(f"/admin/orders/order/{absent.order_id}/attempt/", form)
    coming = staff.get(f"{DESK}?list=coming").content.decode()
    assert absent.number in coming
    assert "Next attempt on" in coming
    reader = signed_in(store, client_for, Role.READ_ONLY)
    assert "Note a call" not in reader.get(DESK).content.decode()
    assert reader.post(f"/admin/fulfilment/shipment/{absent.pk}/call/", form).status_code == 403
    assert signed_in(store, client_for, Role.CUSTOMER).get(DESK).status_code in (302, 403)


def test_many_rows_are_pages_of_a_few_statements(
    store: Any, client_for: Callable[..., Client]
) -> None:
    with seeing_all(store):
        first = sent()
        copies = [
            Shipment(order=first.order, number=f"COPY-{number}", request_key=str(number), state="failed", failure_reason="other")
            for number in range(60)
        ]  # fmt: skip
        Shipment.objects.bulk_create(copies)
    staff = signed_in(store, client_for, Role.MANAGER)
    staff.get(DESK)
    statements: list[str] = []
    with use_store(store), count_statements(statements):
        page = staff.get(f"{DESK}?p=2").content.decode()
    assert page.count('class="bo-parcel"') == 25
    assert "Page 2 of 3" in page
    assert len(statements) < 45


def test_figures_say_where_parcels_never_arrive(
    store: Any, client_for: Callable[..., Client]
) -> None:
    with seeing_all(store):
        never, arrived, other, moving = sent(), sent("delhivery"), sent("Blue Dart"), sent()
        for parcel, reason in ((never, "refused"), (other, "refused"), (moving, "address")):
            fulfilment.note_failed_attempt(shipment=parcel, reason=reason, actor=STAFF)
        fulfilment.expect_return(shipment=never, actor=STAFF)
        deliver(arrived), deliver(other)
        reasons, carriers = failures_by_reason_and_carrier()
        assert reasons == {"The customer refused it": 2, "The address is wrong or incomplete": 1}
        assert carriers == {"Delhivery": 2, "Blue Dart": 1}
        shares = {each.name.casefold(): (each.never, each.over) for each in shares_by_carrier()}
        assert shares == {"delhivery": (1, 2), "blue dart": (0, 1)}
        (code,) = shares_by_postal_code()
        assert (code.never, code.over, code.percent) == (1, 3, 33)
    staff = signed_in(store, client_for, Role.MANAGER)
    page = staff.get(f"{DESK}figures/").content.decode()
    assert "50 %" in page
    assert "<rect" in page
