"""A parcel comes back: in whole, in part, broken, paid or not, twice, and more than was sent."""

from typing import Any

import pytest
from django.core import mail

from apps.common.errors import DomainError
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.errors import InvalidReturn, NotOnItsWayBack, ShipmentNotFound
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.selectors import can_return, list_returns_of
from apps.fulfilment.services import Credit, Pieces
from apps.orders.models import Order, OrderEvent
from apps.orders.selectors import timeline
from apps.payments import services as payments
from apps.payments.models import Refund
from apps.pricing.models import ShippingMethod, TaxSettings
from tests.checkout.shop import Goods, make_goods, stock_of
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


def test_a_refused_cash_parcel_comes_back_and_nothing_is_collected(goods: Goods) -> None:
    order = buy(goods, quantity=2, payment_method=CASH)
    row = take_back(ship(order), restock=2, reason="Refused at the door")
    settle(order)

    assert states_of(order) == ("returned", "void", "returned")
    assert payment_of(order).state == "cancelled"
    assert not Refund.objects.exists()
    assert (row.kind, row.credited_minor) == ("undelivered", order.total_minor)
    assert order.payable_minor == 0
    assert stock_of(goods) == (10, 0, 0)
    assert moved("return") == [2]
    assert order.delivered_at is None
    assert [entry.title for entry in timeline(order)][-2:] == [
        "Returned",
        "Nothing to pay on delivery",
    ]


def test_the_buyer_keeps_one_and_refuses_the_other(goods: Goods) -> None:
    """Cash is collected for what stayed, in paise that add up."""
    order = buy(goods, quantity=2, payment_method=CASH)
    total = order.total_minor
    shipment = ship(order)
    row = take_back(shipment, restock=1)
    order.refresh_from_db()
    assert states_of(order) == ("shipped", "cash_due", "shipped"), "one piece is on its way"
    assert row.credited_minor == order.reduced_minor == 33_333
    assert payment_of(order).amount_minor == total - 33_333

    deliver(shipment)
    settle(order)

    assert states_of(order) == ("delivered", "paid", "partially_returned")
    assert payment_of(order).captured_minor == total - 33_333
    assert stock_of(goods) == (9, 0, 0)


def test_half_arrives_and_the_second_parcel_is_refused(goods: Goods) -> None:
    order = buy(goods, quantity=2, payment_method=CASH)
    deliver(ship(order, 1))
    second = ship(order)

    take_back(second, restock=1)
    settle(order)

    assert states_of(order) == ("delivered", "paid", "partially_returned")
    assert payment_of(order).captured_minor == order.payable_minor == order.total_minor - 33_333
    assert order.delivered_at is not None
    assert stock_of(goods) == (9, 0, 0)


def test_a_paid_parcel_that_never_arrived_is_refunded_without_the_delivery(goods: Goods) -> None:
    order = buy(goods, quantity=1)
    row = take_back(ship(order), restock=1, credit=Credit())
    settle(order)

    assert row.credited_minor == 33_333 < order.total_minor
    assert row.refund is not None
    assert states_of(order) == ("returned", "partially_refunded", "returned")
    assert Refund.objects.get().state == "succeeded"


def test_with_the_delivery_everything_is_refunded(goods: Goods) -> None:
    order = buy(goods, quantity=1)
    row = take_back(ship(order), restock=1, credit=Credit(with_shipping=True))
    settle(order)

    assert row.credited_minor == order.total_minor
    assert row.shipping_minor == order.total_minor - 33_333 > 0
    assert states_of(order) == ("refunded", "refunded", "returned")


def test_the_delivery_is_given_back_once(goods: Goods) -> None:
    ShippingMethod.objects.update(free_above_minor=None)
    order = buy(goods, quantity=2)
    shipment = deliver(ship(order))
    first = take_back(shipment, restock=1, credit=Credit(with_shipping=True))
    second = take_back(shipment, restock=1, credit=Credit(with_shipping=True))
    settle(order)

    assert first.shipping_minor > 0
    assert second.shipping_minor == 0
    assert order.refunded_minor == order.total_minor


