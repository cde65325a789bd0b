"""Texts about an order's states for its buyer: one table for lists and pages, and sentences about its parcels."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.clock import now
from apps.orders.models import Order
from apps.orders.states import AWAITS_CASH, SHIPPABLE_PAYMENT, FulfilmentState, OrderPaymentState
from apps.storefront import back_words as back
from apps.storefront import gift_words as gifts
from apps.storefront import pickup_words as pickup
from apps.storefront.order_parcels import Place, spread_of, told_as
from apps.storefront.state_words import Text, Words

# A rest of which a part is still to be paid follows once it is.
REST_FOLLOWS: Final = {*SHIPPABLE_PAYMENT, OrderPaymentState.UNDERPAID}
# The time after a purchase in which the page thanks the buyer.
_JUST_NOW: Final = timedelta(days=1)


class Situation(StrEnum):
    """The texts about an order's states for its buyer."""

    WAITING = "waiting"
    CONFIRMING = "confirming"
    FAILED = "failed"
    TO_CONFIRM = "to_confirm"
    PREPARING = "preparing"
    PREPARING_CASH = "preparing_cash"
    PART_SENT = "part_sent"
    PART_ARRIVED = "part_arrived"
    PART_COMING_BACK = "part_coming_back"
    SENT = "sent"
    SENT_CASH = "sent_cash"
    COMING_BACK = "coming_back"
    PART_CAME_BACK = "part_came_back"
    CAME_BACK = "came_back"
    ARRIVED = "arrived"
    DOWNLOADED = "downloaded"
    GIFTS_LATER = "gifts_later"
    GIFTS_FOLLOW = "gifts_follow"
    PARTLY_BACK = "partly_back"
    BACK = "back"
    NEVER_PAID = "never_paid"
    REFUNDED_UNSENT = "refunded_unsent"
    REFUNDED_SENT = "refunded_sent"
    REFUNDED_KEPT = "refunded_kept"
    REFUNDED_BACK = "refunded_back"
    CANCELLED = "cancelled"


_P, _F, _S = OrderPaymentState, FulfilmentState, Situation
_COLUMNS = tuple(FulfilmentState)
_GOODS = (_S.PART_SENT, _S.SENT, _S.ARRIVED, _S.PARTLY_BACK, _S.BACK)

# One row per payment state; columns: unfulfilled, partial, shipped, delivered, partially returned, returned.
_ROWS: Mapping[OrderPaymentState, tuple[Situation, ...]] = {
    _P.UNPAID: (_S.WAITING, *_GOODS),
    _P.PENDING: (_S.WAITING, *_GOODS),
    _P.CONFIRMING: (_S.CONFIRMING, *_GOODS),
    _P.FAILED: (_S.FAILED, *_GOODS),
    _P.UNDERPAID: (_S.WAITING, *_GOODS),
    _P.AUTHORIZED: (_S.PREPARING, *_GOODS),
    _P.PARTIALLY_CAPTURED: (_S.PREPARING, *_GOODS),
    _P.CASH_DUE: (_S.PREPARING_CASH, _S.PART_SENT, _S.SENT_CASH, *_GOODS[2:]),
    _P.PARTIALLY_PAID: (_S.PREPARING_CASH, _S.PART_SENT, _S.SENT_CASH, *_GOODS[2:]),
    _P.PAID: (_S.PREPARING, *_GOODS),
    _P.PARTIALLY_REFUNDED: (_S.PREPARING, *_GOODS),
    _P.REFUNDED: (
        _S.REFUNDED_UNSENT,
        _S.REFUNDED_SENT,
        _S.REFUNDED_SENT,
        _S.REFUNDED_KEPT,
        _S.REFUNDED_KEPT,
        _S.REFUNDED_BACK,
    ),
    _P.VOID: (_S.PREPARING, *_GOODS[:4], _S.NEVER_PAID),
}
SITUATIONS: Mapping[tuple[OrderPaymentState, FulfilmentState], Situation] = {
    (payment, goods): situation
    for payment, row in _ROWS.items()
    for goods, situation in zip(_COLUMNS, row, strict=True)
}

