"""The steps that a buyer sees of an order: which they are, and the moment of each."""

from datetime import datetime, timedelta

import pytest

from apps.common.clock import now
from apps.orders.selectors import TimelineEntry
from apps.orders.states import (
    SHIPPABLE_PAYMENT,
    FulfilmentState,
    OrderPaymentState,
)
from apps.payments.selectors import RefundSums
from apps.storefront.order_parcels import Parcel, Place
from apps.storefront.order_steps import DONE, FAILED, LATER, NOW, OrderStep, steps_of
from tests.storefront.order_cases import REACHABLE, Case, Places, order_of

P, F = OrderPaymentState, FulfilmentState
DELIVERED, _READY, TO_BUYER, TO_US, HERE, BACK = Place


def parcels_of(case: Case, begin: datetime) -> list[Parcel]:
    """Parcels that left a day apart; what happened to each happened five days later."""
    parcels = []
    for number, place in enumerate(case.places, 1):
        left = begin + timedelta(days=number)
        after = left + timedelta(days=5)
        parcels.append(
            Parcel(
                number=number,
                place=place,
                shipped_at=left,
                delivered_at=after if place == DELIVERED else None,
                refused_at=after if place == TO_US else None,
                returned_at=after if place in (HERE, BACK) else None,
            )
        )
    return parcels


def entry(kind: str, at: datetime) -> TimelineEntry:
    return TimelineEntry(1, kind, kind, "", "staff", "staff", at)


def steps(case: Case) -> list[OrderStep]:
    order = order_of(case)
    begin = order.placed_at
    history = (
        [entry("order.rest_cancelled", begin + timedelta(days=4))] if case.is_shortened else []
    )
    return steps_of(order, RefundSums(), parcels_of(case, begin), history)


@pytest.mark.parametrize("payment", OrderPaymentState)
def test_steps_end_where_the_order_ends(payment: OrderPaymentState) -> None:
    for case in REACHABLE:
        if case.payment != payment:
            continue
        shown = steps(case)
        titles = [step.title for step in shown]
        under_way = [step for step in shown if step.state == NOW]
        assert titles[0] == "Order placed"
        assert len(under_way) <= 1, case
        is_over = case.is_cancelled or case.goods in (F.DELIVERED, F.PARTIALLY_RETURNED, F.RETURNED)
        if is_over and case.payment in (*SHIPPABLE_PAYMENT, P.REFUNDED, P.VOID):
            assert under_way == [], case
        elif case.payment in SHIPPABLE_PAYMENT and case.needs_shipping:
            assert under_way, case
        assert ("Cancelled" in titles) is case.is_cancelled
        if not case.needs_shipping:
            assert not {"Shipped", "In preparation", "On its way to you"} & set(titles)


PAYING = ("Paid", "Paid when it is shipped", "Partly paid", "Nothing to pay")


@pytest.mark.parametrize("goods", [F.PARTIAL, F.SHIPPED, F.DELIVERED, F.PARTIALLY_RETURNED])
def test_every_parcel_has_its_steps_in_the_order_of_their_moments(goods: FulfilmentState) -> None:
    for case in REACHABLE:
        if case.goods != goods or not case.places:
            continue
        shown = [step for step in steps(case) if step.title not in PAYING]
        moments = [step.at for step in shown if step.at and step.state != NOW]
        assert moments == sorted(moments), case
        assert all(step.at for step in shown if step.state == DONE), case
        assert all(step.at is None for step in shown if step.state == LATER), case
        if len(case.places) > 1 or goods == F.PARTIAL:
            left = [f"Parcel {number} shipped" for number in range(1, len(case.places) + 1)]
            assert [step.title for step in shown if step.title.endswith(" shipped")] == left


ONE, TWO = "Parcel 1", "Parcel 2"


@pytest.mark.parametrize(
    ("goods", "places", "is_shortened", "after_shipping"),
    [
        (F.SHIPPED, (TO_BUYER,), False, [("On its way to you", NOW)]),
        (F.SHIPPED, (TO_US,), False, [("On its way back to us", NOW)]),
        (F.SHIPPED, (HERE,), False, [("Came back to us", NOW)]),
        (F.DELIVERED, (DELIVERED,), False, [("Delivered", DONE)]),
        (F.DELIVERED, (DELIVERED,), True, [("Rest cancelled", FAILED), ("Delivered", DONE)]),
        (F.RETURNED, (BACK,), False, [("Returned", DONE)]),
        (
            F.SHIPPED,
            (DELIVERED, TO_US),
            False,
            [(f"{ONE} delivered", DONE), (f"{TWO} on its way back to us", NOW)],
        ),
        (
            F.SHIPPED,
            (DELIVERED, TO_BUYER),
            False,
            [(f"{ONE} delivered", DONE), (f"{TWO} on its way to you", NOW)],
        ),
        (
            F.SHIPPED,
            (TO_BUYER, TO_US),
            False,
            [(f"{TWO} on its way back to us", FAILED), (f"{ONE} on its way to you", NOW)],
        ),
        (F.SHIPPED, (TO_BUYER, TO_BUYER), False, [("2 parcels on their way to you", NOW)]),
        (F.SHIPPED, (TO_US, TO_US), False, [("2 parcels on their way back to us", NOW)]),
        (
            F.PARTIALLY_RETURNED,
            (DELIVERED, BACK),
            False,
            [(f"{ONE} delivered", DONE), (f"{TWO} came back to us", DONE)],
        ),
        (
            F.PARTIAL,
            (TO_BUYER,),
            False,
            [(f"{ONE} on its way to you", NOW), ("The rest follows", LATER)],
        ),
        (
            F.PARTIAL,
            (DELIVERED,),
            False,
            [(f"{ONE} delivered", DONE), ("The rest is in preparation", NOW)],
        ),
        (
            F.PARTIAL,
            (TO_US,),
            False,
            [(f"{ONE} on its way back to us", FAILED), ("The rest is in preparation", NOW)],
        ),
    ],
)
def test_the_steps_of_parcels(
    goods: FulfilmentState,
    places: Places,
    is_shortened: bool,
    after_shipping: list[tuple[str, str]],
) -> None:
    shown = steps(Case(P.PAID, goods, False, True, places, is_shortened))
    rest = [(s.title, s.state) for s in shown if not s.title.lower().endswith("shipped")]
    assert rest == [("Order placed", DONE), ("Paid", DONE), *after_shipping]


