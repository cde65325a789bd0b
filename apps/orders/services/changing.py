"""Records what staff change of a placed order: pieces that are taken off, what is added, where it is sent.

What was sold stays as it was sold. Pieces that are taken off are cancelled pieces of their line, and what is added is a
line of its own, so the order's total never falls: what is not to be paid any more is in `reduced_minor`, or refunded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.actor import Actor
from apps.common.money import MAX_MINOR
from apps.common.states import require_transition
from apps.common.typed_text import Line, cleans_text
from apps.orders.errors import LineNotChangeable, NothingLeftOfOrder
from apps.orders.models import Order, OrderEvent, OrderLine
from apps.orders.services.creating import line_values
from apps.orders.services.goods import (
    Count,
    count_pieces,
    physical,
    plain,
    require_not_cancelled,
    state_of_goods,
)
from apps.orders.services.history import lock_order, record
from apps.orders.services.returning import moved
from apps.orders.states import PAYMENT_TRANSITIONS, FulfilmentState, OrderPaymentState
from apps.orders.worth import NOTHING, Worth, worth_of_order
from apps.pricing.errors import OrderTooLarge
from apps.pricing.services import PricedLine
from apps.tenancy.retrying import repeated_on_deadlock

_TAKEN_OFF = Count(
    field="cancelled_quantity",
    possible="open_quantity",
    fact="open",
    error=LineNotChangeable,
    nothing=_("Say how many pieces are taken off."),
    unknown=_("One of these lines does not belong to this order."),
    too_many=_("{quantity} of {title} ({sku}) can't be taken off. Still to be sent: {possible}."),
)


@dataclass(frozen=True)
class Delivery:
    """Where and how the order is sent from now on; what is None stays. `raised` is what the delivery costs more, tax
    included, and `raised_shown_minor` the same as the shop shows prices."""

    address: Mapping[str, Any] | None = None
    billing_address: Mapping[str, Any] | None = None
    method_code: str | None = None
    method_name: str = ""
    pickup: Mapping[str, Any] | None = None
    raised: Worth = NOTHING
    raised_shown_minor: int = 0
    less_shown_minor: int = 0

    @property
    def facts(self) -> dict[str, Any]:
        """What an event says of it."""
        return {
            "is_redirected": self.address is not None,
            "shipping_method": self.method_name,
            "raised_shown_minor": self.raised_shown_minor,
            "less_shown_minor": self.less_shown_minor,
        }


STAYS = Delivery()


@dataclass(frozen=True)
class MoneyMove:
    """What the change does to the order's money. `reduced` is not to be paid any more; `state` None: it stays. `unpaid_minor`
    of a sale was added and is not paid yet; None: it stays."""

    reduced: Worth = NOTHING
    state: str | None = None
    paid_at: datetime | None = None
    unpaid_minor: int | None = None


@dataclass(frozen=True)
class Changed:
    """The event, and the lines that were added."""

    event: OrderEvent
    lines: list[OrderLine] = field(default_factory=list)


@cleans_text
@repeated_on_deadlock
def change_lines(
    *,
    order: Order,
    kind: str,
    cancelled: Mapping[UUID, int],
    money: MoneyMove,
    added: Sequence[PricedLine] = (),
    delivery: Delivery = STAYS,
    is_on_its_way: bool = False,
    reason: Annotated[str, Line(200)] = "",
    actor: Actor | None = None,
    **facts: Any,
) -> Changed:
    """Take off pieces (line id -> how many) and add lines, as one event. **Every call counts.**

    It moves neither stock nor money: `fulfilment.change_order` does that around it. Raises `LineNotChangeable`,
    `NothingLeftOfOrder` and `OrderTooLarge`.
    """
    with transaction.atomic():
        lock_order(order)
        require_not_cancelled(order)
        lines = list(order.lines.order_by("position"))
        if cancelled:
            count_pieces(lines, cancelled, _TAKEN_OFF)
        fresh = _new_lines(order, lines, added)
        changes = _goods_changes(order, [*lines, *fresh], is_on_its_way)
        changes |= _amounts(order, added, delivery)
        changes |= _money_changes(order, money)
        is_parted = order.sent_with is not None and _goes_elsewhere(order, delivery)
        _redirect(order, delivery)
        OrderLine.objects.bulk_update(
            [line for line in lines if line.pk in cancelled], ["cancelled_quantity"]
        )
        OrderLine.objects.bulk_create(fresh)
        event = record(
            order,
            kind=kind,
            changes=changes,
            actor=actor,
            **_facts(cancelled, fresh, money),
            reason=reason,
            **{name: value for name, value in delivery.facts.items() if value},
            **facts,
        )
        if is_parted:
            send_alone(order=order, actor=actor)
    return Changed(event, fresh)


def _goes_elsewhere(order: Order, delivery: Delivery) -> bool:
    """Orders of one parcel go to one address, in one way: what is sent elsewhere leaves alone."""
    if delivery.address is not None and dict(delivery.address) != order.shipping_address:
        return True
    before = (order.shipping_method_code, order.pickup)
    return delivery.method_code is not None and (delivery.method_code, delivery.pickup) != before


def _facts(
    cancelled: Mapping[UUID, int], fresh: Sequence[OrderLine], money: MoneyMove
) -> dict[str, Any]:
    return {
        "cancelled": plain(cancelled),
        "added": {str(line.pk): line.quantity for line in fresh},
        "fulfilled": {str(line.pk): line.quantity for line in fresh if line.is_fee},
        "pieces": sum(cancelled.values()) or None,
        "amount_minor": money.reduced.total_minor,
        "tax_minor": money.reduced.tax_minor,
        "tax_components": money.reduced.parts_json(),
    }


def _money_changes(order: Order, money: MoneyMove) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if money.reduced.total_minor:
        changes["reduced_minor"] = order.reduced_minor + money.reduced.total_minor
    if money.unpaid_minor is not None and money.unpaid_minor != order.unpaid_minor:
        changes["unpaid_minor"] = money.unpaid_minor
    if money.state is None or money.state == order.payment_state:
        return changes
    target = OrderPaymentState(str(money.state))
    require_transition(
        PAYMENT_TRANSITIONS,
        subject=gettext("The payment of order %(number)s") % {"number": order.number},
        current=OrderPaymentState(order.payment_state),
        target=target,
    )
    return changes | {"payment_state": target.value, "paid_at": money.paid_at}


def _new_lines(
    order: Order, lines: Sequence[OrderLine], added: Sequence[PricedLine]
) -> list[OrderLine]:
    """Behind the lines that are there, in memory. A fee has nothing to be sent."""
    after = max((line.position for line in lines), default=-1) + 1
    fresh = []
    for place, priced in enumerate(added):
        line = OrderLine(**line_values(order, after + place, priced))
        line.added_by = order.event_count + 1
        line.fulfilled_quantity = line.quantity if line.is_fee else 0
        fresh.append(line)
    return fresh


def _goods_changes(order: Order, lines: Sequence[OrderLine], is_on_its_way: bool) -> dict[str, Any]:
    """The state that the goods have now. Raises `NothingLeftOfOrder` when no piece is to be sent and none was."""
    goods = [line for line in lines if not line.is_fee]
    if not any(line.quantity - line.cancelled_quantity for line in goods):
        raise NothingLeftOfOrder
    target = state_of_goods(goods, is_on_its_way=is_on_its_way)
    if order.fulfilment_state == FulfilmentState.UNFULFILLED:
        if not any(line.open_quantity for line in physical(goods)):
            raise NothingLeftOfOrder
        return {}
    return moved(order, target, None)


def _amounts(order: Order, added: Sequence[PricedLine], delivery: Delivery) -> dict[str, Any]:
    """The order's sums with what is added. Raises `OrderTooLarge`."""
    more = delivery.raised
    for line in added:
        more += Worth(line.total_minor, line.tax_minor, line.tax_components)
    if not (added or more.total_minor):
        return {}
    whole = worth_of_order(order) + more
    if whole.total_minor > MAX_MINOR:
        raise OrderTooLarge
    order.tax_components = whole.parts_json()
    order.save(update_fields=["tax_components"])
    raised = delivery.raised
    return {
        "subtotal_minor": order.subtotal_minor + sum(line.subtotal_minor for line in added),
        "shipping_minor": order.shipping_minor + delivery.raised_shown_minor,
        "shipping_tax_minor": order.shipping_tax_minor + raised.tax_minor,
        "tax_minor": whole.tax_minor,
        "total_minor": whole.total_minor,
    }


