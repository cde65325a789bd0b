"""The stages of demo orders, made with the services that staff, buyers and banks use.

A story is a generator: it yields how long it is until the next thing happens. A day or more ends in the hours of work.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from apps.common.actor import Actor, ActorKind
from apps.common.money import part_of
from apps.demo.shops import Shop
from apps.fulfilment import services as fulfilment
from apps.fulfilment.changes import ChangeInput
from apps.fulfilment.models import Shipment
from apps.gateways import test_bank as bank
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Payment

STAFF = Actor(ActorKind.STAFF, None, "demo")
CARRIERS = {"INR": "Delhivery", "USD": "UPS"}
Story = Callable[[Order, Shop], Iterator[timedelta]]
_A_DAY = timedelta(days=1)


def _pay(order: Order) -> Payment:
    payment = order.payments.get()
    bank.choose(bank.get_charge(str(payment.pk)), bank.State.PAID)
    payments.settle_from_gateway(payment=payment)
    return order.payments.get()


def _ship(order: Order, shop: Shop, lines: Any = None) -> Shipment:
    order.refresh_from_db()
    number = order.pk.int % 10**10 + order.shipments.count()
    return fulfilment.ship_order(
        order=order,
        lines=lines,
        carrier=CARRIERS[shop.currency],
        tracking_number=f"{shop.slug[:2].upper()}{number:010d}",
        actor=STAFF,
    )


def _take_back(
    order: Order, shipment: Shipment, reason: str, credit: fulfilment.Credit | None = None
) -> None:
    back = order.lines.filter(is_digital=False)
    fulfilment.receive_return(
        shipment=shipment,
        lines={line.pk: fulfilment.Pieces(restock=line.quantity) for line in back},
        credit=credit,
        reason=reason,
        actor=STAFF,
    )


def waiting(order: Order, shop: Shop) -> Iterator[timedelta]:
    """Opened at the bank, not paid yet."""
    yield from ()


def expired(order: Order, shop: Shop) -> Iterator[timedelta]:
    """Opened at the bank and left alone."""
    yield timedelta(hours=1)
    fulfilment.expire_unpaid_order(payment=order.payments.get())


def declined(order: Order, shop: Shop) -> Iterator[timedelta]:
    payment = order.payments.get()
    bank.choose(bank.get_charge(str(payment.pk)), bank.State.DECLINED)
    payments.settle_from_gateway(payment=payment)
    yield from ()


def paid(order: Order, shop: Shop) -> Iterator[timedelta]:
    _pay(order)
    yield from ()


def held(order: Order, shop: Shop) -> Iterator[timedelta]:
    """Paid, tagged, and kept here until the buyer has answered."""
    _pay(order)
    orders.set_tags(order=order, tags=["gift", "vip"], actor=STAFF)
    orders.hold_order(order=order, reason="The buyer asks for another address.", actor=STAFF)
    orders.write_to_buyer(
        order=order, text="We wait for your new address.", is_mailed=False, actor=STAFF
    )
    yield from ()


def shipped(order: Order, shop: Shop) -> Iterator[timedelta]:
    _pay(order)
    yield _A_DAY
    _ship(order, shop)


def partly_shipped(order: Order, shop: Shop) -> Iterator[timedelta]:
    _pay(order)
    yield _A_DAY
    _ship(order, shop, {order.lines.order_by("-quantity")[0].pk: 1})


def delivered(order: Order, shop: Shop) -> Iterator[timedelta]:
    _pay(order)
    yield _A_DAY
    shipment = _ship(order, shop)
    yield 3 * _A_DAY
    fulfilment.mark_delivered(shipment=shipment, actor=STAFF)


def parcels_apart(order: Order, shop: Shop) -> Iterator[timedelta]:
    """Sent in two parcels: one arrived, the other one is on its way back."""
    yield from partly_shipped(order, shop)
    yield _A_DAY
    first, second = order.shipments.get(), _ship(order, shop)
    yield _A_DAY
    fulfilment.mark_delivered(shipment=first, actor=STAFF)
    yield 2 * _A_DAY
    fulfilment.expect_return(shipment=second, reason="Address not found", actor=STAFF)


def returned(order: Order, shop: Shop) -> Iterator[timedelta]:
    """All of it came back in good order, and the money went back with it."""
    yield from delivered(order, shop)
    yield 6 * _A_DAY
    _take_back(order, order.shipments.get(), "Did not fit", credit=fulfilment.Credit())


def partly_returned(order: Order, shop: Shop) -> Iterator[timedelta]:
    """One piece arrived broken: written off and refunded."""
    yield from delivered(order, shop)
    yield 4 * _A_DAY
    line = order.lines.filter(is_digital=False)[0]
    fulfilment.receive_return(
        shipment=order.shipments.get(),
        lines={line.pk: fulfilment.Pieces(write_off=1)},
        credit=fulfilment.Credit(),
        reason="Arrived broken",
        actor=STAFF,
    )


def refused(order: Order, shop: Shop) -> Iterator[timedelta]:
    """Cash was to be paid at the door, but the parcel was refused; the carrier is bringing it back."""
    yield _A_DAY
    shipment = _ship(order, shop)
    yield 3 * _A_DAY
    fulfilment.expect_return(shipment=shipment, reason="Refused at the door", actor=STAFF)


def refused_and_back(order: Order, shop: Shop) -> Iterator[timedelta]:
    yield from refused(order, shop)
    yield 4 * _A_DAY
    _take_back(order, order.shipments.get(), "Refused at the door")


def rest_cancelled(order: Order, shop: Shop) -> Iterator[timedelta]:
    """Half was sent; the rest was not available."""
    yield from partly_shipped(order, shop)
    yield _A_DAY
    order.refresh_from_db()
    fulfilment.cancel_rest(order=order, reason="No longer made", actor=STAFF)
    yield 2 * _A_DAY
    fulfilment.mark_delivered(shipment=order.shipments.get(), actor=STAFF)


def cancelled(order: Order, shop: Shop) -> Iterator[timedelta]:
    yield timedelta(hours=3)
    fulfilment.cancel(order=order, reason="Changed their mind", actor=STAFF)


def changed(order: Order, shop: Shop) -> Iterator[timedelta]:
    """Paid, then changed on the telephone: cheaper, and a gift."""
    payment = _pay(order)
    yield timedelta(hours=2)
    order.refresh_from_db()
    change = ChangeInput(
        discount_minor=part_of(payment.captured_minor, 1, 10),
        fee_minor=part_of(payment.captured_minor, 1, 50),
        fee_title="Gift wrap",
        reason="As we said on the phone",
    )
    fulfilment.change_order(order=order, change=change, version=order.event_count, actor=STAFF)


def refunded(order: Order, shop: Shop) -> Iterator[timedelta]:
    """Paid, but the store could not deliver."""
    payment = _pay(order)
    yield _A_DAY
    payments.refund_payment(payment=payment, reason="Broken in the store", actor=STAFF)


def partly_refunded(order: Order, shop: Shop) -> Iterator[timedelta]:
    yield from delivered(order, shop)
    yield _A_DAY
    payment = order.payments.get()
    payments.refund_payment(
        payment=payment,
        amount_minor=part_of(payment.captured_minor, 1, 4),
        reason="A scratch",
        actor=STAFF,
    )


def cash_waiting(order: Order, shop: Shop) -> Iterator[timedelta]:
    """To be paid at the door."""
    yield from ()


def cash_delivered(order: Order, shop: Shop) -> Iterator[timedelta]:
    yield _A_DAY
    shipment = _ship(order, shop)
    yield 3 * _A_DAY
    fulfilment.mark_delivered(shipment=shipment, actor=STAFF)


OF_TWO_PARCELS = (partly_shipped, parcels_apart, rest_cancelled)
PAID_AT_THE_DOOR = (cash_waiting, cash_delivered, refused, refused_and_back)
