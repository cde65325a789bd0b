"""What ClickPost says of parcels becomes their history and their state: once, in any order, never backwards."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.clickpost import services as clickpost
from apps.clickpost.models import FollowedParcel, StatusCode
from apps.common.clock import moved_to, now
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.desk import LISTS, Filters
from apps.fulfilment.models import ParcelReturn, Shipment, ShipmentEvent
from apps.fulfilment.states import FailureReason, ShipmentState
from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.integrations import services as integrations
from apps.integrations.documents import ClickPostOrder
from apps.orders.models import Order
from apps.platform.dead_ends import dead_end, list_dead_ends
from apps.storefront.order_parcels import Place, places_of, with_places
from apps.tenancy.context import use_store
from tests.checkout.shop import assert_adds_up
from tests.clickpost.desk import booked, books_itself, followed, hear, scans_of, sold, take
from tests.fulfilment.parcels import CASH
from tests.integrations.bodies import DEVELOPMENT, parcel, post
from tests.support.acting import STAFF
from tests.vendors.clickpost import ClickPostVendor

pytestmark = pytest.mark.django_db
_P = ShipmentState


@pytest.fixture
def sent(desk: ClickPostVendor) -> tuple[str, Shipment]:
    """The reference and the parcel of an order that is paid on delivery."""
    books_itself()
    row, found = booked(sold(payment_method=CASH))
    return row.reference, found


def state_of(found: Shipment) -> str:
    found.refresh_from_db()
    return found.state


def walk(desk: ClickPostVendor, reference: str) -> None:
    """The whole way to the buyer, with a failed attempt."""
    for move in (
        desk.pick_up,
        desk.travel,
        desk.go_out,
        desk.fail,
        desk.go_out,
        desk.deliver_parcel,
    ):
        move(reference)


EXPECTED = [
    ("shipment.scanned", "4", "Bengaluru_Hub"),
    ("shipment.scanned", "5", "Mumbai_Hub"),
    ("shipment.scanned", "6", "Mumbai_Andheri"),
    ("shipment.scanned", "9", "Mumbai_Andheri"),
    ("shipment.scanned", "6", "Mumbai_Andheri"),
    ("shipment.scanned", "8", "Mumbai_Andheri"),
]


def test_a_parcel_follows_its_carrier_to_the_door(
    desk: ClickPostVendor, sent: tuple[str, Shipment]
) -> None:
    reference, found = sent
    desk.pick_up(reference)
    hear(desk)
    assert (state_of(found), followed(found).last_status) == (_P.SHIPPED, "picked_up")
    desk.fail(reference, ndr=6)
    hear(desk)
    assert (state_of(found), found.failure_reason) == (_P.FAILED, FailureReason.ADDRESS)
    desk.travel(reference, "Mumbai_Hub")
    hear(desk)
    assert state_of(found) == _P.FAILED, "a failed parcel in a hub waits for a decision"
    desk.go_out(reference)
    hear(desk)
    assert state_of(found) == _P.SHIPPED
    scan = desk.deliver_parcel(reference)
    hear(desk, times=3)
    assert state_of(found) == _P.DELIVERED
    indian = datetime.fromisoformat(scan["timestamp"].rstrip("Z") + "+05:30")
    assert found.delivered_at == indian, "its Z is Indian time"
    order = Order.objects.get(pk=found.order_id)
    assert order.payment_state == "paid"
    assert_adds_up(order)
    assert followed(found).is_over


@pytest.mark.parametrize("seed", range(3))
def test_doubled_and_shuffled_messages_end_the_same(
    desk: ClickPostVendor, sent: tuple[str, Shipment], seed: int
) -> None:
    reference, found = sent
    walk(desk, reference)
    hear(desk, times=5, shuffled=random.Random(seed))
    assert scans_of(found) == EXPECTED
    assert (state_of(found), followed(found).last_code) == (_P.DELIVERED, "8")
    sequences = list(found.events.values_list("sequence", flat=True))
    assert sequences == list(range(1, len(sequences) + 1))
    waiting = InboxMessage.objects.exclude(state="done")
    assert not waiting.exists()
    assert_adds_up(found.order)


def test_a_parcel_that_comes_back_is_expected(
    desk: ClickPostVendor, sent: tuple[str, Shipment]
) -> None:
    reference, found = sent
    desk.turn_back(reference)
    hear(desk)
    assert [each.code for each in LISTS.values() if each.find(Filters())] == ["returning"]
    desk.bring_back(reference)
    hear(desk, times=2, shuffled=random.Random(1))
    assert state_of(found) == _P.RETURNING
    row = ParcelReturn.objects.get()
    assert (row.kind, row.state) == ("undelivered", "expected"), "staff look into it"
    assert followed(found).last_status == "returned"
    assert [each.code for each in LISTS.values() if each.find(Filters())] == ["back"]
    (back,) = list_dead_ends(dead_end.items()["fulfilment.back"])
    assert (back.since, back.part) == (found.back_at, f"parcel-{found.pk}")
    assert places_of(with_places(Order.objects.all()).get()) == [Place.HERE]
    with moved_to(now() + timedelta(days=30)):
        assert list_dead_ends(dead_end.items()["fulfilment.return"]) == [], "it is there"
    desk.deliver_parcel(reference)
    hear(desk)
    assert (state_of(found), found.back_at) == (_P.DELIVERED, None), "the carrier had delivered it"


def test_what_carriers_can_not_decide_waits_for_people(
    desk: ClickPostVendor, sent: tuple[str, Shipment]
) -> None:
    reference, found = sent
    desk.scan(reference, 3, "The warehouse was closed", "Bengaluru_Hub")
    desk.scan(reference, 17, "Wet", "Bengaluru_Hub")
    desk.scan(reference, 16, "Lost", "Bengaluru_Hub")
    hear(desk)
    assert [kind for kind, _code, _place in scans_of(found)] == [
        "shipment.pickup_failed",
        "shipment.damaged",
        "shipment.lost",
    ]
    event = ShipmentEvent.objects.get(kind="shipment.lost")
    assert {"code": "16", "status": "lost", "remark": "Lost"}.items() <= event.data.items()
    kind = dead_end.items()["clickpost.problem"]
    assert "Lost by the carrier" in list_dead_ends(kind)[0].why
    desk.deliver_parcel(reference)
    desk.turn_back(reference)
    hear(desk)
    assert state_of(found) == _P.DELIVERED
    assert "here the parcel is delivered" in list_dead_ends(kind)[0].why


def test_an_unknown_code_is_kept_counted_and_mapped_later(
    desk: ClickPostVendor, sent: tuple[str, Shipment]
) -> None:
    reference, found = sent
    desk.scan(reference, 77, "Gate pass", "Hub", name="GatePass")
    desk.scan(reference, 78, "Given", "Door", name="HandedOver", bucket=6)
    hear(desk, shuffled=random.Random(2))
    unknown = StatusCode.objects.filter(is_mapped=False)
    assert {row.code: row.name for row in unknown} == {"77": "GatePass", "78": "HandedOver"}
    assert state_of(found) == _P.DELIVERED, "its bucket says so"
    _row, other = booked(sold())
    desk.scan(_row.reference, 79, "Put down", "Door", name="PutDown")
    hear(desk)
    assert state_of(other) == _P.SHIPPED
    code = StatusCode.objects.get(code="79")
    assert (code.seen_count, followed(other).last_status) == (1, "other")
    assert clickpost.map_code(row=code, status="delivered") == 1
    assert state_of(other) == _P.DELIVERED
    assert clickpost.map_code(row=code, status="delivered") == 0


def test_a_parcel_that_another_system_booked_is_followed_from_its_first_news(
    desk: ClickPostVendor,
) -> None:
    """News may come before the parcel has a number here."""
    order = sold()
    desk.book(order.number, waybill="DL-77")
    desk.pick_up(order.number)
    hear(desk)
    assert "No parcel here" in InboxMessage.objects.get(source="clickpost").effect
    found = fulfilment.ship_order(order=order, tracking_number="DL-77", actor=STAFF)
    relay_outbox()
    assert scans_of(found) == [("shipment.scanned", "4", "Bengaluru_Hub")]
    desk.fail(order.number, ndr=2)
    hear(desk)
    assert (state_of(found), found.failure_reason) == (_P.FAILED, FailureReason.REFUSED)
    by_hand = fulfilment.ship_order(order=sold(), tracking_number="OWN-1", actor=STAFF)
    relay_outbox()
    assert not FollowedParcel.objects.filter(shipment=by_hand).exists()


def test_silent_parcels_are_asked_about_five_at_a_time(desk: ClickPostVendor) -> None:
    books_itself()
    rows = [booked(sold(quantity=1))[0] for _ in range(6)]
    for row in rows:
        desk.pick_up(row.reference)
        desk.deliver_parcel(row.reference)
    desk.waiting.clear()  # the webhooks are lost
    assert clickpost.ask_about_silent_parcels() == 0
    FollowedParcel.objects.update(heard_at=now() - timedelta(hours=7))
    assert clickpost.ask_about_silent_parcels() == 6
    assert desk.count("/track-order/") == 2
    inbox.handle_due()
    found = Shipment.objects.get(order__number=rows[0].reference)
    assert (state_of(found), len(scans_of(found))) == (_P.DELIVERED, 2)
    [document] = ClickPostOrder.objects.filter(number=rows[0].reference)
    assert len(document.scans) == 2
    assert clickpost.ask_about_silent_parcels() == 0, "they are over"
    assert Shipment.objects.filter(state=_P.DELIVERED).count() == 6


def test_a_webhook_repeats_what_polling_said(
    desk: ClickPostVendor, sent: tuple[str, Shipment]
) -> None:
    """The same scans in both forms are one history."""
    reference, found = sent
    desk.pick_up(reference)
    desk.travel(reference)
    FollowedParcel.objects.update(heard_at=now() - timedelta(hours=7))
    assert clickpost.ask_about_silent_parcels() == 1
    inbox.handle_due()
    before = scans_of(found)
    hear(desk, times=2)
    assert scans_of(found) == before
    assert len(before) == 2
    [document] = ClickPostOrder.objects.filter(number=reference)
    assert len(document.scans) == 2


def test_buyers_read_where_their_parcel_has_been(
    desk: ClickPostVendor,
    sent: tuple[str, Shipment],
    store: Any,
    client_for: Callable[..., Client],
) -> None:
    reference, found = sent
    desk.pick_up(reference)
    desk.fail(reference, words="Called 98450 12345, no answer")
    hear(desk)
    page = client_for(store).get(f"/orders/{found.order.access_token}/").content.decode()
    for words in (
        "Fetched by the carrier, Bengaluru_Hub",
        "Could not be delivered, Mumbai_Andheri",
    ):
        assert words in page
    assert page.index("Could not be delivered, Mumbai") < page.index("Fetched by the carrier, Beng")
    assert "98450 12345, no answer" not in page


def test_development_moves_nothing(
    desk: ClickPostVendor,
    sent: tuple[str, Shipment],
    other_store: Any,
    store: Any,
    client_for: Callable[..., Client],
) -> None:
    reference, found = sent
    waybill = found.tracking_number
    tests = integrations.add_integration(kind="clickpost", environment="development")
    secret = integrations.make_secret(integration=tests)
    body = {**parcel(reference, code=8), "waybill": waybill}
    assert post(client_for(store), f"{DEVELOPMENT}tracking", body, secret).status_code == 200
    inbox.handle_due()
    assert (state_of(found), scans_of(found)) == (_P.SHIPPED, [])
    with use_store(other_store):
        take("tracking", body)
        inbox.handle_due()
    assert (state_of(found), scans_of(found)) == (_P.SHIPPED, [])


def test_a_message_costs_few_statements(
    desk: ClickPostVendor, sent: tuple[str, Shipment], django_assert_max_num_queries: Any
) -> None:
    reference, _found = sent
    desk.pick_up(reference)
    hear(desk)
    for _ in range(20):
        desk.travel(reference)
    desk.deliver(take)
    with django_assert_max_num_queries(20 * 10 + 10):
        inbox.handle_due()
