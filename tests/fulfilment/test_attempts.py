"""Failed attempts of delivery, returns to origin, and orders that their buyers collect."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.checkout.errors import ShippingUnavailable
from apps.common.clock import moved_to, now, today
from apps.common.errors import InvalidInput
from apps.common.states import TransitionNotAllowed
from apps.events.consumers import consumes, forget
from apps.events.services import relay_outbox
from apps.fulfilment import desk
from apps.fulfilment import services as fulfilment
from apps.fulfilment.errors import ParcelMovedOn, WaitsForCollector
from apps.fulfilment.models import DeliverySettings, ParcelReturn, Shipment
from apps.fulfilment.services import collecting
from apps.fulfilment.states import ShipmentState
from apps.fulfilment.undelivered import (
    count_never_delivered,
    undelivered_signs,
    with_counts,
)
from apps.inventory.models import Warehouse
from apps.notifications.models import SentMail
from apps.payments.models import Refund
from apps.platform.dead_ends import dead_end, list_dead_ends
from apps.tenancy.context import use_actor, use_store
from tests.api.shop import make_user
from tests.checkout.shop import ADDRESS, make_cart, make_goods, place, stock_of
from tests.fulfilment.parcels import CASH, WHO, buy, pickup, settle, ship
from tests.payments.bank import pay_and_tell
from tests.support.acting import STAFF, SYSTEM, seeing_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_work(in_store: Any) -> Iterator[None]:
    with use_actor(SYSTEM):
        yield


def failed(order: Any, reason: str = "unavailable") -> Shipment:
    return fulfilment.note_failed_attempt(shipment=ship(order), reason=reason, actor=STAFF)


def test_a_failed_attempt_waits_and_is_tried_again_or_given_up(at_work: None) -> None:
    goods = make_goods()
    order = place(make_cart(goods), payment_method=CASH).order
    parcel = failed(order)
    fulfilment.note_failed_attempt(shipment=parcel, reason="other", actor=STAFF)  # twice
    parcel.refresh_from_db()
    assert (parcel.state, parcel.failed_attempts, parcel.failure_reason) == (
        "failed",
        1,
        "unavailable",
    )
    elsewhere = {"postal_code": "400001", "line1": "1 Marine Drive", "city": "Mumbai"}
    for wrong in ({"address": elsewhere}, {"phone": "12"}, {"on": today() - timedelta(days=1)}):
        with pytest.raises(InvalidInput):
            fulfilment.attempt_again(shipment=parcel, actor=STAFF, **wrong)
    near = {"line1": "7 Church Street", "city": "", "postal_code": "560001"}
    fulfilment.attempt_again(
        shipment=parcel, on=today() + timedelta(days=2), phone="98450 54321", address=near, actor=STAFF
    )  # fmt: skip
    parcel.refresh_from_db()
    assert parcel.state == "shipped"
    assert parcel.redirection
    assert parcel.redirection["postal_code"] == "560001"
    assert "54321" in parcel.redirection["phone"]
    assert not any("54321" in str(event.data) for event in parcel.events.all())  # never deleted
    parcel = fulfilment.note_failed_attempt(shipment=parcel, reason="refused", actor=STAFF)
    assert [each.pk for each in desk.failed()] == [parcel.pk]
    (waiting,) = list_dead_ends(dead_end.items()["fulfilment.undelivered"])
    assert waiting.since == parcel.events.order_by("-sequence")[0].created_at, "of the attempt"
    fulfilment.expect_return(shipment=parcel, actor=STAFF, reason="Given up")
    with pytest.raises(TransitionNotAllowed):
        fulfilment.note_failed_attempt(shipment=parcel, reason="other", actor=STAFF)
    (back,) = with_counts(list(desk.returning()))
    assert (back.of_buyer, back.of_code) == (0, 0)  # it is not one of those before
    assert back.facts == "The customer refused it · 2 failed attempts"
    again = place(make_cart(goods), payment_method=CASH).order
    assert count_never_delivered(again) == (1, 1)
    assert undelivered_signs(again) == ["1 earlier parcels never reached this e-mail address."]


@pytest.fixture
def heard() -> Iterator[list[dict[str, Any]]]:
    """What a carrier's app would hear of decisions."""
    topics = ("shipment.attempt_again", "shipment.return_expected")
    found: list[dict[str, Any]] = []
    for topic in topics:
        consumes(topic, name="test.heard")(
            lambda message: found.append({"topic": message.topic, **message.payload})
        )
    yield found
    forget("test.heard")