def _redirect(order: Order, delivery: Delivery) -> None:
    """No address is written into an event: it is a person's, and events are never deleted."""
    fields = []
    if delivery.address is not None:
        order.shipping_address = dict(delivery.address)
        order.phone = str(delivery.address.get("phone") or "") or order.phone
        fields += ["shipping_address", "phone"]
    if delivery.billing_address is not None:
        order.billing_address = dict(delivery.billing_address)
        fields.append("billing_address")
    if delivery.method_code is not None:
        order.shipping_method_code = delivery.method_code
        order.shipping_method_name = delivery.method_name
        order.pickup = dict(delivery.pickup) if delivery.pickup is not None else None
        fields += ["shipping_method_code", "shipping_method_name", "pickup"]
    if fields:
        order.save(update_fields=fields)


@repeated_on_deadlock
def note_split(*, order: Order, source: Order, actor: Actor | None = None) -> Order:
    """Record which order the pieces of a new one were taken from, in the transaction that makes it. They are collected, or
    expected, as those of the source."""
    with transaction.atomic():
        lock_order(order)
        order.split_from, order.pickup = source.number, source.pickup
        order.expected_from, order.expected_until = source.expected_from, source.expected_until
        order.save(update_fields=["split_from", "pickup", "expected_from", "expected_until"])
        record(order, kind="order.split_off", changes={}, actor=actor, text=source.number)
    return order


@repeated_on_deadlock
def send_together(*, order: Order, other: Order, actor: Actor | None = None) -> None:
    """Both leave in one parcel, with what they were to be sent with before. Again, it changes nothing.

    Each stays an order: its money, invoice and history are its own. For a caller who checked that they fit.
    """
    with transaction.atomic():
        first, second = sorted((order, other), key=lambda each: each.pk)
        for each in (first, second):
            lock_order(each)
        group = order.sent_with or other.sent_with or order.pk
        if order.sent_with == other.sent_with == group:
            return
        joined = {order.sent_with, other.sent_with} - {None, group}
        Order.objects.filter(sent_with__in=joined).update(sent_with=group)
        for each, beside in ((order, other), (other, order)):
            each.sent_with = group
            each.save(update_fields=["sent_with"])
            record(each, kind="order.sent_with", changes={}, actor=actor, text=beside.number)


@repeated_on_deadlock
def send_alone(*, order: Order, actor: Actor | None = None) -> None:
    """The order leaves in a parcel of its own again. Calling it again changes nothing."""
    with transaction.atomic():
        lock_order(order)
        if order.sent_with is not None:
            order.sent_with = None
            order.save(update_fields=["sent_with"])
            record(order, kind="order.sent_alone", changes={}, actor=actor)