_THANKS = gettext_lazy("Thank you, your order is confirmed")
_IN_PREPARATION = gettext_lazy("In preparation")
_PREPARING = gettext_lazy("Your order is in preparation")
_ON_ITS_WAY = gettext_lazy("On its way")
_IS_ON_ITS_WAY = gettext_lazy("Your order is on its way")
_HAVE_CASH_READY = gettext_lazy("Please have the amount ready when the parcel comes.")
_REST_FOLLOWS = gettext_lazy(
    "The rest follows in another parcel, and we write to you when it leaves."
)
_RETURNED = gettext_lazy("Returned")
_REFUNDED = gettext_lazy("Refunded")
_WAS_REFUNDED = gettext_lazy("This order was refunded")
_MONEY_BACK = gettext_lazy("You have your money back.")

WORDS: Mapping[Situation, Words] = {
    _S.WAITING: Words(
        gettext_lazy("Waiting for payment"),
        "warn",
        gettext_lazy("Your order is waiting for its payment"),
        gettext_lazy("Your items are held for you while the payment is open."),
    ),
    _S.CONFIRMING: Words(
        gettext_lazy("Bank is confirming"),
        "warn",
        gettext_lazy("Your bank is confirming the payment"),
        gettext_lazy(
            "You have done your part, and your items are held for you. This page changes by itself."
        ),
    ),
    _S.FAILED: Words(
        gettext_lazy("Payment failed"),
        "bad",
        gettext_lazy("The payment did not go through"),
        gettext_lazy(
            "Nothing was charged and your items are still held for you. You can try again."
        ),
    ),
    _S.TO_CONFIRM: Words(
        gettext_lazy("To be confirmed"),
        "warn",
        gettext_lazy("Your order is waiting for its confirmation"),
        gettext_lazy("Your items are held for you until then. You pay when the parcel comes."),
    ),
    _S.PREPARING: Words(
        _IN_PREPARATION,
        "",
        _PREPARING,
        gettext_lazy("We get it ready and write to you when it leaves."),
        _THANKS,
    ),
    _S.PREPARING_CASH: Words(
        _IN_PREPARATION,
        "",
        _PREPARING,
        gettext_lazy(
            "We get it ready and write to you when it leaves. You pay when the parcel comes."
        ),
        _THANKS,
    ),
    _S.PART_SENT: Words(
        gettext_lazy("Partly shipped"),
        "good",
        gettext_lazy("Part of your order is on its way"),
        _REST_FOLLOWS,
    ),
    _S.PART_ARRIVED: Words(
        gettext_lazy("Partly delivered"),
        "good",
        gettext_lazy("Part of your order has arrived"),
        _REST_FOLLOWS,
    ),
    _S.PART_COMING_BACK: back.PART_COMING,
    _S.PART_CAME_BACK: back.PART_HERE,
    _S.SENT: Words(
        _ON_ITS_WAY,
        "good",
        _IS_ON_ITS_WAY,
        gettext_lazy("The carrier brings it to the address below."),
    ),
    _S.SENT_CASH: Words(_ON_ITS_WAY, "good", _IS_ON_ITS_WAY, _HAVE_CASH_READY),
    _S.COMING_BACK: back.COMING,
    _S.CAME_BACK: back.HERE,
    _S.ARRIVED: Words(
        gettext_lazy("Delivered"),
        "good",
        gettext_lazy("Your order has arrived"),
        gettext_lazy("We hope you like it."),
    ),
    _S.DOWNLOADED: Words(
        gettext_lazy("Delivered"),
        "good",
        gettext_lazy("Your order is complete"),
        gettext_lazy("Nothing has to be sent: it is yours from now on."),
        gettext_lazy("Thank you, your order is complete"),
    ),
    _S.GIFTS_LATER: gifts.LATER,
    _S.GIFTS_FOLLOW: gifts.FOLLOW,
    _S.PARTLY_BACK: Words(
        gettext_lazy("Partly returned"),
        "",
        gettext_lazy("Part of your order came back to us"),
        gettext_lazy("What did not come back is with you. We hope you like it."),
    ),
    _S.BACK: Words(
        _RETURNED,
        "",
        gettext_lazy("This order was returned"),
        gettext_lazy("Everything that we sent came back to us."),
    ),
    _S.NEVER_PAID: Words(
        _RETURNED,
        "",
        gettext_lazy("This order came back to us"),
        gettext_lazy("It was not handed over, so nothing is to be paid."),
    ),
    _S.REFUNDED_UNSENT: Words(
        _REFUNDED,
        "",
        _WAS_REFUNDED,
        gettext_lazy("You have your money back; nothing is sent."),
    ),
    _S.REFUNDED_SENT: Words(_REFUNDED, "", _WAS_REFUNDED, _MONEY_BACK),
    _S.REFUNDED_KEPT: Words(_REFUNDED, "", _WAS_REFUNDED, _MONEY_BACK),
    _S.REFUNDED_BACK: Words(
        _REFUNDED,
        "",
        gettext_lazy("This order was returned and refunded"),
        gettext_lazy("Everything that we sent came back to us, and you have your money back."),
    ),
    _S.CANCELLED: Words(
        gettext_lazy("Cancelled"),
        "bad",
        gettext_lazy("This order was cancelled"),
        gettext_lazy("You are welcome to order again."),
    ),
}

