"""An order as its buyer sees it: what is the case, what comes next, the parcels, the money that goes back.

One table says what every combination of states means to a buyer; lists and pages take their words from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from apps.common.clock import day_of, now, today
from apps.fulfilment.models import Shipment
from apps.fulfilment.selectors import list_shipments_of
from apps.fulfilment.states import ON_THE_WAY, ShipmentState
from apps.orders.models import Order
from apps.orders.selectors import TimelineEntry, timeline
from apps.orders.states import FulfilmentState, OrderPaymentState
from apps.payments.selectors import (
    RefundSums,
    can_pay_now,
    get_payment_of,
    get_refund_sums,
)
from apps.pricing.selectors import get_delivery_days
from apps.pricing.tax_numbers import tax_number_label
from apps.storefront.order_money import money_note
from apps.storefront.order_steps import steps_of
from apps.tenancy.context import current_store

# What only staff should read.
_INTERNAL = frozenset({"order.note_added"})
# How long the page greets the buyer as after a purchase.
_JUST_NOW = timedelta(days=1)


class Situation(StrEnum):
    """What an order's states mean to its buyer."""

    WAITING = "waiting"
    CONFIRMING = "confirming"
    FAILED = "failed"
    PREPARING = "preparing"
    PREPARING_CASH = "preparing_cash"
    PART_SENT = "part_sent"
    PART_SENT_CASH = "part_sent_cash"
    SENT = "sent"
    SENT_CASH = "sent_cash"
    COMING_BACK = "coming_back"
    ARRIVED = "arrived"
    DOWNLOADED = "downloaded"
    PARTLY_BACK = "partly_back"
    BACK = "back"
    NEVER_PAID = "never_paid"
    REFUNDED_UNSENT = "refunded_unsent"
    REFUNDED_SENT = "refunded_sent"
    REFUNDED_KEPT = "refunded_kept"
    REFUNDED_BACK = "refunded_back"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Words:
    """`label` and `tone` in lists and on the page, `headline` and `next_thing` on the page; `at_first` within a day."""

    label: str
    tone: str
    headline: str
    next_thing: str
    at_first: str = ""


_P, _F, _S = OrderPaymentState, FulfilmentState, Situation
_COLUMNS = tuple(FulfilmentState)
_GOODS = (_S.PART_SENT, _S.SENT, _S.ARRIVED, _S.PARTLY_BACK, _S.BACK)

