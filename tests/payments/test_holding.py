"""Money that a bank holds: taken by parcels, released with what is cancelled, gone when the hold ends."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from apps.common.clock import now
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.services import shipping, together
from apps.gateways import test_bank
from apps.gateways.errors import GatewayUnavailable
from apps.gateways.models import TestGatewayCharge as Charge
from apps.gateways.test_bank import TestGateway
from apps.invoices.kinds import IssueOn
from apps.invoices.models import InvoiceSettings
from apps.orders.errors import LineNotShippable, OrderNotChangeable, OrderNotShippable
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.checking import check_money
from apps.payments.errors import CaptureFailed
from apps.payments.models import Capture, Payment, PaymentSettings, Refund, Transaction
from apps.payments.services.covering import OVERPAID
from apps.tenancy.context import use_actor
from tests.checkout.shop import Goods, assert_adds_up, make_cart, make_goods, place, stock_of
from tests.fulfilment.changes import documents
from tests.payments.bank import deliver, message_of, pay_and_tell
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acting")]


@pytest.fixture
def acting(in_store: Any) -> Iterator[None]:
    """Staff of a store that takes the money when it ships."""
    with use_actor(STAFF):
        row, _ = PaymentSettings.objects.get_or_create(key="store")
        row.capture = PaymentSettings.Capture.AT_SHIPMENT
        row.save()
        yield


@pytest.fixture
def goods(acting: None) -> Goods:
    return make_goods(price_minor=50_000)


@pytest.fixture
def order(goods: Goods) -> Order:
    """Three pieces of 500 rupees, and a delivery; the bank holds the money."""
    placed = place(make_cart(goods, quantity=3))
    pay_and_tell(placed.payment)
    placed.order.refresh_from_db()
    return placed.order


def payment_of(order: Order) -> Payment:
    return Payment.objects.get(order=order)


def ship(order: Order, pieces: int | None = None, key: str = "") -> Any:
    lines = None if pieces is None else {order.lines.get().pk: pieces}
    return fulfilment.ship_order(order=order, lines=lines, actor=STAFF, request_key=key)


def moved(order: Order) -> list[tuple[str, int]]:
    rows = Transaction.objects.filter(payment__order=order).order_by("created_at", "id")
    return list(rows.values_list("kind", "amount_minor"))


def test_held_money_makes_an_order_that_can_be_shipped(goods: Goods, order: Order) -> None:
    payment = payment_of(order)
    assert (order.payment_state, order.status) == ("authorized", "processing")
    assert (payment.state, payment.captured_minor) == ("authorized", 0)
    assert payment.held_minor == order.total_minor
    assert payment.held_until is not None
    assert stock_of(goods) == (10, 0, 3)
    deliver(message_of(payment))
    assert moved(order) == [("authorized", order.total_minor)]
    assert_adds_up(order)


def test_each_parcel_takes_its_part_and_the_last_one_the_rest(order: Order) -> None:
    delivery = order.total_minor - 150_000
    ship(order, 1, key="first")
    order.refresh_from_db()
    assert order.payment_state == "partially_captured"
    assert moved(order)[1:] == [("captured", 50_000 + delivery)]
    ship(order, 1, key="first")  # a double click
    assert Capture.objects.count() == 1
    assert_adds_up(order)

    ship(order)
    order.refresh_from_db()
    assert (order.payment_state, order.fulfilment_state) == ("paid", "shipped")
    assert moved(order)[2:] == [("captured", 100_000)]
    assert payment_of(order).state == "captured"
    assert_adds_up(order)


def test_an_order_that_goes_elsewhere_by_now_is_not_taken_from(
    monkeypatch: pytest.MonkeyPatch, goods: Goods, order: Order
) -> None:
    """Its address is changed while the parcel is packed, after the orders were chosen: nothing is captured for it."""
    placed = place(make_cart(goods, quantity=1))
    pay_and_tell(placed.payment)
    other = Order.objects.get(pk=placed.order.pk)
    fulfilment.send_together(order=order, other=other, actor=STAFF)
    real = together.ship_order

    def ship_and_redirect(**call: Any) -> Any:
        if call["beside"] is not None:
            moved_to = {**other.shipping_address, "line1": "1 Church Street"}
            Order.objects.filter(pk=other.pk).update(shipping_address=moved_to)
        return real(**call)

    monkeypatch.setattr(together, "ship_order", ship_and_redirect)
    order.refresh_from_db()
    sent = fulfilment.ship_together(order=order, actor=STAFF, request_key="one")
    assert [each.order_id for each in sent.parcels] == [order.pk]
    assert list(sent.left) == [other.number]
    other.refresh_from_db()
    assert (other.payment_state, other.fulfilment_state) == ("authorized", "unfulfilled")
    assert not Capture.objects.filter(payment__order=other).exists()


def test_a_crash_between_capture_and_parcel_takes_the_money_once(
    monkeypatch: pytest.MonkeyPatch, goods: Goods, order: Order
) -> None:
    """Of an order that rides along: the same press again goes on where it stopped."""
    placed = place(make_cart(goods, quantity=1))
    pay_and_tell(placed.payment)
    other = Order.objects.get(pk=placed.order.pk)
    fulfilment.send_together(order=order, other=other, actor=STAFF)
    order.refresh_from_db()
    real, calls = shipping._ship, []

    def die_at_the_second(*call: Any) -> Any:
        calls.append(call)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*call)

    monkeypatch.setattr(shipping, "_ship", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        fulfilment.ship_together(order=order, actor=STAFF, request_key="one")
    assert Capture.objects.filter(payment__order=other).count() == 1
    sent = fulfilment.ship_together(order=order, actor=STAFF, request_key="one")
    assert {each.order_id for each in sent.parcels} == {order.pk, other.pk}
    assert Capture.objects.filter(payment__order=other).count() == 1
    for each in (order, other):
        each.refresh_from_db()
        assert (each.payment_state, each.fulfilment_state) == ("paid", "shipped")
        assert each.shipments.count() == 1
        assert_adds_up(each)


def test_a_split_says_what_to_do_while_a_bank_holds_the_money(order: Order) -> None:
    with pytest.raises(OrderNotChangeable, match="Ship the pieces that are there"):
        fulfilment.split_order(
            order=order,
            lines={order.lines.get().pk: 1},
            version=order.event_count,
            reason="In two parcels",
            actor=STAFF,
        )


def test_what_is_cancelled_before_it_is_sent_is_released(order: Order) -> None:
    ship(order, 1)
    fulfilment.cancel_rest(order=order, reason="Out of stock", actor=STAFF)
    order.refresh_from_db()
    assert (order.payment_state, order.reduced_minor) == ("paid", 100_000)
    assert_adds_up(order)
    relay_outbox()
    assert moved(order)[2:] == [("voided", 100_000)]
    assert Charge.objects.get().state == "paid"
    assert_adds_up(order)


def test_what_was_sent_has_an_invoice_though_it_was_paid_only_later(order: Order) -> None:
    """Invoices are made with the first parcel, and this one left while a bank held the rest of the money."""
    InvoiceSettings.objects.update_or_create(key="store", defaults={"issued_on": IssueOn.SHIPMENT})
    ship(order, 1)
    relay_outbox()
    assert documents(order) == ([], [])
    fulfilment.cancel_rest(order=order, reason="Out of stock", actor=STAFF)
    relay_outbox()
    assert documents(order) == ([order.total_minor], [100_000])


def test_a_cancelled_order_takes_nothing(goods: Goods, order: Order) -> None:
    fulfilment.cancel(order=order, reason="Changed my mind", actor=STAFF)
    relay_outbox()
    order.refresh_from_db()
    assert (order.payment_state, order.status) == ("void", "cancelled")
    assert moved(order) == [("authorized", order.total_minor), ("voided", order.total_minor)]
    assert (payment_of(order).state, Charge.objects.get().state) == ("cancelled", "cancelled")
    assert stock_of(goods) == (10, 0, 0)
    assert_adds_up(order)


def test_what_a_bank_refuses_is_not_sent_and_is_shown(goods: Goods, order: Order) -> None:
    Charge.objects.update(held_until=now() - timedelta(seconds=1))
    with pytest.raises(CaptureFailed):
        ship(order)
    order.refresh_from_db()
    payment = payment_of(order)
    assert (order.payment_state, order.fulfilment_state) == ("failed", "unfulfilled")
    assert payment.state == "cancelled"
    assert payment.needs_attention
    assert moved(order)[1:] == [("voided", order.total_minor)]
    with pytest.raises(OrderNotShippable):
        ship(order)
    assert stock_of(goods) == (10, 0, 3)
    assert_adds_up(order)


def test_a_silent_bank_stops_the_parcel_until_it_answers(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silence(*_: Any) -> None:
        raise GatewayUnavailable

    with monkeypatch.context() as at_the_bank:
        at_the_bank.setattr(TestGateway, "capture", silence)
        with pytest.raises(GatewayUnavailable):
            ship(order)
    order.refresh_from_db()
    assert order.fulfilment_state == "unfulfilled"
    ship(order)
    assert [row.state for row in Capture.objects.all()] == ["succeeded"]
    assert_adds_up(order)


def test_a_capture_whose_answer_was_lost_is_booked_once(order: Order) -> None:
    """As after a crash between the bank's call and the booking, and a bank that has forgotten the key."""
    capture = _ask_for(order)
    Charge.objects.update(state="paid", captured_minor=order.total_minor, capture_refs=[])
    assert payments.send_waiting_captures(older_than=timedelta(0)) == 1
    capture.refresh_from_db()
    order.refresh_from_db()
    assert (capture.state, order.payment_state) == ("succeeded", "paid")
    assert Charge.objects.get().captured_minor == order.total_minor
    ship(order)
    assert Capture.objects.count() == 1
    assert_adds_up(order)