READY: Final = Words(
    gettext_lazy("Ready to be collected"), "good", pickup.IS_READY, pickup.BRING_CODE
)
_COLLECTED: Final[Mapping[Situation, Words]] = {
    _S.PREPARING: replace(WORDS[_S.PREPARING], next_thing=pickup.WE_PREPARE),
    _S.PREPARING_CASH: replace(WORDS[_S.PREPARING_CASH], next_thing=pickup.WE_PREPARE_CASH),
}
_UNDER_WAY = (_S.PART_SENT, _S.SENT, _S.SENT_CASH)
_TURNED = (_S.PART_COMING_BACK, _S.COMING_BACK, _S.PART_CAME_BACK, _S.CAME_BACK)
# In these situations the headline names the places of the parcels.
_OF_PARCELS = (
    *_UNDER_WAY,
    _S.PART_ARRIVED,
    *_TURNED,
    _S.ARRIVED,
    _S.PARTLY_BACK,
)
_PART_OF_IT: Mapping[Place, Text] = {
    Place.DELIVERED: WORDS[_S.PART_ARRIVED].headline,
    Place.READY: READY.headline,
    Place.TO_BUYER: WORDS[_S.PART_SENT].headline,
    Place.TO_US: WORDS[_S.PART_COMING_BACK].headline,
    Place.BACK: WORDS[_S.PARTLY_BACK].headline,
}
_HAD_LEFT: Mapping[Place, Text] = {
    Place.DELIVERED: gettext_lazy("What had left us already is with you."),
    Place.READY: gettext_lazy("What we had prepared waits for you at the counter."),
    Place.TO_BUYER: gettext_lazy("What had left us already is on its way to you."),
    Place.TO_US: gettext_lazy("What had left us already is on its way back to us."),
    Place.BACK: gettext_lazy("What had left us already came back to us."),
}


def situation_of(order: Order, places: Collection[Place] = ()) -> Situation:
    """The texts for the order's states. `places`: where its parcels are, each at least once."""
    if order.is_cancelled:
        return Situation.CANCELLED
    if order.awaits_confirmation:
        return Situation.TO_CONFIRM
    key = OrderPaymentState(order.payment_state), FulfilmentState(order.fulfilment_state)
    situation = SITUATIONS[key]
    if situation in _UNDER_WAY:
        return _under_way(situation, set(places))
    if situation != _S.ARRIVED:
        return situation
    if order.awaits_gift_cards:
        return Situation.GIFTS_LATER if order.is_gift_cards else Situation.GIFTS_FOLLOW
    return situation if order.needs_shipping else Situation.DOWNLOADED


def words_of(order: Order, places: Collection[Place]) -> Words:
    """The texts of that situation; of an order that is collected its own, with what is to be paid at the counter."""
    situation = situation_of(order, places)
    if situation in _UNDER_WAY and set(places) == {Place.READY}:
        is_cash = order.payment_state in AWAITS_CASH
        return replace(READY, next_thing=pickup.BRING_CODE_AND_AMOUNT) if is_cash else READY
    return _COLLECTED.get(situation, WORDS[situation]) if order.is_pickup else WORDS[situation]