# One row per payment state; columns: unfulfilled, partial, shipped, delivered, partially returned, returned.
_ROWS: Mapping[OrderPaymentState, tuple[Situation, ...]] = {
    _P.UNPAID: (_S.WAITING, *_GOODS),
    _P.PENDING: (_S.WAITING, *_GOODS),
    _P.CONFIRMING: (_S.CONFIRMING, *_GOODS),
    _P.FAILED: (_S.FAILED, *_GOODS),
    _P.CASH_DUE: (_S.PREPARING_CASH, _S.PART_SENT_CASH, _S.SENT_CASH, *_GOODS[2:]),
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

_THANKS = "Thank you, your order is confirmed"
_PREPARING = "Your order is in preparation"
_GET_READY = "We get it ready and write to you when it leaves."
_HAVE_CASH_READY = "Please have the amount ready when the parcel comes."

WORDS: Mapping[Situation, Words] = {
    _S.WAITING: Words(
        "Waiting for payment",
        "warn",
        "Your order is waiting for its payment",
        "Your items are held for you while the payment is open.",
    ),
    _S.CONFIRMING: Words(
        "Bank is confirming",
        "warn",
        "Your bank is confirming the payment",
        "You have done your part, and your items are held for you. This page changes by itself.",
    ),
    _S.FAILED: Words(
        "Payment failed",
        "bad",
        "The payment did not go through",
        "Nothing was charged and your items are still held for you. You can try again.",
    ),
    _S.PREPARING: Words("In preparation", "", _PREPARING, _GET_READY, _THANKS),
    _S.PREPARING_CASH: Words(
        "In preparation",
        "",
        _PREPARING,
        f"{_GET_READY} You pay when the parcel comes.",
        _THANKS,
    ),
    _S.PART_SENT: Words(
        "Partly shipped",
        "good",
        "Part of your order is on its way",
        "The rest follows in another parcel, and we write to you when it leaves.",
    ),
    _S.PART_SENT_CASH: Words(
        "Partly shipped",
        "good",
        "Part of your order is on its way",
        f"The rest follows in another parcel. {_HAVE_CASH_READY}",
    ),
    _S.SENT: Words(
        "On its way",
        "good",
        "Your order is on its way",
        "The carrier brings it to the address below.",
    ),
    _S.SENT_CASH: Words("On its way", "good", "Your order is on its way", _HAVE_CASH_READY),
    _S.COMING_BACK: Words(
        "On its way back",
        "warn",
        "Your parcel is on its way back to us",
        "It could not be handed over. Write to us if you still want it.",
    ),
    _S.ARRIVED: Words("Delivered", "good", "Your order has arrived", "We hope you like it."),
    _S.DOWNLOADED: Words(
        "Delivered",
        "good",
        "Your order is complete",
        "Nothing has to be sent: it is yours from now on.",
        "Thank you, your order is complete",
    ),
    _S.PARTLY_BACK: Words(
        "Partly returned",
        "",
        "Part of your order came back to us",
        "The rest is with you. We hope you like it.",
    ),
    _S.BACK: Words("Returned", "", "This order was returned", "Everything came back to us."),
    _S.NEVER_PAID: Words(
        "Returned",
        "",
        "This order came back to us",
        "The parcel was not handed over, so nothing is to be paid.",
    ),
    _S.REFUNDED_UNSENT: Words(
        "Refunded", "", "This order was refunded", "You have your money back; nothing is sent."
    ),
    _S.REFUNDED_SENT: Words(
        "Refunded",
        "",
        "This order was refunded",
        "You have your money back. What had left us already is on its way to you.",
    ),
    _S.REFUNDED_KEPT: Words("Refunded", "", "This order was refunded", "You have your money back."),
    _S.REFUNDED_BACK: Words(
        "Refunded",
        "",
        "This order was returned and refunded",
        "Everything came back to us, and you have your money back.",
    ),
    _S.CANCELLED: Words(
        "Cancelled", "bad", "This order was cancelled", "You are welcome to order again."
    ),
}

_PAYABLE = (_S.WAITING, _S.FAILED)
# A page of these looks again by itself; with all others nothing changes from one minute to the next.
_MOVING = (_S.WAITING, _S.CONFIRMING)
_EXPECTED = (_S.PREPARING, _S.PREPARING_CASH, _S.SENT, _S.SENT_CASH)
_OVER = (
    _S.CANCELLED,
    _S.ARRIVED,
    _S.PARTLY_BACK,
    _S.BACK,
    _S.NEVER_PAID,
    _S.REFUNDED_UNSENT,
    _S.REFUNDED_KEPT,
    _S.REFUNDED_BACK,
)


def situation_of(order: Order, *, is_coming_back: bool = False) -> Situation:
    """What the order's states mean; `is_coming_back`: all its parcels that have not arrived are on their way back."""
    if order.is_cancelled:
        return Situation.CANCELLED
    key = OrderPaymentState(order.payment_state), FulfilmentState(order.fulfilment_state)
    situation = SITUATIONS[key]
    if is_coming_back and situation in (_S.SENT, _S.SENT_CASH):
        return Situation.COMING_BACK
    if situation == _S.ARRIVED and not order.needs_shipping:
        return Situation.DOWNLOADED
    return situation


def with_parcels(orders: QuerySet[Order]) -> QuerySet[Order]:
    """For `label_all`: what a list must know of the parcels, in the same query."""
    parcels = Shipment.objects.filter(order=OuterRef("pk"))
    forth = [state for state in ON_THE_WAY if state != ShipmentState.RETURNING]
    return orders.annotate(
        has_parcel_back=Exists(parcels.filter(state=ShipmentState.RETURNING)),
        has_parcel_forth=Exists(parcels.filter(state__in=forth)),
    )


def label_all(orders: Iterable[Any]) -> list[Any]:
    """Orders of `with_parcels` for a list, each with its `words`: the same as on its page."""
    labelled = list(orders)
    for order in labelled:
        coming_back = order.has_parcel_back and not order.has_parcel_forth
        order.words = WORDS[situation_of(order, is_coming_back=coming_back)]
    return labelled


def order_context(order: Order) -> dict[str, Any]:
    """Everything the order page shows: lines, timeline, payment and parcels, about ten queries."""
    payment = get_payment_of(order)
    shipments = list_shipments_of(order)
    situation = situation_of(order, is_coming_back=_are_coming_back(shipments))
    refunds, history = get_refund_sums(order), timeline(order)
    words = WORDS[situation]
    can_pay = situation in _PAYABLE and can_pay_now(order, payment)
    return {
        "order": order,
        "lines": list(order.lines.all()),
        "situation": situation,
        "words": words,
        "headline": headline_of(order, words),
        "next_thing": _next_thing(situation, words, refunds, history),
        "money_note": money_note(order, refunds),
        "steps": steps_of(order, situation, refunds),
        "refunds": refunds,
        "remaining_minor": order.payable_minor - refunds.all_minor,
        "can_pay": can_pay,
        "pays_through": [payment.gateway] if payment and can_pay else [],
        "held_until": payment.expires_at if payment and situation in _PAYABLE else None,
        "is_moving": situation in _MOVING,
        "can_buy_again": situation in _OVER,
        "expected": expected_days(order, situation),
        "shipments": shipments,
        "history": [entry for entry in history if entry.kind not in _INTERNAL],
        "seller_tax_label": tax_number_label(current_store().country),
    }


def headline_of(order: Order, words: Words) -> str:
    """What is the case, in a few words; thanks are for the first day."""
    is_new = now() - order.placed_at < _JUST_NOW
    return words.at_first if words.at_first and is_new else words.headline


def expected_days(order: Order, situation: Situation) -> tuple[date, date] | None:
    """The days between which the parcel should come; None when they are unknown or over."""
    if situation not in _EXPECTED or not order.needs_shipping:
        return None
    days = get_delivery_days(order.shipping_method_code)
    begin = day_of(order.paid_at or order.placed_at)
    if days is None or begin + timedelta(days=days[1]) < today():
        return None
    return begin + timedelta(days=days[0]), begin + timedelta(days=days[1])


def _next_thing(
    situation: Situation, words: Words, refunds: RefundSums, history: Iterable[TimelineEntry]
) -> str:
    if situation != Situation.CANCELLED or refunds.captured_minor:
        return words.next_thing
    reasons = [entry.detail for entry in history if entry.kind == "order.cancelled"]
    why = f"{reasons[0].rstrip('.')}. " if reasons and reasons[0] else ""
    return f"{why}Nothing was charged. {words.next_thing}"


def _are_coming_back(shipments: Iterable[Shipment]) -> bool:
    under_way = {shipment.state for shipment in shipments if shipment.state in ON_THE_WAY}
    return under_way == {ShipmentState.RETURNING}
