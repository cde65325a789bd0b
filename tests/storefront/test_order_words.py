"""What a buyer reads about an order: every combination of states that can be reached, enumerated."""

from collections import Counter
from datetime import timedelta
from itertools import product

import pytest

from apps.common.clock import now
from apps.orders.states import (
    AWAITS_CASH,
    SHIPPABLE_PAYMENT,
    FulfilmentState,
    OrderPaymentState,
)
from apps.storefront.order_parcels import Place
from apps.storefront.order_words import SITUATIONS, WORDS, Situation, situation_of
from tests.storefront.order_cases import (
    REACHABLE,
    Case,
    Places,
    order_of,
    story_of,
)

P, F = OrderPaymentState, FulfilmentState
DELIVERED, _READY, TO_BUYER, TO_US, HERE, BACK = Place


ON_THE_WAY = ("Partly shipped", "On its way", "Delivered", "Partly returned", "Returned")
LABELS = {
    P.UNPAID: ("Waiting for payment", *ON_THE_WAY),
    P.PENDING: ("Waiting for payment", *ON_THE_WAY),
    P.CONFIRMING: ("Bank is confirming", *ON_THE_WAY),
    P.FAILED: ("Payment failed", *ON_THE_WAY),
    P.AUTHORIZED: ("In preparation", *ON_THE_WAY),
    P.PARTIALLY_CAPTURED: ("In preparation", *ON_THE_WAY),
    P.UNDERPAID: ("Waiting for payment", *ON_THE_WAY),
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
    said = {story_of(case).situation for case in REACHABLE}
    beside = {Situation.TO_CONFIRM, Situation.GIFTS_LATER, Situation.GIFTS_FOLLOW}
    assert said == set(Situation) - beside  # they wait beside the two states


REST_FOLLOWS = "The rest follows in another parcel, and we write to you when it leaves."
COMES = "What is on its way to you comes to the address below."
REFUSED = "What is on its way back could not be handed over. Write to us if you still want it."
HANDED_OVER = "What came back to us could not be handed over. Write to us if you still want it."
CASH_READY = "Please have the amount ready when the parcel comes."
CUT = "What we had not sent was cancelled."

# Of a paid order: state of the goods, parcels, whether the rest was cancelled; label, headline, what comes next.
TOLD = [
    (F.SHIPPED, (TO_BUYER,), False, "On its way", "Your order is on its way", "The carrier brings it to the address below."),
    (F.SHIPPED, (TO_BUYER, TO_BUYER), False, "On its way", "Your order is on its way", "The carrier brings it to the address below."),
    (F.SHIPPED, (TO_BUYER,), True, "On its way", "Part of your order is on its way", f"The carrier brings it to the address below. {CUT}"),
    (F.SHIPPED, (TO_US,), False, "On its way back", "Your order is on its way back to us", "It could not be handed over. Write to us if you still want it."),
    (F.SHIPPED, (HERE,), False, "Came back", "Your order came back to us", "It could not be handed over. Write to us if you still want it."),
    (F.SHIPPED, (DELIVERED, HERE), False, "Partly came back", "1 of 2 parcels delivered, 1 came back to us", HANDED_OVER),
    (F.SHIPPED, (HERE, BACK), False, "Came back", "Your order came back to us", HANDED_OVER),
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
        ((HERE,), False),
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


FOLLOWS = (*SHIPPABLE_PAYMENT, P.UNDERPAID)
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
    ("came back to us", lambda case: {HERE, BACK} & {*case.places} or case.goods == F.PARTIALLY_RETURNED),
    ("Everything that we sent", lambda case: set(case.places) == {BACK}),
    ("on its way back", lambda case: TO_US in case.places),
    ("handed over", lambda case: {TO_US, HERE} & {*case.places} or case.payment == P.VOID),
    ("try again", lambda case: case.payment == P.FAILED and case.goods == F.UNFULFILLED),
    ("held for you", lambda case: case.goods == F.UNFULFILLED),
    ("have the amount ready", lambda case: case.payment in AWAITS_CASH),
    ("You pay when the parcel comes", lambda case: case.payment == P.CASH_DUE),
    ("money back", lambda case: case.payment == P.REFUNDED),
    ("Nothing has to be sent", lambda case: not case.needs_shipping),
    ("the rest", lambda case: case.goods == F.PARTIAL and case.payment in FOLLOWS),
    ("another parcel", lambda case: case.goods == F.PARTIAL and case.payment in FOLLOWS),
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
    HERE: ("came back",),
}


@pytest.mark.parametrize("goods", [F.PARTIAL, F.SHIPPED, F.PARTIALLY_RETURNED])
def test_every_place_with_a_parcel_is_named_with_its_number(goods: FulfilmentState) -> None:
    mixed = [case for case in REACHABLE if case.goods == goods and len({*case.places} - {HERE}) > 1]
    assert mixed
    for case in mixed:
        headline, said = story_of(case).headline, everything_said(case)
        places = (BACK if place == HERE else place for place in case.places)
        for place, count in Counter(places).items():
            assert any(words in said for words in SAID_OF[place]), case
            assert case.payment == P.REFUNDED or str(count) in headline, case


def test_thanks_are_for_the_first_day() -> None:
    story = story_of(Case(P.PAID, F.UNFULFILLED, False, True))
    assert story.headline == "Thank you, your order is confirmed"

    story.order.placed_at = now().replace(year=now().year - 1)

    assert story.headline == "Your order is in preparation"
