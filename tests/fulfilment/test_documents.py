"""The documents of an order, its returns and its cancelled rest, add up to the order: in whole, and in every tax."""

from typing import Any

import pytest

from apps.fulfilment import services as fulfilment
from apps.fulfilment.errors import InvalidReturn
from apps.fulfilment.models import ParcelReturn
from apps.fulfilment.selectors import can_undo_delivery, list_shipments_of
from apps.fulfilment.services import Credit
from apps.orders.models import Order
from apps.orders.worth import Worth, read_worth, worth_of_order
from apps.payments.credits import credits_of
from apps.pricing.models import ShippingMethod, TaxSettings
from tests.checkout.shop import Goods, make_goods
from tests.fulfilment.parcels import CASH, buy, deliver, settle, ship, states_of, take_back
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "as_staff")]


@pytest.fixture
def goods(in_store: Any) -> Goods:
    """Tax on top, in two parts, of the delivery as well, and nothing divides."""
    TaxSettings.objects.update_or_create(
        key="store", defaults={"prices_include_tax": False, "origin_region": "Karnataka"}
    )
    ShippingMethod.objects.update(amount_minor=4_901, free_above_minor=None)
    return make_goods(price_minor=4_999)


def written_in(order: Order) -> Worth:
    """The sum of the order's documents."""
    rows = [
        read_worth(row.credited_minor, row.tax_minor, row.tax_components)
        for row in ParcelReturn.objects.filter(order=order)
    ]
    for event in order.events.filter(kind="order.rest_cancelled"):
        data = event.data
        rows.append(read_worth(data["amount_minor"], data["tax_minor"], data["tax_components"]))
    return sum(rows, Worth())


def assert_all_is_written(order: Order) -> None:
    order.refresh_from_db()
    written, whole = written_in(order), worth_of_order(order)
    assert (written.total_minor, written.tax_minor) == (whole.total_minor, whole.tax_minor)
    assert set(written.tax_parts) == set(whole.tax_parts)
    assert credits_of(order).left == Worth()


def test_a_refused_cash_order_is_written_in_whole(goods: Goods) -> None:
    order = buy(goods, quantity=3, payment_method=CASH)
    take_back(ship(order), restock=3)
    settle(order)
    assert states_of(order) == ("returned", "void", "returned")
    assert_all_is_written(order)


def test_the_last_refused_parcel_takes_what_no_return_has_credited(goods: Goods) -> None:
    """The first came back without money, the second with less than its worth, the last one ends the order."""
    order = buy(goods, quantity=3, payment_method=CASH)
    first, second, third = ship(order, 1), ship(order, 1), ship(order, 1)
    take_back(first, restock=1, credit=Credit(amount_minor=0))
    take_back(second, restock=1, credit=Credit(amount_minor=1_001))
    row = take_back(third, restock=1)
    settle(order)

    assert order.payment_state == "void"
    assert row.credited_minor == order.total_minor - 1_001
    assert_all_is_written(order)


def test_all_of_the_cash_given_up_early_has_all_of_the_tax(goods: Goods) -> None:
    order = buy(goods, quantity=2, payment_method=CASH)
    shipment = ship(order)
    take_back(shipment, restock=1, credit=Credit(amount_minor=order.total_minor))
    assert_all_is_written(order)
    take_back(shipment, restock=1)
    settle(order)
    assert_all_is_written(order)


def test_a_cash_order_that_ends_with_its_rest_is_written_in_whole(goods: Goods) -> None:
    order = buy(goods, quantity=3, payment_method=CASH)
    take_back(ship(order, 1), restock=1)
    fulfilment.cancel_rest(order=order, reason="Sold out", actor=STAFF)
    settle(order)

    assert states_of(order) == ("returned", "void", "returned")
    assert_all_is_written(order)


def test_more_than_the_pieces_worth_takes_the_tax_of_what_is_left(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    shipment = deliver(ship(order))
    worth = order.lines.get().total_minor // 2
    take_back(shipment, restock=1, credit=Credit(amount_minor=worth + 2_000))
    take_back(shipment, restock=1, credit=Credit(with_shipping=True))
    settle(order)

    assert order.payment_state == "refunded"
    assert_all_is_written(order)


def test_no_document_writes_more_than_the_order(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    shipment = deliver(ship(order))
    first = take_back(shipment, restock=1, credit=Credit())
    order.payments.update(
        refunded_minor=0
    )  # as after a refusal of the gateway: it is refundable again
    assert first.refund is not None
    with pytest.raises(InvalidReturn):
        take_back(shipment, restock=1, credit=Credit(amount_minor=order.total_minor))


def test_the_cancelled_rest_has_its_share_of_what_is_left(goods: Goods) -> None:
    """Nearly everything was given back for the first piece: the rest is what remains, with its tax."""
    order = buy(goods, quantity=3)
    take_back(ship(order, 1), restock=1, credit=Credit(amount_minor=order.total_minor - 100))
    fulfilment.cancel_rest(order=order, reason="", actor=STAFF)
    settle(order)
    assert order.payment_state == "refunded"
    assert_all_is_written(order)


def test_a_delivery_without_cash_is_undone(goods: Goods) -> None:
    order = buy(goods, quantity=2, payment_method=CASH)
    first, second = ship(order, 1), ship(order, 1)
    take_back(first, restock=1, credit=Credit(amount_minor=order.total_minor))
    deliver(second)
    settle(order)
    assert states_of(order) == ("delivered", "void", "partially_returned")

    assert can_undo_delivery(list_shipments_of(order)[1])
    fulfilment.undo_delivery(shipment=second, actor=STAFF)
    settle(order)
    assert states_of(order) == ("shipped", "void", "shipped")
    take_back(second, restock=1)
    settle(order)
    assert states_of(order) == ("returned", "void", "returned")
