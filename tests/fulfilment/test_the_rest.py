"""What a half-shipped order still has to send is cancelled; deliveries are undone; parcels are corrected."""

from typing import Any

import pytest
from django.core import mail

from apps.common.errors import DomainError, InvalidInput
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.errors import DeliveryIsFinal
from apps.fulfilment.models import ShipmentEvent
from apps.fulfilment.selectors import can_cancel_rest, can_ship
from apps.fulfilment.services import Credit
from apps.orders.errors import NothingLeftToCancel
from apps.orders.models import OrderEvent
from apps.orders.selectors import timeline
from apps.payments import services as payments
from apps.payments.errors import CashIsFinal
from apps.payments.models import Refund
from tests.checkout.shop import Goods, stock_of
from tests.fulfilment.parcels import (
    CASH,
    buy,
    deliver,
    moved,
    payment_of,
    settle,
    ship,
    states_of,
    take_back,
)
from tests.support.acting import STAFF
from tests.support.mails import news

pytestmark = [
    pytest.mark.placed,
    pytest.mark.django_db,
    pytest.mark.usefixtures("in_store", "as_staff"),
]


def cancel_rest(order: Any) -> None:
    fulfilment.cancel_rest(order=order, reason="Sold out", actor=STAFF)


def test_the_rest_of_a_paid_order_is_free_again_and_refunded(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    shipment = ship(order, 1)
    assert can_cancel_rest(order)

    cancel_rest(order)
    settle(order)

    assert states_of(order) == ("shipped", "partially_refunded", "shipped")
    assert order.refunded_minor == 66_666
    assert stock_of(goods) == (9, 0, 0)
    assert moved("deallocate") == [0]
    assert order.lines.get().cancelled_quantity == 2
    assert not can_ship(order)
    deliver(shipment)
    settle(order)
    assert states_of(order) == ("delivered", "partially_refunded", "delivered")


def test_the_rest_of_a_cash_order_is_not_due_any_more(goods: Goods) -> None:
    order = buy(goods, quantity=3, payment_method=CASH)
    deliver(ship(order, 1))
    order.refresh_from_db()
    assert states_of(order) == ("processing", "partially_paid", "partial")

    cancel_rest(order)
    settle(order)

    assert states_of(order) == ("delivered", "paid", "delivered")
    assert payment_of(order).captured_minor == order.total_minor - 66_666
    assert not Refund.objects.exists()
    assert order.delivered_at is not None


def test_nothing_stays_when_the_first_parcel_came_back(goods: Goods) -> None:
    order = buy(goods, quantity=3, payment_method=CASH)
    take_back(ship(order, 1), restock=1)
    order.refresh_from_db()
    assert states_of(order) == ("processing", "cash_due", "partial")

    cancel_rest(order)
    settle(order)

    assert states_of(order) == ("returned", "void", "returned")
    assert payment_of(order).state == "cancelled"
    assert stock_of(goods) == (10, 0, 0)


def test_there_is_no_rest_before_the_first_parcel_and_after_the_last(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    assert not can_cancel_rest(order)
    with pytest.raises(NothingLeftToCancel):
        cancel_rest(order)
    ship(order)
    with pytest.raises(NothingLeftToCancel):
        cancel_rest(order)
    assert stock_of(goods) == (8, 0, 0)
    assert not Refund.objects.exists()


def test_the_rest_is_cancelled_once(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    ship(order, 1)
    cancel_rest(order)
    with pytest.raises(NothingLeftToCancel):
        cancel_rest(order)
    settle(order)
    assert Refund.objects.get().amount_minor == 33_333


def test_after_a_goodwill_refund_no_more_goes_back_than_was_paid(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    ship(order, 1)
    payments.refund_payment(
        payment=payment_of(order), amount_minor=50_000, reason="Sorry", actor=STAFF
    )
    cancel_rest(order)
    settle(order)
    assert order.refunded_minor == order.total_minor


def test_the_rest_and_the_returns_add_up_to_the_order(goods: Goods) -> None:
    """Three pieces: one kept, one cancelled, one sent back; then the last one as well."""
    order = buy(goods, quantity=3)
    shipment = ship(order, 2)
    cancel_rest(order)
    deliver(shipment)
    take_back(shipment, restock=1, credit=Credit())
    take_back(shipment, write_off=1, credit=Credit(with_shipping=True))
    settle(order)
    assert states_of(order) == ("refunded", "refunded", "returned")
    assert stock_of(goods) == (9, 0, 0)


def test_the_buyer_reads_what_is_not_coming(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    ship(order, 1)
    relay_outbox()
    mail.outbox.clear()
    cancel_rest(order)
    settle(order)

    first, second = news()
    assert first.subject == f"Part of your order {order.number} was cancelled"
    assert "2 x" in first.body
    assert "₹666.66 goes back to you" in first.body
    assert second.subject.startswith("₹666.66 is on its way back")


def test_every_parcel_leaves_a_line_when_it_is_delivered(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    first = ship(order, 1)
    deliver(first)
    deliver(first)
    deliver(ship(order))
    assert [entry.title for entry in timeline(order)][2:] == [
        "Partly shipped",
        "Parcel delivered",
        "Shipped",
        "Delivered",
    ]


def test_a_delivery_is_undone_with_its_cash(goods: Goods) -> None:
    order = buy(goods, quantity=2, payment_method=CASH)
    shipment = deliver(ship(order))
    for _ in range(2):
        shipment = fulfilment.undo_delivery(shipment=shipment, reason="Wrong row", actor=STAFF)
    settle(order)

    assert states_of(order) == ("shipped", "cash_due", "shipped")
    assert (order.paid_at, order.delivered_at, shipment.delivered_at) == (None, None, None)
    assert payment_of(order).state == "pending"
    assert OrderEvent.objects.filter(kind="order.delivery_undone").count() == 1

    take_back(shipment, restock=2)
    settle(order)
    assert states_of(order) == ("returned", "void", "returned")


def test_an_undone_delivery_of_a_paid_order_keeps_its_money(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    first = deliver(ship(order, 1))
    deliver(ship(order))
    fulfilment.undo_delivery(shipment=first, actor=STAFF)
    settle(order)
    assert states_of(order) == ("shipped", "paid", "shipped")
    deliver(first)
    settle(order)
    assert states_of(order) == ("delivered", "paid", "delivered")


def test_what_came_back_or_was_never_delivered_is_not_undone(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    shipment = deliver(ship(order))
    take_back(shipment, restock=1)
    with pytest.raises(DeliveryIsFinal):
        fulfilment.undo_delivery(shipment=shipment, actor=STAFF)
    take_back(shipment, restock=1)
    with pytest.raises(DeliveryIsFinal):
        fulfilment.undo_delivery(shipment=shipment, actor=STAFF)


def test_cash_that_was_partly_given_back_stays_booked(goods: Goods) -> None:
    order = buy(goods, quantity=2, payment_method=CASH)
    shipment = deliver(ship(order))
    payments.refund_payment(
        payment=payment_of(order), amount_minor=100, reason="Scratch", actor=STAFF
    )
    with pytest.raises(CashIsFinal):
        fulfilment.undo_delivery(shipment=shipment, actor=STAFF)
    settle(order)
    assert states_of(order)[0] == "delivered"


def correct(shipment: Any, **changes: Any) -> Any:
    values = {"carrier": "", "tracking_number": "", "tracking_url": "", **changes}
    return fulfilment.correct_shipment(shipment=shipment, actor=STAFF, **values)


def test_a_wrong_tracking_number_is_corrected(goods: Goods) -> None:
    order = buy(goods)
    shipment = ship(order, carrier="DHL", tracking_number="WRONG")
    relay_outbox()
    mail.outbox.clear()
    shipment = correct(shipment, carrier=" Blue  Dart", tracking_number="BD 2")
    relay_outbox()

    assert (shipment.carrier, shipment.tracking_number) == ("Blue Dart", "BD 2")
    event = ShipmentEvent.objects.get(kind="shipment.corrected")
    assert event.data["before"]["tracking_number"] == "WRONG"
    assert event.data["after"]["tracking_number"] == "BD 2"
    entry = timeline(order)[-1]
    assert (entry.title, entry.detail) == ("Tracking corrected", "Blue Dart BD 2")
    assert mail.outbox == []


def test_the_buyer_is_told_of_a_correction_where_staff_wish_it(goods: Goods) -> None:
    order = buy(goods)
    shipment = ship(order, tracking_number="WRONG")
    relay_outbox()
    mail.outbox.clear()
    for number in ("BD 2", "BD 2", "BD 3"):
        correct(shipment, tracking_number=number, is_buyer_told=True)
    relay_outbox()

    assert [message.subject for message in news()] == [
        f"New tracking for your order {order.number}"
    ] * 2
    assert "BD 3" in news()[-1].body


@pytest.mark.parametrize(
    "bad", [{"carrier": "x" * 81}, {"tracking_url": "javascript:alert(1)"}, {"carrier": "a\x00"}]
)
def test_a_correction_that_can_not_be_shown_is_refused(goods: Goods, bad: dict[str, str]) -> None:
    shipment = ship(buy(goods), tracking_number="GOOD")
    with pytest.raises(InvalidInput) as refused:
        correct(shipment, **bad)
    assert set(refused.value.fields) == set(bad)
    shipment.refresh_from_db()
    assert shipment.tracking_number == "GOOD"


def test_a_carrier_in_any_script_is_kept(goods: Goods) -> None:
    shipment = ship(buy(goods), carrier="भारतीय डाक", tracking_number="ശ്രീ\u200dയ")
    assert shipment.carrier == "भारतीय डाक"


def test_a_cancelled_rest_is_not_shipped(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    ship(order, 1)
    cancel_rest(order)
    with pytest.raises(DomainError):
        ship(order, 1)
    assert stock_of(goods) == (9, 0, 0)
