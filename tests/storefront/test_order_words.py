"""What a buyer reads about an order: every combination of states that can be reached, enumerated."""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import pytest

from apps.common.clock import now
from apps.orders.models import Order
from apps.orders.states import (
    CANCELLABLE_FULFILMENT,
    FULFILMENT_TRANSITIONS,
    NO_PARCEL_MOVES,
    PAYMENT_TRANSITIONS,
    SHIPPABLE_PAYMENT,
    FulfilmentState,
    OrderPaymentState,
)
from apps.payments.selectors import RefundSums
from apps.storefront.order_page import SITUATIONS, WORDS, Situation, headline_of, situation_of
from apps.storefront.order_steps import FAILED, NOW, steps_of

P, F = OrderPaymentState, FulfilmentState


class Case(NamedTuple):
    payment: OrderPaymentState
    goods: FulfilmentState
    is_cancelled: bool
    needs_shipping: bool
    is_coming_back: bool = False


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


AFTER_SHIPPING = (*SHIPPABLE_PAYMENT, P.REFUNDED, P.VOID)


def moves_of(case: Case) -> Iterator[Case]:
    """What the services do: nobody is asked to pay once goods have left, and downloads have neither parcel nor cash."""
    for payment in PAYMENT_TRANSITIONS[case.payment]:
        if case.goods != F.UNFULFILLED and payment not in AFTER_SHIPPING:
            continue
        if case.needs_shipping or payment not in (P.CASH_DUE, P.VOID):
            yield case._replace(payment=payment)
    table = FULFILMENT_TRANSITIONS if case.needs_shipping else NO_PARCEL_MOVES
    may_leave = case.payment in SHIPPABLE_PAYMENT or case.goods not in (F.UNFULFILLED, F.PARTIAL)
    if may_leave and not case.is_cancelled:
        for goods in table[case.goods]:
            if not case.needs_shipping and goods in (F.PARTIAL, F.SHIPPED):
                continue
            yield case._replace(goods=goods, is_coming_back=False)
        if case.goods == F.SHIPPED and case.needs_shipping:
            yield case._replace(is_coming_back=True)
    if case.goods in CANCELLABLE_FULFILMENT:
        yield case._replace(is_cancelled=True)


REACHABLE = reachable()


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


def situation(case: Case) -> Situation:
    return situation_of(order_of(case), is_coming_back=case.is_coming_back)


# The label for every payment state; columns as in `FulfilmentState`.
ON_THE_WAY = ("Partly shipped", "On its way", "Delivered", "Partly returned", "Returned")
LABELS = {
    P.UNPAID: ("Waiting for payment", *ON_THE_WAY),
    P.PENDING: ("Waiting for payment", *ON_THE_WAY),
    P.CONFIRMING: ("Bank is confirming", *ON_THE_WAY),
    P.FAILED: ("Payment failed", *ON_THE_WAY),
    P.CASH_DUE: ("In preparation", *ON_THE_WAY),
    P.PAID: ("In preparation", *ON_THE_WAY),
    P.PARTIALLY_REFUNDED: ("In preparation", *ON_THE_WAY),
    P.REFUNDED: ("Refunded",) * 6,
    P.VOID: ("In preparation", *ON_THE_WAY),
}


@pytest.mark.parametrize(("payment", "goods"), list(product(OrderPaymentState, FulfilmentState)))
def test_every_combination_has_the_right_label(
    payment: OrderPaymentState, goods: FulfilmentState
) -> None:
    label = LABELS[payment][list(FulfilmentState).index(goods)]

    assert WORDS[situation(Case(payment, goods, False, True))].label == label
    assert WORDS[situation(Case(payment, goods, True, True))].label == "Cancelled"


def test_nothing_is_missing_and_nothing_is_said_in_vain() -> None:
    assert set(SITUATIONS) == set(product(OrderPaymentState, FulfilmentState))
    assert set(WORDS) == set(Situation)
    assert {situation(case) for case in REACHABLE} == set(Situation)


# What may be said only of some orders: the words, and of which.
ONLY = [
    ("Thank you", lambda case: case.payment in SHIPPABLE_PAYMENT | {P.VOID}),
    ("preparation", lambda case: case.goods == F.UNFULFILLED),
    ("get it ready", lambda case: case.goods == F.UNFULFILLED),
    ("hope you like", lambda case: case.goods in (F.DELIVERED, F.PARTIALLY_RETURNED)),
    ("on its way to you", lambda case: case.payment == P.REFUNDED),
    ("carrier brings", lambda case: case.goods == F.SHIPPED and not case.is_coming_back),
    ("returned", lambda case: case.goods in (F.RETURNED, F.PARTIALLY_RETURNED)),
    ("came back", lambda case: case.goods in (F.RETURNED, F.PARTIALLY_RETURNED)),
    ("on its way back", lambda case: case.is_coming_back),
    ("try again", lambda case: case.payment == P.FAILED and case.goods == F.UNFULFILLED),
    ("held for you", lambda case: case.goods == F.UNFULFILLED),
    ("have the amount ready", lambda case: case.payment == P.CASH_DUE),
    ("You pay when the parcel comes", lambda case: case.payment == P.CASH_DUE),
    ("money back", lambda case: case.payment == P.REFUNDED),
    ("Nothing has to be sent", lambda case: not case.needs_shipping),
    ("another parcel", lambda case: case.goods == F.PARTIAL),
    ("confirming", lambda case: case.payment == P.CONFIRMING),
    ("welcome to order again", lambda case: case.is_cancelled),
]


def everything_said(case: Case) -> str:
    words = WORDS[situation(case)]
    return " ".join((words.headline, words.next_thing, words.at_first))


@pytest.mark.parametrize(("words", "is_right"), ONLY, ids=[words for words, _ in ONLY])
def test_words_are_said_only_where_they_are_true(words: str, is_right: object) -> None:
    said = [case for case in REACHABLE if words.lower() in everything_said(case).lower()]
    assert said, "nobody reads it"
    assert [case for case in said if not is_right(case)] == []  # type: ignore[operator]  # of the table


@pytest.mark.parametrize("case", REACHABLE, ids=str)
def test_steps_end_where_the_order_ends(case: Case) -> None:
    steps = steps_of(order_of(case), situation(case), RefundSums())
    titles, under_way = [step.title for step in steps], [s for s in steps if s.state == NOW]

    assert titles[0] == "Order placed"
    assert len(under_way) <= 1
    is_over = case.is_cancelled or case.goods in (F.DELIVERED, F.PARTIALLY_RETURNED, F.RETURNED)
    if is_over and case.payment in (*SHIPPABLE_PAYMENT, P.REFUNDED, P.VOID):
        assert under_way == []
    assert ("Cancelled" in titles) is case.is_cancelled
    if not case.is_cancelled:
        assert ("Returned" in titles) is (case.goods == F.RETURNED)
        assert any(s.state == FAILED for s in steps) is (
            case.payment == P.FAILED
            or (case.payment == P.REFUNDED and case.goods == F.UNFULFILLED and case.needs_shipping)
        )
    if not case.needs_shipping:
        assert not {"Shipped", "In preparation", "On its way to you"} & set(titles)


def test_thanks_are_for_the_first_day() -> None:
    order = order_of(Case(P.PAID, F.UNFULFILLED, False, True))
    words = WORDS[Situation.PREPARING]
    assert headline_of(order, words) == "Thank you, your order is confirmed"

    order.placed_at = now().replace(year=now().year - 1)

    assert headline_of(order, words) == "Your order is in preparation"