def test_nothing_is_to_be_paid_at_the_door_while_all_of_it_comes_back() -> None:
    for places, is_due in (
        ((TO_BUYER,), True),
        ((TO_US,), False),
        ((TO_US, TO_US), False),
        ((TO_US, BACK), False),
        ((HERE,), False),
        ((TO_US, TO_BUYER), True),
        ((TO_US, DELIVERED), False),
    ):
        titles = [step.title for step in steps(Case(P.CASH_DUE, F.SHIPPED, False, True, places))]
        assert ("Pay on delivery" in titles) is is_due, places


def test_cash_stands_where_it_came() -> None:
    case = Case(P.PAID, F.DELIVERED, False, True, (DELIVERED,))
    order = order_of(case)
    begin = order.placed_at
    parcels = parcels_of(case, begin)
    order.paid_at = parcels[0].delivered_at
    shown = steps_of(order, RefundSums(), parcels, [entry("order.cash_due", begin)])
    assert [step.title for step in shown] == ["Order placed", "Shipped", "Delivered", "Paid"]


def test_a_parcel_of_which_a_part_came_back_says_so() -> None:
    at = now()
    order = order_of(Case(P.PAID, F.PARTIALLY_RETURNED, False, True))
    parcel = Parcel(1, DELIVERED, shipped_at=at, delivered_at=at, returned_at=at)
    other = Parcel(2, DELIVERED, shipped_at=at, delivered_at=at)

    only = [step.title for step in steps_of(order, RefundSums(), [parcel])]
    both = [step.title for step in steps_of(order, RefundSums(), [parcel, other])]

    assert only[2:] == ["Shipped", "Delivered", "Partly returned"]
    assert "Part of parcel 1 came back to us" in both


def test_steps_of_the_money_have_their_moments() -> None:
    at = now() - timedelta(days=2)
    cases = [
        (P.FAILED, F.UNFULFILLED, "order.payment_failed", "Payment failed"),
        (P.CONFIRMING, F.UNFULFILLED, "order.payment_confirming", "The bank is confirming the payment"),
        (P.VOID, F.RETURNED, "order.cash_void", "Nothing to pay"),
    ]  # fmt: skip
    for payment, goods, kind, title in cases:
        order = order_of(Case(payment, goods, False, True))
        shown = steps_of(order, RefundSums(), (), [entry(kind, at)])
        assert [step.at for step in shown if step.title == title] == [at]

    order = order_of(Case(P.PARTIALLY_REFUNDED, F.UNFULFILLED, False, True))
    history = [entry("order.partially_refunded", at - timedelta(1)), entry("order.refunded", at)]
    shown = steps_of(order, RefundSums(done_minor=100), (), history)
    assert [step.at for step in shown if step.title == "Refunded"] == [at]


def test_a_refund_stands_at_its_moment_and_before_what_is_under_way() -> None:
    def titles(case: Case, days: float) -> list[str]:
        order = order_of(case)
        at = order.placed_at + timedelta(days=days)
        history = [entry("order.partially_refunded", at)]
        parcels = parcels_of(case, order.placed_at)
        shown = steps_of(order, RefundSums(done_minor=100), parcels, history)
        return [step.title for step in shown]

    sent = Case(P.PARTIALLY_REFUNDED, F.SHIPPED, False, True, (DELIVERED, TO_BUYER))
    left = ["Parcel 1 shipped", "Parcel 2 shipped", "Parcel 1 delivered"]
    coming = "Parcel 2 on its way to you"
    assert titles(sent, 9)[2:] == [*left, "Refunded", coming]
    assert titles(sent, 2.5)[2:] == [*left[:2], "Refunded", left[2], coming]
    unsent = Case(P.PARTIALLY_REFUNDED, F.UNFULFILLED, False, True)
    assert titles(unsent, 1)[2:] == ["Refunded", "In preparation", "Delivered"]
    arrived = Case(P.PARTIALLY_REFUNDED, F.DELIVERED, False, True, (DELIVERED,))
    assert titles(arrived, 9)[-1] == "Refunded"
