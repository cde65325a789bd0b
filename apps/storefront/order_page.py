"""The buyer's view of an order: state, next step, parcels, refunds."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.common.clock import day_of, today
from apps.fulfilment.awaiting import waiting_lines
from apps.fulfilment.models import Shipment
from apps.fulfilment.selectors import list_shipments_of
from apps.fulfilment.states import ShipmentState
from apps.giftcards.selectors import list_sold
from apps.invoices.selectors import list_documents_of
from apps.orders.models import Order
from apps.orders.selectors import INTERNAL, LINKS, TimelineEntry, timeline
from apps.orders.states import OrderPaymentState
from apps.payments.balances import came_for, lacking_minor
from apps.payments.credits import credits_of
from apps.payments.models import Payment
from apps.payments.refund_places import list_refund_places
from apps.payments.selectors import (
    RefundSums,
    can_pay_now,
    get_payments_of,
    get_refund_sums,
)
from apps.payments.states import OPEN_STATES
from apps.pricing.tax_numbers import tax_number_label
from apps.returns.returnable import can_request
from apps.returns.selectors import find_origin, list_requests_of
from apps.storefront.gift_words import ON_THEIR_DAY
from apps.storefront.order_confirmation import confirmation_of
from apps.storefront.order_money import cash_due, money_note, transfer_of
from apps.storefront.order_parcels import parcels_of, places_of, with_places
from apps.storefront.order_steps import steps_of
from apps.storefront.order_words import WORDS, Situation, Story, words_of
from apps.tenancy.context import current_store

_MESSAGE = "order.message_added"
_RESTS = ("order.rest_cancelled", "order.lines_cancelled")
_S = Situation
_PAYABLE = (_S.WAITING, _S.FAILED)
# Pages of these situations reload by themselves; all others change rarely.
_MOVING = (_S.WAITING, _S.CONFIRMING)
_EXPECTED = (_S.PREPARING, _S.PREPARING_CASH, _S.SENT, _S.SENT_CASH)
_REFUNDED = (_S.REFUNDED_SENT, _S.REFUNDED_KEPT, _S.REFUNDED_BACK)


def with_parcels(orders: QuerySet[Order]) -> QuerySet[Order]:
    """For `label_all`: what a list must know of the parcels, in the same query."""
    return with_places(orders)


def label_all(orders: Iterable[Any]) -> list[Any]:
    """Orders of `with_parcels` for a list, each with its `words`: the same as on its page."""
    labelled = list(orders)
    for order in labelled:
        order.words = words_of(order, places_of(order))
    return labelled


def order_context(order: Order) -> dict[str, Any]:
    """Everything the order page shows: lines, timeline, payment and parcels, about thirteen queries."""
    payments, lines, history = get_payments_of(order), _lines_of(order), timeline(order)
    payment = payments[0] if payments else None
    shipments = list_shipments_of(order)
    due = cash_due(order, payment, lines, shipments)
    parcels = parcels_of(shipments, due.by_parcel)
    story = Story(
        order=order,
        places=[parcel.place for parcel in parcels],
        is_shortened=_is_shortened(lines, history),
    )
    situation = story.situation
    refunds = get_refund_sums(order)
    transfer = transfer_of(order, payments)
    is_cash = payment is not None and payment.pays_on_delivery
    is_short = order.payment_state == OrderPaymentState.UNDERPAID
    rest = lacking_minor(order, payments) if is_short else due.minor
    can_pay = situation in _PAYABLE and can_pay_now(order, payment)
    return {
        "order": order,
        "lines": lines,
        "situation": situation,
        "words": story.words,
        "headline": story.headline,
        "next_thing": _next_thing(story, refunds, history, is_cash=is_cash),
        "money_note": money_note(order, refunds, list_refund_places(order, refunds)),
        **_paid_by(payments),
        "steps": steps_of(order, refunds, parcels, history, due_minor=rest),
        "refunds": refunds,
        "documents": list_documents_of(order),
        "credits": credits_of(order),
        **_remaining(order, refunds, payments),
        "is_partly_paid": order.payment_state == OrderPaymentState.PARTIALLY_PAID,
        "due_minor": due.minor,
        "can_pay": can_pay,
        "pays_through": [payment.gateway] if payment and can_pay else [],
        "held_until": _held_until(situation, payment),
        "is_moving": situation in _MOVING and transfer is None,
        "transfer": transfer,
        "to_confirm": confirmation_of(order),
        "can_buy_again": situation not in (*_PAYABLE, *_MOVING) and not order.is_gift_cards,
        "expected": expected_days(order, situation),
        "parcels": parcels,
        **_happened(order, history),
        "billing_address": order.other_billing_address,
        **_returns(order, shipments, refunds),
        "seller_tax_label": tax_number_label(current_store().country),
    }


def _happened(order: Order, history: Sequence[Any]) -> dict[str, Any]:
    """The history without what only staff read, the links to other orders, and messages of the shop; gift cards that were
    sent."""
    return {
        "sold_cards": list_sold(order),
        "history": [entry for entry in history if entry.kind not in {*INTERNAL, _MESSAGE}],
        "links": [
            entry
            for entry in history
            if entry.kind in LINKS and (entry.kind != "order.sent_with" or order.sent_with)
        ],
        "shop_messages": [entry for entry in history if entry.kind == _MESSAGE],
    }


def _lines_of(order: Order) -> list[Any]:
    """Each with what is still awaited of it; no query more where nothing ever was."""
    lines: list[Any] = list(order.lines.all())
    if not order.is_cancelled and any(line.awaited_quantity for line in lines):
        waiting = waiting_lines(order, lines)
        for line in lines:
            line.waiting = waiting.get(line.pk)
    return lines


def _held_until(situation: Situation, payment: Payment | None) -> datetime | None:
    """The end of a payment that is awaited; money that came has none."""
    is_awaited = payment is not None and payment.state in OPEN_STATES
    return payment.expires_at if payment and is_awaited and situation in _PAYABLE else None


def _is_shortened(lines: Iterable[Any], history: Iterable[TimelineEntry]) -> bool:
    """Whether the unsent rest was cancelled. Pieces that a change took off are no rest: the others are still sent."""
    if any(line.open_quantity for line in lines):
        return False
    return any(entry.kind in _RESTS for entry in history)


def _remaining(order: Order, refunds: RefundSums, payments: list[Payment]) -> dict[str, int]:
    """What the buyer has paid in the end, or has to pay now, and what came of it before. What was given back of the order
    is not owed again: total, reduction, refunds, `kept_minor` and `remaining_minor` add up."""
    final = order.payable_minor - refunds.all_minor
    if order.paid_at is not None or order.is_cancelled:
        return {"remaining_minor": final if order.paid_at is not None else 0, "kept_minor": 0}
    left = max(order.payable_minor - came_for(order, payments), 0)
    return {"remaining_minor": left, "kept_minor": max(final - left, 0)}


def _paid_by(payments: list[Payment]) -> dict[str, Any]:
    """What gift cards, store credit and returned goods have paid, and the payment of the rest, which is the first."""
    prepaid = [each for each in payments if each.is_stored_value or each.is_returned_goods]
    first = payments[0] if payments else None
    return {
        "prepaid": prepaid,
        "rest": first if prepaid and first not in prepaid else None,
        "cash_minor": first.captured_minor if first is not None else 0,
        "to_pay_minor": first.due_minor if first is not None else 0,
    }


def _returns(order: Order, shipments: Iterable[Shipment], refunds: RefundSums) -> dict[str, Any]:
    """Two queries; four more where a parcel was delivered. Money that pays a replacement did not go back."""
    is_delivered = any(each.state == ShipmentState.DELIVERED for each in shipments)
    requests = list_requests_of(order)
    moved = sum(each.moved_minor for each in requests)
    return {
        **({"money_note": ""} if moved and moved >= refunds.all_minor else {}),
        "return_requests": requests,
        "can_return": is_delivered and can_request(order),
        "replaces": find_origin(order),
    }


def expected_days(order: Order, situation: Situation) -> tuple[date, date] | None:
    """The days between which the parcel should come; None when they are unknown or over."""
    if situation not in _EXPECTED or not order.needs_shipping:
        return None
    if order.expected_from is None or order.expected_until is None:
        return None
    late = _days_to_payment(order)
    begin, end = order.expected_from + late, order.expected_until + late
    return None if end < today() else (begin, end)


def _days_to_payment(order: Order) -> timedelta:
    """What is paid later than it is ordered comes that much later."""
    paid = order.paid_at or order.placed_at
    return max(day_of(paid) - day_of(order.placed_at), timedelta(0))


def _next_thing(
    story: Story, refunds: RefundSums, history: Iterable[TimelineEntry], *, is_cash: bool
) -> str:
    if is_cash and story.situation in _REFUNDED:
        # the store hands cash over itself, and no provider confirms it
        return str(WORDS[_S.BACK].next_thing) if story.situation == _S.REFUNDED_BACK else ""
    if story.situation == _S.DOWNLOADED and story.order.is_gift_cards:
        return str(ON_THEIR_DAY)
    if story.situation != Situation.CANCELLED or refunds.captured_minor:
        return story.next_thing
    reasons = [entry.detail for entry in history if entry.kind == "order.cancelled"]
    why = [f"{reasons[0].rstrip('.')}."] if reasons and reasons[0] else []
    return " ".join([*why, _("Nothing was charged."), story.next_thing])