def _under_way(situation: Situation, found: set[Place]) -> Situation:
    is_all = situation != _S.PART_SENT and found <= {Place.TO_US, Place.HERE, Place.BACK}
    if Place.TO_US in found:
        return _S.COMING_BACK if is_all else _S.PART_COMING_BACK
    if Place.HERE in found:
        return _S.CAME_BACK if is_all else _S.PART_CAME_BACK
    return _S.PART_ARRIVED if Place.DELIVERED in found else situation


@dataclass(frozen=True)
class Story:
    """An order for one buyer's eyes. `places` has one entry per parcel; `is_shortened`: its rest was cancelled."""

    order: Order
    places: Collection[Place] = ()
    is_shortened: bool = False

    @property
    def situation(self) -> Situation:
        return situation_of(self.order, self.places)

    @property
    def words(self) -> Words:
        return words_of(self.order, self.places)

    @property
    def has_rest(self) -> bool:
        """Part of it has left, part of it has not."""
        return self.order.fulfilment_state == FulfilmentState.PARTIAL

    @property
    def rest_follows(self) -> bool:
        return self.has_rest and self.order.payment_state in REST_FOLLOWS

    @property
    def headline(self) -> str:
        """A short headline; it thanks the buyer on the first day."""
        words, found = self.words, set(map(told_as, self.places))
        if words.at_first and now() - self.order.placed_at < _JUST_NOW:
            return str(words.at_first)
        if self.situation not in _OF_PARCELS or not found:
            return str(words.headline)
        if len(found) > 1:
            return spread_of(self.places, more_follows=self.rest_follows)
        is_part = self.has_rest or self.is_shortened
        if is_part and self.situation != _S.PARTLY_BACK:
            return str(_PART_OF_IT[next(iter(found))])
        return str(words.headline)

    @property
    def next_thing(self) -> str:
        """The next step for all parcels and for unsent pieces."""
        situation = self.situation
        is_mixed = len(set(self.places)) > 1
        if situation == _S.REFUNDED_SENT or (situation == _S.REFUNDED_KEPT and is_mixed):
            said: list[Text] = [self.words.next_thing, *self._had_left()]
        elif self._is_mixed and situation in (*_UNDER_WAY, _S.PART_ARRIVED, *_TURNED):
            said = self._under_way()
        else:
            said = [self.words.next_thing]
        if self.has_rest and not self.rest_follows:
            said.append(_("What had not left us is not sent."))
        if self.is_shortened and not self.order.is_cancelled:
            where = 0 if situation in (_S.ARRIVED, _S.PARTLY_BACK) else len(said)
            said.insert(where, _("What we had not sent was cancelled."))
        return " ".join(str(sentence) for sentence in said)

    @property
    def _is_mixed(self) -> bool:
        """The table is not sufficient for parcels in several places, or in one place with unsent pieces."""
        return bool(self.places) and (len(set(self.places)) > 1 or self.has_rest)

    def _under_way(self) -> list[Text]:
        said: list[Text] = []
        is_cash = self.order.payment_state in AWAITS_CASH
        if Place.TO_BUYER in self.places and len(set(self.places)) > 1:
            said.append(_("What is on its way to you comes to the address below."))
        if Place.TO_US in self.places:
            said.append(
                _(
                    "What is on its way back could not be handed over. Write to us if you still want it."
                )
            )
        if Place.HERE in self.places:
            said.append(
                _(
                    "What came back to us could not be handed over. Write to us if you still want it."
                )
            )
        if self.rest_follows:
            said.append(pickup.REST_IS_READY_LATER if self.order.is_pickup else _REST_FOLLOWS)
        if is_cash and (Place.TO_BUYER in self.places or self.rest_follows):
            said.append(pickup.BRING_AMOUNT if self.order.is_pickup else _HAVE_CASH_READY)
        return said

    def _had_left(self) -> list[Text]:
        found = set(map(told_as, self.places))
        if len(found) > 1:
            return [f"{spread_of(self.places, more_follows=False)}."]
        return [_HAD_LEFT[place] for place in found]
