"""What is decided here about a failed delivery reaches the carrier, and a refusal reaches people."""

from datetime import timedelta
from typing import Any

import pytest

from apps.clickpost.models import CarrierRequest
from apps.common.clock import today
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.inbox import services as inbox
from apps.platform.dead_ends import dead_end, list_dead_ends, resolve_dead_end
from tests.checkout.shop import ADDRESS, make_cart, make_goods, place
from tests.clickpost.desk import booked, books_itself, hear, sold, take, work
from tests.fulfilment.parcels import CASH
from tests.integrations.bodies import parcel as news_of
from tests.support.acting import STAFF
from tests.vendors.base import Fault
from tests.vendors.clickpost import ClickPostVendor

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(desk: ClickPostVendor) -> tuple[str, Shipment]:
    books_itself()
    row, parcel = booked(sold(payment_method=CASH))
    desk.pick_up(row.reference)
    desk.fail(row.reference)
    hear(desk)
    parcel.refresh_from_db()
    return row.reference, parcel


def acts_of(desk: ClickPostVendor, reference: str) -> list[tuple[str, Any]]:
    return [(each["act"], each.get("action_data")) for each in desk.parcels[reference].acts]


def test_another_day_and_number_reach_the_carrier_once(
    desk: ClickPostVendor, failed: tuple[str, Shipment]
) -> None:
    reference, parcel = failed
    day = today() + timedelta(days=2)
    desk.faults.append(Fault("status", "/ndr/update/", status=503))
    fulfilment.attempt_again(shipment=parcel, on=day, phone="98450 54321", actor=STAFF)
    for _ in range(3):
        CarrierRequest.objects.filter(due_at__isnull=False).update(due_at=parcel.created_at)
        work()
    edit, defer = acts_of(desk, reference)
    assert edit == (
        "EDIT_DETAILS",
        {
            "name": "Asha Rao",
            "add": "12 Residency Road, Bengaluru, 560025",
            "phone": "9845054321",
        },
    )
    assert defer == ("DEFER_DLV", {"deferred_date": day.isoformat()})
    assert set(CarrierRequest.objects.values_list("state", flat=True)) == {"sent"}


def test_what_the_carrier_decided_itself_is_not_sent_back(
    desk: ClickPostVendor, failed: tuple[str, Shipment]
) -> None:
    reference, _parcel = failed
    desk.go_out(reference)
    desk.turn_back(reference)
    hear(desk)
    work()
    assert acts_of(desk, reference) == []
    assert not CarrierRequest.objects.exists()


def test_a_refused_decision_waits_for_people(
    desk: ClickPostVendor, failed: tuple[str, Shipment]
) -> None:
    reference, parcel = failed
    desk.takes_acts = False
    fulfilment.expect_return(shipment=parcel, reason="Asked for by the buyer", actor=STAFF)
    work()
    kind = dead_end.items()["clickpost.request"]
    (found,) = list_dead_ends(kind)
    assert (found.order_id, found.why) == (parcel.order_id, "Not possible for this shipment")
    desk.takes_acts = True
    assert resolve_dead_end(kind=kind, key=found.key, actor=STAFF).left is None
    assert acts_of(desk, reference) == [("INITIATE_RTO", None)]


def test_a_parcel_of_another_carrier_is_left_alone(desk: ClickPostVendor) -> None:
    parcel = fulfilment.ship_order(order=sold(), tracking_number="OWN-1", actor=STAFF)
    fulfilment.note_failed_attempt(shipment=parcel, reason="refused", actor=STAFF)
    fulfilment.attempt_again(shipment=parcel, actor=STAFF)
    relay_outbox()
    assert not CarrierRequest.objects.exists()


@pytest.mark.parametrize(
    "phones",
    [
        {"phone": "98450 12345", "shipping_address": {**ADDRESS, "phone": ""}},
        {"shipping_address": {**ADDRESS, "phone": "+91 98450 12345 ext 12"}},
        {"shipping_address": {**ADDRESS, "phone": "९८४५० １２３４５"}},
    ],
)
def test_a_carrier_gets_ten_digits_wherever_and_however_the_number_was_typed(
    desk: ClickPostVendor, phones: dict[str, Any]
) -> None:
    """Without its extension, which no carrier takes; at the booking, and where a redirection names another street alone."""
    books_itself()
    row, parcel = booked(place(make_cart(make_goods()), payment_method=CASH, **phones).order)
    assert desk.parcels[row.reference].body["drop_info"]["drop_phone"] == "9845012345"
    desk.pick_up(row.reference)
    desk.fail(row.reference)
    hear(desk)
    parcel.refresh_from_db()
    fulfilment.attempt_again(shipment=parcel, address={"line1": "14 Residency Road"}, actor=STAFF)
    work()
    assert acts_of(desk, row.reference)[0][1]["phone"] == "9845012345"


@pytest.mark.parametrize(("typed", "said"), [("ab-77in", "AB-77IN"), ("AB-77IN", "ab-77in")])
def test_a_waybill_is_the_same_in_small_letters(
    desk: ClickPostVendor, typed: str, said: str
) -> None:
    parcel = fulfilment.ship_order(order=sold(), tracking_number=typed, actor=STAFF)
    relay_outbox()
    take("tracking", {**news_of("KS-1", 9), "waybill": said})
    inbox.handle_due()
    parcel.refresh_from_db()
    assert parcel.state == "failed"
    fulfilment.attempt_again(shipment=parcel, actor=STAFF)
    relay_outbox()
    assert [(row.act, row.waybill) for row in CarrierRequest.objects.all()] == [
        ("RE-ATTEMPT", said)
    ]