def test_decisions_are_messages_for_the_carrier(at_work: None, heard: list[dict[str, Any]]) -> None:
    parcel = failed(place(make_cart(make_goods()), payment_method=CASH).order)
    day = today() + timedelta(days=1)
    for _press in range(2):
        fulfilment.attempt_again(shipment=parcel, on=day, phone="98450 54321", actor=STAFF)
    fulfilment.note_failed_attempt(shipment=parcel, reason="refused", actor=SYSTEM)
    for _press in range(2):
        fulfilment.expect_return(shipment=parcel, reason="Given up", actor=STAFF)
    relay_outbox()
    assert [each["topic"] for each in heard] == [
        "shipment.attempt_again",
        "shipment.return_expected",
    ]
    again, back = heard
    wanted = {"on": day.isoformat(), "changed": ["phone"], "attempt": 2, "by": "staff"}
    assert {**again, **wanted, "shipment_id": str(parcel.pk)} == again
    assert {**back, "before": "failed", "reason": "Given up", "by": "staff"} == back
    assert "54321" not in str(heard)  # the values are at the parcel


@pytest.fixture
def staff(store: Any, client_for: Callable[..., Client]) -> Client:
    return signed_in(store, client_for, Role.MANAGER)


def signed_in(store: Any, client_for: Callable[..., Client], role: Role) -> Client:
    client, person = client_for(store), make_user(store, role)
    with use_store(store):
        client.force_login(person)
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    return client


@pytest.mark.parametrize(
    ("rule", "is_cash", "given"),
    [("goods", False, 50_000), ("nothing", False, 0), ("all", True, 0)],
)
def test_the_desk_takes_a_parcel_back_and_refunds_by_the_rule(
    store: Any, staff: Client, rule: str, is_cash: bool, given: int
) -> None:
    with seeing_all(store):
        DeliverySettings.objects.update_or_create(
            key="store", defaults={"undelivered_refund": rule}
        )
        goods = make_goods(stock=5)
        order = buy(goods, quantity=1, payment_method=CASH if is_cash else "test")
        parcel = failed(order)
    page = staff.get("/admin/fulfilment/shipment/undelivered/").content.decode()
    assert parcel.number in page
    pressed = {"shipment": str(parcel.pk), "desk": "", "reason": "x"}
    answer = staff.post(f"/admin/orders/order/{order.pk}/refused/", pressed)
    assert answer["Location"].endswith("/undelivered/")
    with seeing_all(store):
        line = order.lines.get()
    inspect = f"/admin/fulfilment/shipment/{parcel.pk}/inspect/"
    for _press in range(2):
        staff.post(inspect, {f"write_off-{line.pk}": "99"})
    with seeing_all(store):
        row = ParcelReturn.objects.get()
        assert (row.kind, row.state, row.lines.get().written_off) == ("undelivered", "received", 1)
        assert sum(each.amount_minor for each in Refund.objects.all()) == given
        assert stock_of(goods) == (4, 0, 0)


def test_a_buyer_collects_with_the_code_or_the_name(at_work: None) -> None:
    pickup()
    order = place(
        make_cart(make_goods()), shipping_method="collect.chennai", shipping_address=WHO, payment_method=CASH
    ).order  # fmt: skip
    assert order.pickup
    assert (order.shipping_minor, order.pickup["name"]) == (0, "Chennai shop")
    assert order.shipping_address["line1"] == "5 MG Road"
    assert order.billing_address["line1"] == ""
    assert {part.name for part in order.tax_parts} == {
        "IGST"
    }  # by the place: another state than the shop's
    parcel = ship(order)
    assert (parcel.state, len(parcel.pickup_code)) == ("ready", 6)
    assert parcel.collect_by == today() + timedelta(days=7)
    settle(order)
    mail = SentMail.objects.filter(template="order_shipped").get()
    assert "ready to be collected" in mail.subject
    for wrong in ({}, {"code": "000000"}, {"name": "Asha"}):
        with pytest.raises(InvalidInput):
            fulfilment.hand_over(shipment=parcel, actor=STAFF, **wrong)
    with pytest.raises(WaitsForCollector):  # the carrier's button, and "delivered" of the API
        fulfilment.mark_delivered(shipment=parcel, actor=STAFF)
    handed = fulfilment.hand_over(shipment=parcel, name="asha RAO", actor=STAFF)
    assert (handed.state, handed.cash_minor) == ("delivered", order.total_minor)
    fulfilment.hand_over(shipment=handed, actor=STAFF)  # twice
    fulfilment.undo_delivery(shipment=handed, actor=STAFF)
    handed.refresh_from_db()
    assert handed.state == "ready"
    handed = fulfilment.hand_over(shipment=handed, code="000000", reason="Known to us", actor=STAFF)
    said = handed.events.filter(kind="shipment.delivered").order_by("-sequence")[0].data
    assert (handed.state, said["proof"], said["reason"]) == ("delivered", "reason", "Known to us")


