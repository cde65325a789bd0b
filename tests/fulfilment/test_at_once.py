"""Two of the staff at the same moment, on real connections: nothing comes back twice, nothing is given back twice."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from apps.common.clock import today
from apps.common.errors import DomainError
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.services import Credit
from apps.inventory.selectors import check_ledger
from apps.orders.errors import OrderChanged
from apps.orders.models import Order
from apps.orders.worth import Worth
from apps.payments.credits import credits_of
from apps.payments.models import Payment, Refund
from apps.pricing.models import ShippingMethod
from apps.tenancy.context import use_store
from tests.checkout.shop import Goods, assert_adds_up, make_goods, stock_of
from tests.fulfilment.parcels import CASH, buy, deliver, payment_of, ship, states_of, take_back
from tests.support.acting import STAFF
from tests.support.threads import fails, run_at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("as_staff"),
    pytest.mark.placed,
]


@pytest.fixture
def shop(throwaway_store: Any) -> Any:
    with use_store(throwaway_store):
        yield throwaway_store


@pytest.fixture
def goods(shop: Any) -> Goods:
    return make_goods(stock=10, price_minor=33_333)


def again(shipment: Shipment) -> Shipment:
    return Shipment.objects.get(pk=shipment.pk)


def assert_right(order: Order) -> None:
    relay_outbox()
    assert_adds_up(order)
    assert check_ledger() == []


def test_six_people_take_back_three_pieces(shop: Any, goods: Goods) -> None:
    order = buy(goods, quantity=3)
    shipment = deliver(ship(order))
    answers = run_at_once(
        shop, [lambda: take_back(again(shipment), restock=1, credit=Credit()) for _ in range(6)]
    )

    assert len(fails(answers)) == 3
    assert all(isinstance(error, DomainError) for error in fails(answers))
    assert_right(order)
    assert order.refunded_minor == 3 * 33_333
    assert stock_of(goods) == (10, 0, 0)
    assert ParcelReturn.objects.count() == Refund.objects.count() == 3


def test_one_press_ten_times_at_once_is_one_return(shop: Any, goods: Goods) -> None:
    order = buy(goods, quantity=3)
    shipment = ship(order)
    answers = run_at_once(
        shop,
        [
            lambda: take_back(again(shipment), restock=1, credit=Credit(), request_key="form")
            for _ in range(10)
        ],
    )

    assert fails(answers) == []
    assert len({answer.pk for answer in answers}) == 1
    assert_right(order)
    assert stock_of(goods) == (8, 0, 0)


def test_delivered_and_refused_at_once_leaves_one_truth(shop: Any, goods: Goods) -> None:
    order = buy(goods, quantity=2, payment_method=CASH)
    shipment = ship(order)
    run_at_once(
        shop,
        [
            lambda: deliver(again(shipment)),
            lambda: take_back(again(shipment), restock=2),
            lambda: fulfilment.expect_return(shipment=again(shipment), actor=STAFF),
        ],
    )

    assert_right(order)
    order.refresh_from_db()
    assert order.fulfilment_state in ("shipped", "delivered", "returned")
    assert (payment_of(order).state == "captured") == (order.paid_at is not None)


def test_all_parcels_refused_at_once_credit_the_order_to_the_last_unit(
    shop: Any, goods: Goods
) -> None:
    """One of them is the last, whichever it is: it has what the others left, the delivery too."""
    ShippingMethod.objects.update(amount_minor=4_901, free_above_minor=None)
    order = buy(goods, quantity=4, payment_method=CASH)
    shipments = [ship(order, 1) for _ in range(3)]
    rest = Order.objects.get(pk=order.pk)
    answers = run_at_once(
        shop,
        [
            *(lambda each=each: take_back(again(each), restock=1) for each in shipments),
            lambda: fulfilment.cancel_rest(order=rest, reason="", actor=STAFF),
        ],
    )

    assert fails(answers) == []
    assert_right(order)
    order.refresh_from_db()
    assert states_of(order) == ("returned", "void", "returned")
    assert credits_of(order).left == Worth()
    assert stock_of(goods) == (10, 0, 0)


def test_the_rest_is_shipped_or_cancelled_never_both(shop: Any, goods: Goods) -> None:
    order = buy(goods, quantity=3)
    ship(order, 1)
    copies = [Order.objects.get(pk=order.pk) for _ in range(4)]
    answers = run_at_once(
        shop,
        [
            lambda: fulfilment.cancel_rest(order=copies[0], reason="", actor=STAFF),
            lambda: fulfilment.cancel_rest(order=copies[1], reason="", actor=STAFF),
            lambda: fulfilment.ship_order(order=copies[2], actor=STAFF),
            lambda: fulfilment.ship_order(order=copies[3], actor=STAFF),
        ],
    )

    assert len(fails(answers)) == 3
    assert_right(order)
    line = order.lines.get()
    assert line.fulfilled_quantity + line.cancelled_quantity == 3
    assert states_of(order)[2] == "shipped"
    assert stock_of(goods)[2] == 0


def test_two_staff_change_an_order_at_once(shop: Any, goods: Goods) -> None:
    order = buy(goods, quantity=4)
    line, version = order.lines.get(), order.event_count

    def cancel(pieces: int) -> Order:
        return fulfilment.cancel_lines(
            order=Order.objects.get(pk=order.pk),
            lines={line.pk: pieces},
            version=version,
            reason="By telephone",
            actor=STAFF,
        )

    answers = run_at_once(shop, [lambda: cancel(1), lambda: cancel(2), lambda: cancel(1)])

    assert [type(error) for error in fails(answers)] == [OrderChanged, OrderChanged]
    assert_right(order)
    taken = order.lines.get().cancelled_quantity
    assert stock_of(goods) == (10, 0, 4 - taken)
    assert order.refunded_minor == taken * 33_333


@pytest.mark.matrix
def test_six_people_at_the_counter_hand_over_one_parcel(shop: Any, goods: Goods) -> None:
    """One of them, or the sweep that puts it back to stock; cash is booked once."""
    order = buy(goods, payment_method=CASH)
    parcel = ship(order)
    late = today() - timedelta(days=1)
    Shipment.objects.update(state="ready", pickup_code="ACDEFG", collect_by=late)
    press = partial(fulfilment.hand_over, code="acdefg", actor=STAFF)
    seen = [again(parcel) for _ in range(6)]
    answers = run_at_once(
        shop, [*(partial(press, shipment=each) for each in seen), fulfilment.expire_pickups]
    )

    parcel = again(parcel)
    assert_right(order)
    is_collected = parcel.state == "delivered"
    assert parcel.events.filter(kind="shipment.delivered").count() == is_collected
    assert ParcelReturn.objects.count() == (not is_collected)
    assert Payment.objects.get().captured_minor == (order.total_minor if is_collected else 0)
    assert len(fails(answers)) == (0 if is_collected else 6)
    assert stock_of(goods) == ((8, 0, 0) if is_collected else (10, 0, 0))