def _ask_for(order: Order) -> Capture:
    """As after a crash behind the request."""
    return Capture.objects.create(
        payment=payment_of(order),
        amount_minor=order.total_minor,
        currency="INR",
        captured_before_minor=0,
        is_last=True,
        actor_kind="staff",
        actor_label="Staff",
    )


def test_money_that_was_asked_for_before_the_order_was_cancelled_is_not_taken(order: Order) -> None:
    """The request was left by a crash, and the sweep comes before the bank has released the money."""
    capture = _ask_for(order)
    fulfilment.cancel(order=order, reason="Changed my mind", actor=STAFF)
    assert payments.send_waiting_captures(older_than=timedelta(0)) == 1
    capture.refresh_from_db()
    assert (capture.state, Charge.objects.get().captured_minor) == ("failed", 0)
    assert payment_of(order).needs_attention == ""
    relay_outbox()
    assert moved(order) == [("authorized", order.total_minor), ("voided", order.total_minor)]
    assert Charge.objects.get().state == "cancelled"
    order.refresh_from_db()
    assert_adds_up(order)


def test_money_that_was_taken_before_the_order_was_cancelled_goes_back(order: Order) -> None:
    capture = _ask_for(order)
    Charge.objects.update(state="paid", captured_minor=order.total_minor, capture_refs=[])
    fulfilment.cancel(order=order, reason="Changed my mind", actor=STAFF)
    assert payments.send_waiting_captures(older_than=timedelta(0)) == 1
    capture.refresh_from_db()
    assert capture.state == "succeeded"
    relay_outbox()
    assert Charge.objects.get().refunded_minor == order.total_minor
    assert check_money() == []


