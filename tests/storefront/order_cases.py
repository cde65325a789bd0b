"""Every combination of states that an order and its parcels can reach."""

from collections.abc import Iterator
from itertools import combinations_with_replacement
from typing import NamedTuple

from apps.common.clock import now
from apps.orders.models import Order
from apps.orders.states import (
    AWAITS_CASH,
    CANCELLABLE_FULFILMENT,
    FULFILMENT_TRANSITIONS,
    HELD,
    NO_PARCEL_MOVES,
    PAYMENT_TRANSITIONS,
    SHIPPABLE_PAYMENT,
    FulfilmentState,
    OrderPaymentState,
)
from apps.storefront.order_parcels import Place
from apps.storefront.order_words import Story

P, F = OrderPaymentState, FulfilmentState
DELIVERED, _READY, TO_BUYER, TO_US, HERE, BACK = Place
MOST_PARCELS = 3
Places = tuple[Place, ...]


class Case(NamedTuple):
    payment: OrderPaymentState
    goods: FulfilmentState
    is_cancelled: bool
    needs_shipping: bool
    places: Places = ()
    is_shortened: bool = False


def reachable() -> list[Case]:
    """Every state an order can come to by the moves of the tables, from how it is placed."""
    begin = [
        Case(payment, F.UNFULFILLED, False, needs_shipping)
        for payment in (P.UNPAID, P.PENDING, P.CASH_DUE)
        for needs_shipping in (True, False)
        if needs_shipping or payment != P.CASH_DUE
    ]
    found, waiting = set(begin), list(begin)
    while waiting:
        for case in moves_of(waiting.pop()):
            if case not in found:
                found.add(case)
                waiting.append(case)
    return sorted(found)


AFTER_SHIPPING = (*SHIPPABLE_PAYMENT, P.UNDERPAID, P.REFUNDED, P.VOID)


def moves_of(case: Case) -> Iterator[Case]:
    """What the services do: nobody is asked to pay once goods have left, and downloads have neither parcel nor cash."""
    for payment in PAYMENT_TRANSITIONS[case.payment]:
        if case.goods != F.UNFULFILLED and payment not in AFTER_SHIPPING:
            continue
        if case.goods == F.UNFULFILLED and payment == P.VOID and not case.is_cancelled:
            continue
        if not case.needs_shipping and payment in (*HELD, P.UNDERPAID):
            continue  # downloads are paid at once
        if payment == P.PARTIALLY_PAID and case.goods == F.UNFULFILLED:
            continue  # its cash came with a parcel
        if case.needs_shipping or payment not in (*AWAITS_CASH, P.VOID):
            yield case._replace(payment=payment)
    table = FULFILMENT_TRANSITIONS if case.needs_shipping else NO_PARCEL_MOVES
    may_leave = case.payment in SHIPPABLE_PAYMENT or case.goods not in (F.UNFULFILLED, F.PARTIAL)
    if may_leave and not case.is_cancelled:
        for goods in table[case.goods]:
            if not case.needs_shipping and goods != F.DELIVERED:
                continue
            yield case._replace(goods=goods)
    if case.goods in CANCELLABLE_FULFILMENT:
        yield case._replace(is_cancelled=True)


def fits(goods: FulfilmentState, places: Places) -> bool:
    """Whether parcels in these places add up to that state."""
    found = set(places)
    return {
        F.UNFULFILLED: not found,
        F.PARTIAL: bool(found),
        F.SHIPPED: bool(found & {TO_BUYER, TO_US, HERE}),
        F.DELIVERED: found == {DELIVERED},
        F.PARTIALLY_RETURNED: DELIVERED in found and found <= {DELIVERED, BACK},
        F.RETURNED: found == {BACK},
    }[goods]


ALL_PLACES = [
    places
    for count in range(MOST_PARCELS + 1)
    for places in combinations_with_replacement((DELIVERED, TO_BUYER, TO_US, HERE, BACK), count)
]


def with_parcels(case: Case) -> Iterator[Case]:
    """The case with every set of one, two and three parcels, all of it sent or its rest cancelled."""
    if not case.needs_shipping or case.goods == F.UNFULFILLED:
        yield case
        return
    for places in ALL_PLACES:
        if fits(case.goods, places):
            yield case._replace(places=places)
            if case.goods != F.PARTIAL:
                yield case._replace(places=places, is_shortened=True)


REACHABLE = [whole for case in reachable() for whole in with_parcels(case)]


def order_of(case: Case) -> Order:
    paid = case.payment in (P.PAID, P.PARTIALLY_REFUNDED, P.REFUNDED)
    arrived = case.goods in (F.DELIVERED, F.PARTIALLY_RETURNED)
    return Order(
        number="A-1",
        currency="INR",
        total_minor=58_900,
        payment_state=case.payment,
        fulfilment_state=case.goods,
        needs_shipping=case.needs_shipping,
        placed_at=now(),
        paid_at=now() if paid else None,
        delivered_at=now() if arrived else None,
        cancelled_at=now() if case.is_cancelled else None,
    )


def story_of(case: Case) -> Story:
    return Story(order_of(case), case.places, case.is_shortened)


# The label for every payment state; columns as in `FulfilmentState`.
