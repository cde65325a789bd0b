"""The steps of an order, from placed to its end, each with its time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date
from django.utils.translation import gettext as _

from apps.common.money import format_money, from_minor
from apps.orders.models import Order
from apps.orders.selectors import TimelineEntry
from apps.orders.states import (
    AWAITS_CASH,
    HELD,
    SHIPPABLE_PAYMENT,
    FulfilmentState,
    OrderPaymentState,
)
from apps.payments.selectors import RefundSums
from apps.storefront.languages import current_locale
from apps.storefront.order_parcels import Parcel, Place, parcels_in
from apps.storefront.order_words import REST_FOLLOWS

DONE, NOW, LATER, FAILED = "done", "now", "later", "failed"
_PAID = (OrderPaymentState.PAID, OrderPaymentState.PARTIALLY_REFUNDED, OrderPaymentState.REFUNDED)
_REFUNDED = ("order.partially_refunded", "order.refunded")
_AT_THE_DOOR = (*AWAITS_CASH, OrderPaymentState.VOID)


@dataclass(frozen=True)
class OrderStep:
    title: str
    state: str
    at: datetime | None = None
    detail: str = ""


def steps_of(
    order: Order,
    refunds: RefundSums,
    parcels: Sequence[Parcel] = (),
    history: Iterable[TimelineEntry] = (),
    *,
    due_minor: int | None = None,
) -> list[OrderStep]:
    """At most one step is `now`; none is where nothing more happens. A step without a moment has not happened yet."""
    moments = {entry.kind: entry.at for entry in history}
    placed = OrderStep(_("Order placed"), DONE, order.placed_at)
    payment = _payment_step(order, refunds, moments, due_minor)
    if order.is_cancelled:
        ways = [payment] if order.paid_at else []
        steps = [placed, *ways, OrderStep(_("Cancelled"), FAILED, order.cancelled_at)]
    elif not order.needs_shipping:
        steps = [placed, *_paid_before(order, refunds, moments), payment, *_download_steps(order)]
    elif order.payment_state in _AT_THE_DOOR:
        goods = _goods_steps(order, parcels, moments)
        is_ahead = [step.state in (NOW, LATER) for step in goods]
        past = is_ahead.index(True) if any(is_ahead) else len(goods)
        goods[past:past] = _collected_steps(order, refunds, moments)
        doors = [payment] if _is_expected(order, parcels) else []
        steps = [placed, *goods, *doors]
    elif order.paid_at is not None and "order.cash_due" in moments:
        goods = _goods_steps(order, parcels, moments)
        before = [step for step in goods if step.at is not None and step.at <= order.paid_at]
        steps = [placed, *before, payment, *goods[len(before) :]]
    else:
        before = _paid_before(order, refunds, moments)
        goods = _goods_steps(order, parcels, moments)
        steps = [placed, *before, payment, *goods, *_gift_steps(order)]
    return _with_refund(steps, order, refunds, moments)


_Moments = dict[str, datetime]


def _collected_steps(order: Order, refunds: RefundSums, moments: _Moments) -> list[OrderStep]:
    """What the first of several parcels brought."""
    if order.payment_state != OrderPaymentState.PARTIALLY_PAID:
        return []
    amount = _amount(order, refunds.captured_minor)
    return [OrderStep(_("Partly paid"), DONE, moments.get("order.partially_paid"), amount)]


def _paid_before(order: Order, refunds: RefundSums, moments: _Moments) -> list[OrderStep]:
    """An order that was paid, and of which a change left something to pay."""
    if order.payment_state != OrderPaymentState.UNDERPAID or "order.paid" not in moments:
        return []
    amount = _amount(order, refunds.captured_minor)
    return [OrderStep(_("Paid"), DONE, moments["order.paid"], amount)]


def _payment_step(
    order: Order, refunds: RefundSums, moments: _Moments, due_minor: int | None
) -> OrderStep:
    rest = order.payable_minor - refunds.captured_minor  # a gift card may have paid a part
    due_minor = rest if due_minor is None else due_minor
    amount = _amount(order, order.payable_minor if order.paid_at else rest)
    state = OrderPaymentState(order.payment_state)
    if state in _PAID:
        if not order.total_minor:
            return OrderStep(_("Nothing to pay"), DONE, order.paid_at)
        return OrderStep(_("Paid"), DONE, order.paid_at, amount)
    if state == OrderPaymentState.VOID:
        return OrderStep(
            _("Nothing to pay"),
            DONE,
            moments.get("order.cash_void") or moments.get("order.hold_void"),
        )
    if state in HELD:
        at = moments.get("order.authorized")
        return OrderStep(_("Paid when it is shipped"), DONE, at, amount)
    if state == OrderPaymentState.UNDERPAID:
        is_next = order.fulfilment_state == FulfilmentState.UNFULFILLED
        state_of_it = NOW if is_next else LATER
        return OrderStep(_("Pay the rest"), state_of_it, None, _amount(order, due_minor))
    if state == OrderPaymentState.CASH_DUE:
        return OrderStep(_("Pay on delivery"), LATER, None, _amount(order, due_minor))
    if state == OrderPaymentState.PARTIALLY_PAID:
        return OrderStep(_("Pay the rest on delivery"), LATER, None, _amount(order, due_minor))
    if state == OrderPaymentState.FAILED:
        at = moments.get("order.payment_failed")
        return OrderStep(_("Payment failed"), FAILED, at, amount)
    if state == OrderPaymentState.CONFIRMING:
        at = moments.get("order.payment_confirming")
        return OrderStep(_("The bank is confirming the payment"), NOW, at, amount)
    return OrderStep(_("Waiting for payment"), NOW, None, amount)


def _download_steps(order: Order) -> list[OrderStep]:
    later = _gift_steps(order)
    if later and order.is_gift_cards:
        return later
    if order.fulfilment_state != FulfilmentState.UNFULFILLED:
        return [OrderStep(_("Delivered"), DONE, order.delivered_at), *later]
    if order.payment_state == OrderPaymentState.REFUNDED:
        return []
    return [OrderStep(_("Delivered"), LATER)]


def _gift_steps(order: Order) -> list[OrderStep]:
    """A gift card that waits for its day, if one does."""
    is_refunded = order.payment_state == OrderPaymentState.REFUNDED
    if is_refunded or not order.awaits_gift_cards or order.gift_cards_until is None:
        return []
    day = format_date(order.gift_cards_until, locale=current_locale())
    return [OrderStep(_("Gift card is sent"), LATER, None, day)]


def _goods_steps(order: Order, parcels: Sequence[Parcel], moments: _Moments) -> list[OrderStep]:
    """Past events of the parcels in their order, then pending ones, then the rest."""
    if order.fulfilment_state == FulfilmentState.UNFULFILLED:
        return _unsent_steps(order)
    has_rest = order.fulfilment_state == FulfilmentState.PARTIAL
    rest_follows = has_rest and order.payment_state in REST_FOLLOWS
    is_only = len(parcels) == 1 and not has_rest
    to_buyer = parcels_in(parcels, Place.READY) or parcels_in(parcels, Place.TO_BUYER)
    to_us, here = parcels_in(parcels, Place.TO_US), parcels_in(parcels, Place.HERE)
    past = [step for parcel in parcels for step in _past_of(parcel, is_only=is_only)]
    if "order.rest_cancelled" in moments:
        past.append(OrderStep(_("Rest cancelled"), FAILED, moments["order.rest_cancelled"]))
    if to_buyer or rest_follows:
        past += [_coming_back([parcel], FAILED, is_only=False) for parcel in to_us]
        to_us = []
    if to_buyer or rest_follows or to_us:
        past += [_came_back([parcel], FAILED, is_only=False) for parcel in here]
        here = []
    steps = sorted(past, key=_by_moment)
    if to_buyer:
        steps.append(OrderStep(_on_its_way(to_buyer, is_only=is_only), NOW))
    if to_us:
        steps.append(_coming_back(to_us, NOW, is_only=is_only))
    if here:
        steps.append(_came_back(here, NOW, is_only=is_only))
    if rest_follows:
        steps.append(
            OrderStep(_("The rest follows"), LATER)
            if to_buyer
            else OrderStep(_("The rest is in preparation"), NOW)
        )
    elif has_rest:
        steps.append(OrderStep(_("The rest is not sent"), FAILED))
    return steps


def _is_expected(order: Order, parcels: Sequence[Parcel]) -> bool:
    """Whether a parcel comes at which the amount can be paid, or came: not while the last of them turn back."""
    places = {parcel.place for parcel in parcels}
    is_turned = bool(places & {Place.TO_US, Place.HERE}) and Place.TO_BUYER not in places
    return order.fulfilment_state != FulfilmentState.SHIPPED or not is_turned


def _unsent_steps(order: Order) -> list[OrderStep]:
    if order.payment_state == OrderPaymentState.REFUNDED:
        return [OrderStep(_("Not shipped"), FAILED)]
    if order.awaits_confirmation:
        first = OrderStep(_("Waiting for confirmation"), NOW)
    elif order.payment_state in SHIPPABLE_PAYMENT:
        first = OrderStep(_("In preparation"), NOW)
    else:
        first = OrderStep(_("Shipped"), LATER)
    return [first, OrderStep(_("Collected") if order.is_pickup else _("Delivered"), LATER)]


def _past_of(parcel: Parcel, *, is_only: bool) -> list[OrderStep]:
    """The past events of a parcel; a refused parcel was never delivered."""
    number = {"number": parcel.number}
    title = _("Shipped") if is_only else _("Parcel %(number)d shipped") % number
    if parcel.pickup_code:
        title = _("Prepared")
    steps = [OrderStep(title, DONE, parcel.shipped_at)]
    if parcel.delivered_at:
        title = _("Delivered") if is_only else _("Parcel %(number)d delivered") % number
        if parcel.pickup_code:
            title = _("Collected")
        steps.append(OrderStep(title, DONE, parcel.delivered_at))
    if parcel.place == Place.BACK:
        title = _("Returned") if is_only else _("Parcel %(number)d came back to us") % number
        steps.append(OrderStep(title, DONE, parcel.returned_at))
    elif parcel.returned_at and parcel.place != Place.HERE:
        words = _("Part of parcel %(number)d came back to us") % number
        title = _("Partly returned") if is_only else words
        steps.append(OrderStep(title, DONE, parcel.returned_at))
    return steps


def _on_its_way(parcels: Sequence[Parcel], *, is_only: bool) -> str:
    if all(parcel.place == Place.READY for parcel in parcels):
        return _("Ready to be collected")
    if is_only:
        return _("On its way to you")
    if len(parcels) == 1:
        return _("Parcel %(number)d on its way to you") % {"number": parcels[0].number}
    return _("%(count)d parcels on their way to you") % {"count": len(parcels)}


def _coming_back(parcels: Sequence[Parcel], state: str, *, is_only: bool) -> OrderStep:
    if len(parcels) > 1:
        return OrderStep(
            _("%(count)d parcels on their way back to us") % {"count": len(parcels)}, state
        )
    words = _("Parcel %(number)d on its way back to us") % {"number": parcels[0].number}
    title = _("On its way back to us") if is_only else words
    return OrderStep(title, state, parcels[0].refused_at)


def _came_back(parcels: Sequence[Parcel], state: str, *, is_only: bool) -> OrderStep:
    """Undelivered, and not looked at yet."""
    if len(parcels) > 1:
        return OrderStep(_("%(count)d parcels came back to us") % {"count": len(parcels)}, state)
    words = _("Parcel %(number)d came back to us") % {"number": parcels[0].number}
    title = _("Came back to us") if is_only else words
    return OrderStep(title, state, parcels[0].returned_at)


def _by_moment(step: OrderStep) -> tuple[bool, float]:
    return step.at is None, step.at.timestamp() if step.at else 0


def _with_refund(
    steps: list[OrderStep], order: Order, refunds: RefundSums, moments: _Moments
) -> list[OrderStep]:
    """A completed refund is shown at its time, before pending steps."""
    if refunds.waiting_minor:
        amount = _amount(order, refunds.waiting_minor)
        return [*steps, OrderStep(_("Refund on its way"), NOW, None, amount)]
    if not refunds.done_minor:
        return steps
    at = max((moments[kind] for kind in _REFUNDED if kind in moments), default=None)
    step = OrderStep(_("Refunded"), DONE, at, _amount(order, refunds.done_minor))
    after = [
        place
        for place, other in enumerate(steps)
        if other.state in (NOW, LATER) or (at and other.at and other.at > at)
    ]
    place = after[0] if after else len(steps)
    return [*steps[:place], step, *steps[place:]]


def _amount(order: Order, minor: int) -> str:
    return format_money(from_minor(minor, order.currency), str(current_locale()))