def test_pieces_taken_off_while_the_bank_is_asked_leave_no_money_unbooked(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, real = order.lines.get(), TestGateway.capture

    def capture(bank: TestGateway, request: Any) -> Any:
        current = Order.objects.get(pk=order.pk)
        fulfilment.cancel_lines(
            order=current,
            lines={line.pk: 1},
            version=current.event_count,
            reason="Broken",
            actor=STAFF,
        )
        return real(bank, request)

    monkeypatch.setattr(TestGateway, "capture", capture)
    with pytest.raises(LineNotShippable):
        ship(order, 3)
    relay_outbox()
    order.refresh_from_db()
    payment = payment_of(order)
    assert (order.payment_state, payment.captured_minor) == ("paid", order.total_minor)
    assert payment.needs_attention == OVERPAID
    assert [row.state for row in Capture.objects.all()] == ["succeeded"]
    payments.refund_excess(order=order, reason="Taken off", request_key="more", actor=STAFF)
    relay_outbox()
    assert Charge.objects.get().refunded_minor == 50_000
    order.refresh_from_db()
    assert (order.payment_state, order.refunded_minor) == ("paid", 0)
    assert check_money() == []


def test_of_a_bank_that_gives_all_or_nothing_the_money_of_pieces_taken_off_goes_back(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TestGateway, "can_capture_in_parts", False)
    monkeypatch.setattr(TestGateway, "can_capture_less", False)
    held = payment_of(order).held_minor
    line = order.lines.get()
    fulfilment.cancel_lines(
        order=order, lines={line.pk: 1}, version=order.event_count, reason="Broken", actor=STAFF
    )
    order.refresh_from_db()
    ship(order, 2)
    relay_outbox()
    order.refresh_from_db()
    assert (order.payment_state, order.refunded_minor) == ("paid", 0)
    charge = Charge.objects.get()
    assert (charge.captured_minor, charge.refunded_minor) == (held, 50_000)
    assert check_money() == []


def test_a_rest_given_up_while_the_bank_is_asked_goes_back_and_nothing_else(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship(order, 1)
    real = TestGateway.capture

    def capture(bank: TestGateway, request: Any) -> Any:
        current = Order.objects.get(pk=order.pk)
        fulfilment.cancel_rest(order=current, reason="Out of stock", actor=STAFF)
        return real(bank, request)

    monkeypatch.setattr(TestGateway, "capture", capture)
    order.refresh_from_db()
    with pytest.raises(LineNotShippable):
        ship(order, 2)
    relay_outbox()
    order.refresh_from_db()
    assert (order.payment_state, order.refunded_minor) == ("paid", 0)
    charge = Charge.objects.get()
    assert (charge.captured_minor, charge.refunded_minor) == (order.total_minor, 100_000)
    assert check_money() == []


def test_a_rest_that_is_not_sent_after_a_lost_hold_is_not_given_back(order: Order) -> None:
    """The money of the rest never came: it is not to be paid any more, and what paid the first parcel stays."""
    ship(order, 1)
    Charge.objects.update(held_until=now())
    Payment.objects.update(held_until=now())
    payments.look_after_holds(older_than=timedelta(0))
    order.refresh_from_db()
    assert order.payment_state == "underpaid"
    asked = payments.ask_for_rest(order=order, gateway_code="test", actor=STAFF)
    payments.open_at_gateway(payment=asked)
    order.refresh_from_db()
    fulfilment.cancel_rest(order=order, reason="Out of stock", actor=STAFF)
    relay_outbox()
    order.refresh_from_db()
    asked.refresh_from_db()
    assert (order.payment_state, order.reduced_minor, order.refunded_minor) == ("paid", 100_000, 0)
    assert asked.state == "cancelled"
    assert not Refund.objects.exists()
    assert_adds_up(order)


def test_a_hold_is_released_when_other_money_pays_the_order(order: Order) -> None:
    held = payment_of(order)
    other = payments.create_payment(order=order, gateway_code="test", expires_at=None)
    payments.open_at_gateway(payment=other)
    pay_and_tell(other)
    relay_outbox()
    held.refresh_from_db()
    order.refresh_from_db()
    assert (order.payment_state, held.state, held.held_minor) == ("paid", "cancelled", 0)
    assert Charge.objects.get(charge_ref=str(held.pk)).state == "cancelled"
    assert_adds_up(order)


def test_a_hold_that_ends_stops_the_order_by_the_sweep(order: Order) -> None:
    Charge.objects.update(held_until=now())
    Payment.objects.update(held_until=now())
    assert payments.look_after_holds(older_than=timedelta(0)) == 1
    order.refresh_from_db()
    assert order.payment_state == "failed"
    assert payment_of(order).needs_attention
    assert payments.look_after_holds(older_than=timedelta(0)) == 0
    assert_adds_up(order)


def test_a_hold_that_comes_too_late_is_released(goods: Goods) -> None:
    placed = place(make_cart(goods))
    fulfilment.cancel(order=placed.order, reason="", actor=STAFF)
    charge = Charge.objects.get()
    Charge.objects.update(state="open")
    test_bank.choose(charge, Charge.State.PAID)
    payments.settle_from_gateway(payment=placed.payment)
    relay_outbox()
    assert [kind for kind, _ in moved(placed.order)] == ["authorized", "voided"]
    assert Charge.objects.get().state == "cancelled"
    assert payment_of(placed.order).state == "cancelled"
    assert_adds_up(placed.order)


def test_downloads_are_paid_at_once(acting: None) -> None:
    placed = place(make_cart(make_goods(is_digital=True)))
    pay_and_tell(placed.payment)
    placed.order.refresh_from_db()
    assert (placed.order.payment_state, placed.order.status) == ("paid", "delivered")