def test_a_return_without_money_back(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    row = take_back(deliver(ship(order)), restock=1)
    settle(order)

    assert (row.kind, row.credited_minor, row.refund) == ("sent_back", 0, None)
    assert states_of(order) == ("delivered", "paid", "partially_returned")


def test_another_amount_than_proposed_has_its_share_of_the_tax(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    row = take_back(deliver(ship(order)), restock=1, credit=Credit(amount_minor=11_111))
    settle(order)

    line = row.lines.get()
    assert row.credited_minor == order.refunded_minor == 11_111
    assert line.total_minor == 33_333
    assert row.tax_minor == sum(part["amount_minor"] for part in row.tax_components)
    assert 0 < row.tax_minor < line.tax_minor


@pytest.mark.parametrize("amount", [-1, 10**9])
def test_an_amount_that_can_not_be_given_back_changes_nothing(goods: Goods, amount: int) -> None:
    order = buy(goods, quantity=2)
    shipment = deliver(ship(order))
    with pytest.raises(InvalidReturn) as refused:
        take_back(shipment, restock=1, credit=Credit(amount_minor=amount))

    assert set(refused.value.fields) == {"refund.amount"}
    assert not ParcelReturn.objects.exists()
    assert stock_of(goods) == (8, 0, 0)
    assert order.lines.get().returned_quantity == 0


def test_what_was_refunded_before_is_not_refunded_again(goods: Goods) -> None:
    order = buy(goods, quantity=1)
    shipment = ship(order)
    payments.refund_payment(
        payment=payment_of(order), amount_minor=20_000, reason="Late", actor=STAFF
    )
    row = take_back(shipment, restock=1, credit=Credit(with_shipping=True))
    settle(order)

    assert row.credited_minor == order.total_minor - 20_000
    assert order.payment_state == "refunded"


def test_broken_pieces_come_in_and_leave_the_ledger_again(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    row = take_back(deliver(ship(order)), restock=1, write_off=2, reason="Broken in transit")
    settle(order)

    assert stock_of(goods) == (8, 0, 0)
    assert moved("return") == [3]
    assert moved("write_off") == [-2]
    line = row.lines.get()
    assert (line.quantity, line.restocked, line.written_off) == (3, 1, 2)


@pytest.mark.parametrize(("restock", "write_off"), [(4, 0), (0, 4), (2, 2), (-1, 2), (0, 0)])
def test_no_more_comes_back_than_is_out(goods: Goods, restock: int, write_off: int) -> None:
    order = buy(goods, quantity=3)
    shipment = ship(order)
    with pytest.raises(InvalidReturn):
        take_back(shipment, restock=restock, write_off=write_off)

    take_back(shipment, restock=2)
    with pytest.raises(InvalidReturn):
        take_back(shipment, restock=2)
    assert stock_of(goods) == (9, 0, 0)


def test_a_parcel_gives_back_only_what_was_in_it(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    first = ship(order, 1)
    ship(order)
    with pytest.raises(InvalidReturn):
        take_back(first, restock=2)
    with pytest.raises(InvalidReturn):
        fulfilment.receive_return(shipment=first, lines={order.pk: Pieces(1)}, actor=STAFF)
    with pytest.raises(ShipmentNotFound):
        take_back(Shipment(order=order), restock=1)


def test_the_same_request_is_one_return(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    shipment = ship(order)
    rows = [take_back(shipment, restock=1, credit=Credit(), request_key="form-1") for _ in range(2)]
    settle(order)

    assert rows[0].pk == rows[1].pk
    assert Refund.objects.count() == 1
    assert stock_of(goods) == (8, 0, 0)
    assert OrderEvent.objects.filter(kind="order.partially_returned").count() == 1


def test_return_after_return_until_nothing_is_left(goods: Goods) -> None:
    """Three pieces of an order that does not divide: the last paisa is given back, not one more."""
    order = buy(goods, quantity=3)
    shipment = deliver(ship(order))
    shares = [take_back(shipment, restock=1, credit=Credit()).credited_minor for _ in range(3)]
    settle(order)

    assert sum(shares) == 3 * 33_333
    assert order.fulfilment_state == "returned"
    shipment.refresh_from_db()
    assert shipment.state == "returned"
    assert not can_return(shipment)
    assert [row.number for row in list_returns_of(order)] == [
        f"{order.number}-R{number}" for number in (1, 2, 3)
    ]


def test_a_refused_parcel_is_waited_for(goods: Goods) -> None:
    order = buy(goods, quantity=2, payment_method=CASH)
    shipment = ship(order)
    rows = [
        fulfilment.expect_return(shipment=shipment, reason="Refused", actor=STAFF) for _ in range(2)
    ]
    shipment.refresh_from_db()
    assert rows[0].pk == rows[1].pk
    assert shipment.state == "returning"
    assert (rows[0].state, rows[0].lines.get().quantity) == ("expected", 2)
    assert stock_of(goods) == (8, 0, 0), "it is not back yet"
    with pytest.raises(DomainError):
        deliver(shipment)

    row = take_back(shipment, restock=1, write_off=1)
    settle(order)

    assert row.pk == rows[0].pk
    assert (row.state, row.reason, row.kind) == ("received", "Refused", "undelivered")
    assert states_of(order) == ("returned", "void", "returned")
    assert ParcelReturn.objects.count() == 1


def test_a_parcel_that_was_waited_for_arrives_after_all(goods: Goods) -> None:
    order = buy(goods, quantity=2, payment_method=CASH)
    shipment = ship(order)
    row = fulfilment.expect_return(shipment=shipment, actor=STAFF)
    for _ in range(2):
        shipment = fulfilment.resume_delivery(shipment=shipment, actor=STAFF)
    deliver(shipment)
    settle(order)

    row.refresh_from_db()
    assert row.state == "cancelled"
    assert list_returns_of(order) == []
    assert states_of(order) == ("delivered", "paid", "delivered")
    with pytest.raises(NotOnItsWayBack):
        fulfilment.resume_delivery(shipment=shipment, actor=STAFF)


def test_less_came_back_than_was_waited_for(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    shipment = ship(order)
    fulfilment.expect_return(shipment=shipment, actor=STAFF)
    row = take_back(shipment, restock=2)

    shipment.refresh_from_db()
    assert shipment.state == "returning"
    assert row.lines.get().quantity == 2
    take_back(shipment, restock=1)
    shipment.refresh_from_db()
    assert shipment.state == "returned"


def test_downloads_stay_with_the_buyer(in_store: Any, goods: Goods) -> None:
    order = buy(goods, make_goods(is_digital=True), quantity=1)
    shipment = fulfilment.ship_order(order=order, actor=STAFF)
    tea, book = order.lines.order_by("is_digital")
    with pytest.raises(InvalidReturn):
        fulfilment.receive_return(shipment=shipment, lines={book.pk: Pieces(1)}, actor=STAFF)

    fulfilment.receive_return(shipment=shipment, lines={tea.pk: Pieces(1)}, actor=STAFF)
    settle(order)
    assert order.fulfilment_state == "returned"


def test_two_lines_and_two_shipments_of_the_same_order(in_store: Any, goods: Goods) -> None:
    other = make_goods(price_minor=100)
    order = buy(goods, other, quantity=2)
    shipment = fulfilment.ship_order(order=order, actor=STAFF)
    lines = {line.pk: Pieces(restock=1, write_off=1) for line in order.lines.all()}
    row = fulfilment.receive_return(shipment=shipment, lines=lines, credit=Credit(), actor=STAFF)
    settle(order)

    assert row.credited_minor == 2 * 33_333 + 2 * 100
    assert (stock_of(goods), stock_of(other)) == ((9, 0, 0), (9, 0, 0))


def test_gst_of_the_returns_adds_up_to_the_order(in_store: Any) -> None:
    """Tax on top, CGST and SGST, one piece after the other, the delivery with the last."""
    TaxSettings.objects.update_or_create(
        key="store", defaults={"prices_include_tax": False, "origin_region": "Karnataka"}
    )
    ShippingMethod.objects.update(amount_minor=4_901, free_above_minor=None)
    order = buy(make_goods(price_minor=4_999), quantity=3)
    shipment = deliver(ship(order))
    rows = [
        take_back(shipment, restock=1, credit=Credit(with_shipping=piece == 2))
        for piece in range(3)
    ]
    settle(order)

    assert sum(row.credited_minor for row in rows) == order.total_minor == order.refunded_minor
    assert sum(row.tax_minor for row in rows) == order.tax_minor
    for part in order.tax_components:
        given = [
            each["amount_minor"]
            for row in rows
            for each in row.tax_components
            if each["name"] == part["name"]
        ]
        assert sum(given) == part["amount_minor"]


def test_the_buyer_reads_of_it_once(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    shipment = deliver(ship(order))
    relay_outbox()
    mail.outbox.clear()

    take_back(shipment, restock=1, credit=Credit(), reason="Did not fit")
    settle(order)

    subjects = [message.subject for message in news()]
    assert subjects == [
        f"Your return for order {order.number} has arrived",
        f"₹333.33 is on its way back to you (order {order.number})",
    ]
    assert "Did not fit" in news()[0].body
    assert "₹333.33 goes back to you" in news()[0].body


def test_a_refused_cash_parcel_asks_the_buyer_for_nothing(goods: Goods) -> None:
    order = buy(goods, quantity=2, payment_method=CASH)
    shipment = ship(order)
    relay_outbox()
    mail.outbox.clear()

    take_back(shipment, restock=2)
    relay_outbox()

    (message,) = news()
    assert message.subject == f"A parcel of your order {order.number} came back to us"
    assert "Nothing is to be paid for it" in message.body
    assert "goes back to you" not in message.body


def test_cancelling_a_cash_order_leaves_nothing_due(goods: Goods) -> None:
    order: Order = buy(goods, payment_method=CASH)
    fulfilment.cancel(order=order, reason="", actor=STAFF)
    settle(order)
    assert states_of(order) == ("cancelled", "void", "unfulfilled")
    assert order.payable_minor == 0
