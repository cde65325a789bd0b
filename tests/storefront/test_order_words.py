"""What a buyer reads about an order: every combination of states that can be reached, enumerated."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations_with_replacement, product
from typing import NamedTuple

import pytest

from apps.common.clock import now
from apps.orders.models import Order
from apps.orders.selectors import TimelineEntry
from apps.orders.states import (
    AWAITS_CASH,
    CANCELLABLE_FULFILMENT,
    FULFILMENT_TRANSITIONS,
    NO_PARCEL_MOVES,
    PAYMENT_TRANSITIONS,
    SHIPPABLE_PAYMENT,
    FulfilmentState,
    OrderPaymentState,
)
from apps.payments.selectors import RefundSums
from apps.storefront.order_parcels import Parcel, Place
from apps.storefront.order_steps import DONE, FAILED, LATER, NOW, OrderStep, steps_of
from apps.storefront.order_words import SITUATIONS, WORDS, Situation, Story, situation_of

P, F = OrderPaymentState, FulfilmentState
DELIVERED, TO_BUYER, TO_US, BACK = Place
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


AFTER_SHIPPING = (*SHIPPABLE_PAYMENT, P.REFUNDED, P.VOID)


def moves_of(case: Case) -> Iterator[Case]:
    """What the services do: nobody is asked to pay once goods have left, and downloads have neither parcel nor cash."""
    for payment in PAYMENT_TRANSITIONS[case.payment]:
        if case.goods != F.UNFULFILLED and payment not in AFTER_SHIPPING:
            continue
        if case.goods == F.UNFULFILLED and payment == P.VOID and not case.is_cancelled:
            continue
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
        F.SHIPPED: bool(found & {TO_BUYER, TO_US}),
        F.DELIVERED: found == {DELIVERED},
        F.PARTIALLY_RETURNED: DELIVERED in found and found <= {DELIVERED, BACK},
        F.RETURNED: found == {BACK},
    }[goods]


ALL_PLACES = [
    places
    for count in range(MOST_PARCELS + 1)
    for places in combinations_with_replacement(Place, count)
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
ON_THE_WAY = ("Partly shipped", "On its way", "Delivered", "Partly returned", "Returned")
LABELS = {
    P.UNPAID: ("Waiting for payment", *ON_THE_WAY),
    P.PENDING: ("Waiting for payment", *ON_THE_WAY),
    P.CONFIRMING: ("Bank is confirming", *ON_THE_WAY),
    P.FAILED: ("Payment failed", *ON_THE_WAY),
    P.CASH_DUE: ("In preparation", *ON_THE_WAY),
    P.PAID: ("In preparation", *ON_THE_WAY),
    P.PARTIALLY_PAID: ("In preparation", *ON_THE_WAY),
    P.PARTIALLY_REFUNDED: ("In preparation", *ON_THE_WAY),
    P.REFUNDED: ("Refunded",) * 6,
    P.VOID: ("In preparation", *ON_THE_WAY),
}


@pytest.mark.parametrize(("payment", "goods"), list(product(OrderPaymentState, FulfilmentState)))
def test_every_combination_has_the_right_label(
    payment: OrderPaymentState, goods: FulfilmentState
) -> None:
    label = LABELS[payment][list(FulfilmentState).index(goods)]
    order = order_of(Case(payment, goods, False, True))

    assert WORDS[situation_of(order)].label == label
    order.cancelled_at = now()
    assert WORDS[situation_of(order)].label == "Cancelled"


def test_nothing_is_missing_and_nothing_is_said_in_vain() -> None:
    assert set(SITUATIONS) == set(product(OrderPaymentState, FulfilmentState))
    assert set(WORDS) == set(Situation)
    assert {story_of(case).situation for case in REACHABLE} == set(Situation)


REST_FOLLOWS = "The rest follows in another parcel, and we write to you when it leaves."
COMES = "What is on its way to you comes to the address below."
REFUSED = "What is on its way back could not be handed over. Write to us if you still want it."
CASH_READY = "Please have the amount ready when the parcel comes."
CUT = "What we had not sent was cancelled."

# Of a paid order: state of the goods, parcels, whether the rest was cancelled; label, headline, what comes next.
TOLD = [
    (F.SHIPPED, (TO_BUYER,), False, "On its way", "Your order is on its way", "The carrier brings it to the address below."),
    (F.SHIPPED, (TO_BUYER, TO_BUYER), False, "On its way", "Your order is on its way", "The carrier brings it to the address below."),
    (F.SHIPPED, (TO_BUYER,), True, "On its way", "Part of your order is on its way", f"The carrier brings it to the address below. {CUT}"),
    (F.SHIPPED, (TO_US,), False, "On its way back", "Your order is on its way back to us", "It could not be handed over. Write to us if you still want it."),
    (F.SHIPPED, (DELIVERED, TO_US), False, "Partly on its way back", "1 of 2 parcels delivered, 1 on its way back to us", REFUSED),
    (F.SHIPPED, (DELIVERED, TO_BUYER), False, "Partly delivered", "1 of 2 parcels delivered, 1 on its way to you", COMES),
    (F.SHIPPED, (DELIVERED, TO_BUYER), True, "Partly delivered", "1 of 2 parcels delivered, 1 on its way to you", f"{COMES} {CUT}"),
    (F.SHIPPED, (TO_BUYER, TO_US), False, "Partly on its way back", "1 of 2 parcels on its way to you, 1 on its way back to us", f"{COMES} {REFUSED}"),
    (F.SHIPPED, (TO_BUYER, BACK), False, "On its way", "1 of 2 parcels on its way to you, 1 came back to us", COMES),
    (F.SHIPPED, (TO_US, BACK), False, "On its way back", "1 of 2 parcels on its way back to us, 1 came back to us", REFUSED),
    (F.SHIPPED, (DELIVERED, DELIVERED, TO_US), False, "Partly on its way back", "2 of 3 parcels delivered, 1 on its way back to us", REFUSED),
    (F.SHIPPED, (DELIVERED, TO_BUYER, TO_BUYER), False, "Partly delivered", "1 of 3 parcels delivered, 2 on their way to you", COMES),
    (F.SHIPPED, (TO_BUYER, TO_BUYER, TO_US), False, "Partly on its way back", "2 of 3 parcels on their way to you, 1 on its way back to us", f"{COMES} {REFUSED}"),
    (F.SHIPPED, (DELIVERED, TO_BUYER, TO_US), False, "Partly on its way back", "1 of 3 parcels delivered, 1 on its way to you, 1 on its way back to us", f"{COMES} {REFUSED}"),
    (F.SHIPPED, (DELIVERED, TO_US, BACK), False, "Partly on its way back", "1 of 3 parcels delivered, 1 on its way back to us, 1 came back to us", REFUSED),
    (F.PARTIAL, (TO_BUYER,), False, "Partly shipped", "Part of your order is on its way", REST_FOLLOWS),
    (F.PARTIAL, (DELIVERED,), False, "Partly delivered", "Part of your order has arrived", REST_FOLLOWS),
    (F.PARTIAL, (TO_US,), False, "Partly on its way back", "Part of your order is on its way back to us", f"{REFUSED} {REST_FOLLOWS}"),
    (F.PARTIAL, (BACK,), False, "Partly shipped", "Part of your order came back to us", REST_FOLLOWS),
    (F.PARTIAL, (DELIVERED, TO_BUYER), False, "Partly delivered", "1 parcel delivered, 1 on its way to you, the rest to follow", f"{COMES} {REST_FOLLOWS}"),
    (F.DELIVERED, (DELIVERED, DELIVERED), False, "Delivered", "Your order has arrived", "We hope you like it."),
    (F.DELIVERED, (DELIVERED,), True, "Delivered", "Part of your order has arrived", f"{CUT} We hope you like it."),
    (F.PARTIALLY_RETURNED, (DELIVERED,), False, "Partly returned", "Part of your order came back to us", "What did not come back is with you. We hope you like it."),
    (F.PARTIALLY_RETURNED, (DELIVERED, BACK), False, "Partly returned", "1 of 2 parcels delivered, 1 came back to us", "What did not come back is with you. We hope you like it."),
    (F.RETURNED, (BACK, BACK), True, "Returned", "This order was returned", f"Everything that we sent came back to us. {CUT}"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("goods", "places", "is_shortened", "label", "headline", "next_thing"), TOLD
)
def test_parcels_in_different_places_are_told_apart(
    goods: FulfilmentState,
    places: Places,
    is_shortened: bool,
    label: str,
    headline: str,
    next_thing: str,
) -> None:
    story = story_of(Case(P.PAID, goods, False, True, places, is_shortened))

    assert story.words.label == label
    assert story.headline == headline
    assert story.next_thing == next_thing


@pytest.mark.parametrize(
    ("places", "asks"),
    [
        ((TO_BUYER,), True),
        ((DELIVERED, TO_BUYER), True),
        ((TO_US, TO_BUYER), True),
        ((DELIVERED, TO_US), False),
        ((TO_US,), False),
    ],
)
def test_cash_is_asked_for_only_while_a_parcel_comes(places: Places, asks: bool) -> None:
    sent = story_of(Case(P.CASH_DUE, F.SHIPPED, False, True, places))
    assert (CASH_READY in sent.next_thing) is asks

    part = story_of(Case(P.CASH_DUE, F.PARTIAL, False, True, places))
    assert CASH_READY in part.next_thing, "the rest is still to come"


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ((TO_BUYER,), "What had left us already is on its way to you."),
        ((DELIVERED, TO_BUYER), "1 of 2 parcels delivered, 1 on its way to you."),
        ((DELIVERED, TO_US), "1 of 2 parcels delivered, 1 on its way back to us."),
        ((TO_US,), "What had left us already is on its way back to us."),
    ],
)
def test_a_refunded_order_says_where_its_parcels_are(places: Places, said: str) -> None:
    story = story_of(Case(P.REFUNDED, F.SHIPPED, False, True, places))
    assert story.headline == "This order was refunded"
    assert story.next_thing == f"You have your money back. {said}"

    part = story_of(Case(P.REFUNDED, F.PARTIAL, False, True, places))
    assert part.next_thing == f"You have your money back. {said} What had not left us is not sent."


# What may be said only of some orders: the words, and of which.
ONLY = [
    ("Thank you", lambda case: case.payment in SHIPPABLE_PAYMENT),
    ("preparation", lambda case: case.goods == F.UNFULFILLED),
    ("get it ready", lambda case: case.goods == F.UNFULFILLED),
    ("hope you like", lambda case: case.goods in (F.DELIVERED, F.PARTIALLY_RETURNED)),
    ("delivered", lambda case: DELIVERED in case.places),
    ("arrived", lambda case: set(case.places) == {DELIVERED}),
    ("to you", lambda case: TO_BUYER in case.places or case.goods in (F.UNFULFILLED, F.PARTIAL)),
    ("address below", lambda case: TO_BUYER in case.places),
    ("carrier brings", lambda case: set(case.places) == {TO_BUYER}),
    ("was returned", lambda case: set(case.places) == {BACK}),
    ("came back to us", lambda case: BACK in case.places or case.goods == F.PARTIALLY_RETURNED),
    ("Everything that we sent", lambda case: set(case.places) == {BACK}),
    ("on its way back", lambda case: TO_US in case.places),
    ("handed over", lambda case: TO_US in case.places or case.payment == P.VOID),
    ("try again", lambda case: case.payment == P.FAILED and case.goods == F.UNFULFILLED),
    ("held for you", lambda case: case.goods == F.UNFULFILLED),
    ("have the amount ready", lambda case: case.payment in AWAITS_CASH),
    ("You pay when the parcel comes", lambda case: case.payment == P.CASH_DUE),
    ("money back", lambda case: case.payment == P.REFUNDED),
    ("Nothing has to be sent", lambda case: not case.needs_shipping),
    ("the rest", lambda case: case.goods == F.PARTIAL and case.payment in SHIPPABLE_PAYMENT),
    ("another parcel", lambda case: case.goods == F.PARTIAL and case.payment in SHIPPABLE_PAYMENT),
    ("is not sent", lambda case: case.goods == F.PARTIAL and case.payment in (P.REFUNDED, P.VOID)),
    ("had not sent was cancelled", lambda case: case.is_shortened),
    ("confirming", lambda case: case.payment == P.CONFIRMING),
    ("welcome to order again", lambda case: case.is_cancelled),
]  # fmt: skip


def everything_said(case: Case) -> str:
    """On the first day and later."""
    story = story_of(case)
    first = story.headline
    story.order.placed_at -= timedelta(days=9)
    return " ".join((first, story.headline, story.next_thing))


@pytest.mark.parametrize(("words", "is_right"), ONLY, ids=[words for words, _ in ONLY])
def test_words_are_said_only_where_they_are_true(words: str, is_right: object) -> None:
    said = [case for case in REACHABLE if words.lower() in everything_said(case).lower()]
    assert said, "nobody reads it"
    assert [case for case in said if not is_right(case)] == []  # type: ignore[operator]  # of the table


def test_only_a_whole_order_is_spoken_of_as_one() -> None:
    for case in REACHABLE:
        headline = story_of(case).headline
        if headline.startswith("Your order is on its way"):
            assert len(set(case.places)) == 1, case
        if headline.startswith(("Your order has arrived", "Your order is on its way")):
            assert not case.is_shortened, case
            assert case.goods in (F.SHIPPED, F.DELIVERED), case


SAID_OF = {
    DELIVERED: ("delivered", "arrived"),
    TO_BUYER: ("on its way to you", "on their way to you", "is on its way"),
    TO_US: ("back to us",),
    BACK: ("came back",),
}


@pytest.mark.parametrize("goods", [F.PARTIAL, F.SHIPPED, F.PARTIALLY_RETURNED])
def test_every_place_with_a_parcel_is_named_with_its_number(goods: FulfilmentState) -> None:
    mixed = [case for case in REACHABLE if case.goods == goods and len(set(case.places)) > 1]
    assert mixed
    for case in mixed:
        headline, said = story_of(case).headline, everything_said(case)
        for place, count in Counter(case.places).items():
            assert any(words in said for words in SAID_OF[place]), case
            assert case.payment == P.REFUNDED or str(count) in headline, case


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
                returned_at=after if place == BACK else None,
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


@pytest.mark.parametrize("goods", [F.PARTIAL, F.SHIPPED, F.DELIVERED, F.PARTIALLY_RETURNED])
def test_every_parcel_has_its_steps_in_the_order_of_their_moments(goods: FulfilmentState) -> None:
    for case in REACHABLE:
        if case.goods != goods or not case.places:
            continue
        shown = [
            step
            for step in steps(case)
            if step.title not in ("Paid", "Partly paid", "Nothing to pay")
        ]
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
        ((TO_US, TO_BUYER), True),
        ((TO_US, DELIVERED), False),
    ):
        titles = [step.title for step in steps(Case(P.CASH_DUE, F.SHIPPED, False, True, places))]
        assert ("Pay on delivery" in titles) is is_due, places


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
    last = steps_of(order, RefundSums(done_minor=100), (), history)[-1]
    assert (last.title, last.at) == ("Refunded", at)


def test_thanks_are_for_the_first_day() -> None:
    story = story_of(Case(P.PAID, F.UNFULFILLED, False, True))
    assert story.headline == "Thank you, your order is confirmed"

    story.order.placed_at = now().replace(year=now().year - 1)

    assert story.headline == "Your order is in preparation"