def test_what_is_not_collected_goes_back_to_stock_and_is_refunded(at_work: None) -> None:
    pickup(line1="", warehouse=Warehouse.objects.first(), days_kept=3)
    goods = make_goods(stock=4)
    placed = place(make_cart(goods), shipping_method="collect.chennai", shipping_address=WHO)
    pay_and_tell(placed.payment)
    order = settle(placed.order)
    parcel = ship(order)
    assert fulfilment.expire_pickups() == 0
    with moved_to(now() + timedelta(days=4)):
        assert fulfilment.expire_pickups() == 1
        assert fulfilment.expire_pickups() == 0
    parcel.refresh_from_db()
    assert parcel.state == "returned"
    assert stock_of(goods) == (4, 0, 0)
    assert sum(each.amount_minor for each in Refund.objects.all()) == 50_000


def test_a_late_press_takes_nothing_back_that_the_buyer_has(at_work: None) -> None:
    """The states that the page or the sweep saw are asked again under the lock."""
    pickup()
    goods = make_goods(stock=5)
    placed = place(make_cart(goods), shipping_method="collect.chennai", shipping_address=WHO)
    pay_and_tell(placed.payment)
    waiting = ship(settle(placed.order))
    delivered = fulfilment.mark_delivered(shipment=ship(buy(goods, quantity=1)), actor=STAFF)
    seen = Shipment.objects.get(pk=waiting.pk)
    fulfilment.hand_over(shipment=waiting, code=waiting.pickup_code, actor=STAFF)
    line = delivered.lines.get().order_line_id
    presses: list[Callable[[], Any]] = [
        lambda: fulfilment.give_up_collecting(shipment=seen, actor=STAFF, with_refund=True),
        lambda: fulfilment.give_up_collecting(shipment=delivered, actor=STAFF, with_refund=True),
        lambda: fulfilment.attempt_again(shipment=delivered, actor=STAFF),
        lambda: fulfilment.receive_return(
            shipment=delivered,
            lines={line: fulfilment.Pieces(restock=1)},
            only_while=ShipmentState.RETURNING,
            actor=STAFF,
        ),
    ]
    for press in presses:
        with pytest.raises(ParcelMovedOn):
            press()
    with moved_to(now() + timedelta(days=30)):
        assert not collecting._give_up(seen)  # the sweep had read it before
    assert set(Shipment.objects.values_list("state", flat=True)) == {"delivered"}
    assert not ParcelReturn.objects.exists()
    assert not Refund.objects.exists()


@pytest.mark.parametrize("role", [Role.FULFILMENT, Role.MANAGER])
def test_a_role_without_the_right_takes_parcels_back_and_refunds_nothing(
    store: Any, client_for: Callable[..., Client], role: Role
) -> None:
    with seeing_all(store):
        DeliverySettings.objects.filter(key="store").update(undelivered_refund="all")
        pickup()
        goods = make_goods(stock=5)
        placed = place(make_cart(goods), shipping_method="collect.chennai", shipping_address=WHO)
        pay_and_tell(placed.payment)
        waiting = ship(settle(placed.order))
        delivered = fulfilment.mark_delivered(shipment=ship(buy(goods, quantity=1)), actor=STAFF)
        coming = ship(buy(goods, quantity=1))
        fulfilment.expect_return(shipment=coming, actor=STAFF)
    client = signed_in(store, client_for, role)
    for parcel in (waiting, delivered):
        where = f"/admin/orders/order/{parcel.order_id}/uncollected/"
        client.post(where, {"shipment": str(parcel.pk)})
    for parcel in (coming, delivered):
        client.post(f"/admin/fulfilment/shipment/{parcel.pk}/inspect/")
    with seeing_all(store):
        states = [Shipment.objects.get(pk=each.pk).state for each in (waiting, delivered, coming)]
        assert states == ["returned", "delivered", "returned"]
        assert Refund.objects.count() == (2 if role == Role.MANAGER else 0)


def test_a_place_that_is_closed_or_made_up_is_not_offered(at_work: None) -> None:
    pickup(is_active=False)
    for code in ("collect.chennai", "collect", "standard.chennai", "collect.x"):
        with pytest.raises((ShippingUnavailable, InvalidInput)):
            place(make_cart(make_goods()), shipping_method=code, shipping_address=ADDRESS)
