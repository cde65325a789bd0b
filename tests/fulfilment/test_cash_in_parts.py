"""An order that is paid on delivery comes in several parcels: each brings its own cash, and all add up to the order."""

from itertools import permutations
from typing import Any

import pytest
from django.core import mail

from apps.events.models import OutboxMessage
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.fulfilment.selectors import cash_due_with, cash_to_collect
from apps.fulfilment.services import Credit
from apps.notifications.models import SentMail
from apps.orders.models import Order
from apps.orders.selectors import timeline
from apps.payments import services as payments
from apps.payments.errors import CashIsFinal
from apps.payments.models import PaymentAttempt, Refund
from apps.pricing.models import ShippingMethod
from tests.checkout.shop import Goods, make_goods
from tests.fulfilment.parcels import (
    CASH,
    buy,
    deliver,
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
DELIVERY = 4_900


@pytest.fixture
def order(in_store: Any, goods: Goods) -> Order:
    """Two pieces of 333.33 each, and a delivery of 49.00: 715.66 in all."""
    ShippingMethod.objects.update(amount_minor=DELIVERY, free_above_minor=None)
    order = buy(goods, quantity=2, payment_method=CASH)
    assert order.total_minor == 71_566
    return order


def refuse(shipment: Shipment) -> Any:
    return take_back(shipment, restock=1, reason="Refused at the door")


def undo(shipment: Shipment) -> Shipment:
    return fulfilment.undo_delivery(shipment=shipment, actor=STAFF)


def cash_of(order: Order) -> list[int]:
    return list(order.shipments.order_by("number").values_list("cash_minor", flat=True))


def test_the_first_parcel_brings_its_goods_and_the_delivery(order: Order) -> None:
    first, _second = ship(order, 1), ship(order)
    assert cash_due_with(first, order=order) == 33_333 + DELIVERY

    first = deliver(first)
    settle(order)

    assert first.cash_minor == 38_233
    assert states_of(order) == ("shipped", "partially_paid", "shipped")
    assert order.paid_at is None
    payment = payment_of(order)
    assert payment.state == "partially_captured"
    assert (payment.captured_minor, payment.due_minor) == (38_233, 33_333)
    entry = timeline(order)[-1]
    assert (entry.title, entry.amount_minor) == ("Partly paid on delivery", 38_233)


@pytest.mark.parametrize("turn", [1, -1])
def test_both_parcels_are_delivered_in_either_order(order: Order, turn: int) -> None:
    parcels = [ship(order, 1), ship(order)][::turn]
    came = [deliver(parcel).cash_minor for parcel in parcels]
    settle(order)

    assert came == [38_233, 33_333][::turn]
    assert states_of(order) == ("delivered", "paid", "delivered")
    assert payment_of(order).captured_minor == 71_566
    assert order.paid_at is not None


def test_the_first_is_delivered_and_the_second_refused(order: Order) -> None:
    first, second = ship(order, 1), ship(order)
    deliver(first)
    row = refuse(second)
    settle(order)

    assert row.credited_minor == order.reduced_minor == 33_333
    assert states_of(order) == ("delivered", "paid", "partially_returned")
    assert payment_of(order).captured_minor == order.payable_minor == 38_233
    assert [entry.title for entry in timeline(order)][-4:] == [
        "Partly paid on delivery",
        "Partly returned",
        "Less to pay on delivery",
        "Nothing more to pay",
    ]
    assert not Refund.objects.exists()


def test_the_first_is_refused_and_the_second_delivered(order: Order) -> None:
    first, second = ship(order, 1), ship(order)
    refuse(first)
    order.refresh_from_db()
    assert states_of(order) == ("shipped", "cash_due", "shipped")
    assert deliver(second).cash_minor == 38_233
    settle(order)
    assert states_of(order) == ("delivered", "paid", "partially_returned")
    assert payment_of(order).captured_minor == order.payable_minor == 38_233


def test_both_are_refused(order: Order) -> None:
    for parcel in (ship(order, 1), ship(order)):
        refuse(parcel)
    settle(order)
    assert states_of(order) == ("returned", "void", "returned")
    assert (order.payable_minor, payment_of(order).captured_minor) == (0, 0)


def test_the_rest_is_cancelled_after_the_first_parcel(order: Order) -> None:
    deliver(ship(order, 1))
    order.refresh_from_db()
    assert states_of(order) == ("processing", "partially_paid", "partial")
    relay_outbox()
    mail.outbox.clear()

    fulfilment.cancel_rest(order=order, reason="Sold out", actor=STAFF)
    settle(order)

    assert states_of(order) == ("delivered", "paid", "delivered")
    assert payment_of(order).captured_minor == order.payable_minor == 38_233
    message = next(m for m in news() if "was cancelled" in m.subject)
    assert [m.subject for m in news()] == [message.subject]
    assert "₹333.33 is not to be paid any more." in message.body
    assert "goes back to you" not in message.body


@pytest.mark.parametrize("again", ["deliver", "refuse"])
@pytest.mark.parametrize("which", [0, 1])
def test_a_delivery_is_undone_with_its_own_cash(order: Order, which: int, again: str) -> None:
    parcels = [ship(order, 1), ship(order)]
    for parcel in parcels:
        deliver(parcel)
    wrong = undo(parcels[which])
    undo(wrong)
    settle(order)

    kept = [38_233, 33_333][1 - which]
    assert wrong.cash_minor == 0
    assert states_of(order) == ("shipped", "partially_paid", "shipped")
    assert payment_of(order).captured_minor == kept
    assert (order.paid_at, order.delivered_at) == (None, None)

    if again == "deliver":
        assert deliver(wrong).cash_minor == 71_566 - kept
    else:
        refuse(wrong)
    settle(order)
    assert order.payment_state == "paid"
    assert payment_of(order).captured_minor == order.payable_minor
    assert order.payable_minor == (71_566 if again == "deliver" else kept)


def test_all_cash_is_undone(order: Order) -> None:
    parcel = deliver(ship(order, 1))
    undo(parcel)
    settle(order)
    assert states_of(order) == ("processing", "cash_due", "partial")
    assert payment_of(order).state == "pending"
    assert [row.amount_minor for row in PaymentAttempt.objects.order_by("pk")] == [38_233, 38_233]


@pytest.mark.parametrize("turns", list(permutations(range(3))))
def test_prices_that_do_not_divide_add_up_in_any_order(goods: Goods, turns: Any) -> None:
    """Three pieces for 1000.00 in three parcels, and a delivery of 0.01."""
    order = buy(goods, quantity=3, payment_method=CASH)
    order.lines.update(total_minor=100_000)
    Order.objects.filter(pk=order.pk).update(total_minor=100_001)
    payment = payment_of(order)
    payment.amount_minor = 100_001
    payment.save()
    parcels = [ship(order, 1), ship(order, 1), ship(order, 1)]
    came = [deliver(parcels[turn]).cash_minor for turn in turns]
    goods_of_each = [33_333, 33_334, 33_333]
    goods_of_each[turns.index(0)] += 1  # the delivery, with the parcel that was sent first
    assert came == goods_of_each
    assert payment_of(order).captured_minor == 100_001


def test_what_is_on_its_way_back_is_not_collected(goods: Goods, in_store: Any) -> None:
    """Three pieces of 333.33: one on its way back, one on its way, one to be sent; a delivery of 49.00."""
    ShippingMethod.objects.update(amount_minor=DELIVERY, free_above_minor=None)
    order = buy(goods, quantity=3, payment_method=CASH)
    first, second = ship(order, 1), ship(order, 1)
    assert cash_to_collect(order) == 3 * 33_333 + DELIVERY
    fulfilment.expect_return(shipment=first, reason="", actor=STAFF)
    assert cash_to_collect(order) == 2 * 33_333 + DELIVERY
    deliver(second)
    assert cash_to_collect(order) == 33_333
    third = ship(order)
    assert cash_to_collect(order) == 33_333
    fulfilment.expect_return(shipment=third, reason="", actor=STAFF)
    assert cash_to_collect(order) == 0
    fulfilment.resume_delivery(shipment=first, actor=STAFF)
    assert cash_to_collect(order) == 33_333


def test_goods_that_are_sent_back_are_refunded_while_more_is_due(order: Order) -> None:
    first, second = deliver(ship(order, 1)), ship(order)
    row = take_back(first, restock=1, credit=Credit())
    settle(order)

    assert row.refund is not None
    assert row.credited_minor == order.refunded_minor == 33_333
    assert states_of(order) == ("shipped", "partially_paid", "shipped")
    assert payment_of(order).state == "partially_captured"

    assert deliver(second).cash_minor == 33_333
    settle(order)
    assert states_of(order) == ("delivered", "partially_refunded", "partially_returned")
    assert payment_of(order).state == "partially_refunded"


def test_everything_is_given_back_before_the_second_is_refused(order: Order) -> None:
    first, second = deliver(ship(order, 1)), ship(order)
    take_back(first, restock=1, credit=Credit(with_shipping=True))
    settle(order)
    refuse(second)
    settle(order)
    assert states_of(order) == ("refunded", "refunded", "returned")
    assert order.refunded_minor == order.payable_minor == 38_233
    assert payment_of(order).state == "refunded"


def test_cash_that_was_given_back_is_not_undone(order: Order) -> None:
    first, second = deliver(ship(order, 1)), deliver(ship(order))
    payments.refund_payment(
        payment=payment_of(order), amount_minor=40_000, reason="Late", actor=STAFF
    )
    with pytest.raises(CashIsFinal):
        undo(first)
    settle(order)
    assert cash_of(order) == [38_233, 33_333]
    assert second.cash_minor == 33_333


def test_a_download_is_paid_with_the_first_parcel(order: Order, goods: Goods) -> None:
    order = buy(
        goods, make_goods(is_digital=True, price_minor=1_111), quantity=2, payment_method=CASH
    )
    tea = order.lines.get(is_digital=False)
    first = fulfilment.ship_order(order=order, lines={tea.pk: 1}, actor=STAFF)
    second = fulfilment.ship_order(order=order, lines={tea.pk: 1}, actor=STAFF)
    assert deliver(first).cash_minor == 33_333 + 2 * 1_111 + DELIVERY
    assert order.lines.get(is_digital=True).fulfilled_quantity == 2
    fulfilment.receive_return(
        shipment=second, lines={tea.pk: fulfilment.Pieces(restock=1)}, actor=STAFF
    )
    settle(order)
    assert payment_of(order).captured_minor == order.payable_minor == 40_455


def test_the_buyer_reads_what_each_parcel_costs(order: Order) -> None:
    ship(order, 1)
    ship(order)
    mail.outbox.clear()
    relay_outbox()
    bodies = [m.body for m in mail.outbox if "on its way" in m.subject]
    assert ["₹382.33" in body for body in bodies] == [True, False]
    assert ["Please have ₹333.33 ready" in body for body in bodies] == [False, True]


def test_a_parcel_of_a_paid_order_brings_no_cash(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    assert deliver(ship(order, 1)).cash_minor == 0
    settle(order)
    assert order.payment_state == "paid"


def test_a_repeated_delivery_books_once(order: Order) -> None:
    parcel = ship(order, 1)
    for _ in range(3):
        deliver(parcel)
    settle(order)
    assert payment_of(order).captured_minor == 38_233


def test_a_mail_that_is_written_after_the_delivery_names_no_cash(goods: Goods) -> None:
    """And is written: the pieces of the parcel are not counted twice."""
    order = buy(goods, quantity=3, payment_method=CASH)
    parcel = deliver(ship(order, 2))
    assert cash_due_with(parcel, order=order) == 0
    settle(order)
    sent = SentMail.objects.get(template="order_shipped")
    assert "to pay" not in sent.text
    assert not OutboxMessage.objects.filter(state="pending").exists()
