"""Splits an order in two: pieces, and exactly what was paid for them, go over to an order of their own."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.ids import new_id
from apps.common.typed_text import Line, cleans_text
from apps.events import services as events
from apps.fulfilment.services.changing import close_open_payments, pieces_by_variant
from apps.fulfilment.services.parcels import tell
from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.orders.errors import (
    LineNotChangeable,
    NothingLeftOfOrder,
    OrderChanged,
    OrderNotChangeable,
)
from apps.orders.models import Order, OrderLine
from apps.orders.selectors import can_change
from apps.orders.splitting import price_pieces
from apps.orders.states import AWAITS_CASH, HELD, SETTLED, OrderPaymentState
from apps.orders.worth import NOTHING, Worth, worth_of_shipping
from apps.payments import services as payments
from apps.payments.adapting import Adaption, plan_adaption
from apps.payments.models import Payment
from apps.payments.selectors import list_open_payments
from apps.pricing.models import ShippingMethod
from apps.pricing.services import PricedOrder
from apps.tenancy.retrying import repeated_on_deadlock


@cleans_text
def split_order(
    *,
    order: Order,
    lines: Mapping[UUID, int],
    version: int,
    reason: Annotated[str, Line(200, required=True)],
    actor: Actor,
    with_delivery: bool = False,
) -> Order:
    """A new order of these pieces (line id -> how many), for the same buyer and address. Returns it.

    What was paid for the pieces pays the new order; what is not paid yet is asked for with each order. The delivery stays
    with the first unless said otherwise. `version` is the order's `event_count` that was seen. Raises `OrderChanged`,
    `OrderNotChangeable`, `LineNotChangeable` and `NothingLeftOfOrder`.
    """
    _require_possible(order)
    if order.payment_state not in SETTLED:
        close_open_payments(order)
    return _split(order, lines, version, reason, actor, with_delivery)


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _split(
    order: Order,
    wanted: Mapping[UUID, int],
    version: int,
    reason: str,
    actor: Actor,
    with_delivery: bool,
) -> Order:
    orders.lock_order(order)
    if order.event_count != version:
        raise OrderChanged
    _require_possible(order)
    rows = list(order.lines.order_by("position"))
    pieces = {line_id: count for line_id, count in wanted.items() if count}
    _require_both(rows, pieces)
    delivery = worth_of_shipping(order, rows) if with_delivery else NOTHING
    priced = price_pieces(
        order,
        rows,
        pieces,
        delivery=delivery,
        delivery_shown_minor=order.shipping_minor if with_delivery else 0,
    )
    worth = Worth(priced.total_minor, priced.tax_minor, priced.tax_components)
    is_paid = order.payment_state in SETTLED
    adaption = None if is_paid else _lowered(order, worth)
    old = None if is_paid else _open_payment(order)
    new = _create(order, priced, with_delivery=with_delivery, actor=actor)
    changed = orders.change_lines(
        order=order,
        kind="order.pieces_moved",
        cancelled=pieces,
        money=orders.MoneyMove(adaption.reduced if adaption else NOTHING),
        delivery=orders.Delivery(less_shown_minor=priced.shipping_minor),
        reason=reason,
        actor=actor,
        text=new.number,
    )
    orders.note_split(order=new, source=order, actor=actor)
    if adaption is None:
        _move_money(order, new, worth, f"split-{changed.event.pk}", reason, actor)
    else:
        _ask_for_both(order, new, adaption, old, reason, actor)
    inventory.move_stock(
        source=order.pk, target=new.pk, quantities=pieces_by_variant(rows, pieces), actor=actor
    )
    tell("order.changed", order, event_id=str(changed.event.pk))
    return new


def _require_possible(order: Order) -> None:
    if not can_change(order):
        raise OrderNotChangeable(current=order.status)
    if order.payment_state in HELD:
        raise OrderNotChangeable(
            gettext(
                "A bank holds the money of this order as a whole. Ship the pieces that are there in a parcel of their own: "
                "it takes its part of the money, and the rest stays held. Or split the order once its money was taken."
            )
        )
    if order.payment_state == OrderPaymentState.UNDERPAID:
        raise OrderNotChangeable(gettext("Settle what is missing of this order first."))


def _require_both(rows: list[OrderLine], pieces: Mapping[UUID, int]) -> None:
    """Each of the two has something that is to be sent, or downloads alone. `change_lines` refuses too many pieces."""
    left = [line for line in rows if line.open_quantity - pieces.get(line.pk, 0) > 0]
    taken = [line for line in rows if pieces.get(line.pk)]
    if not (left and taken):
        raise NothingLeftOfOrder
    if any(line.is_gift_card for line in taken):
        raise LineNotChangeable(gettext("A gift card stays with its order."))
    if any(not 1 <= pieces[line.pk] <= line.open_quantity for line in taken):
        raise LineNotChangeable(gettext("More pieces than are left of a line."))
    if all(line.is_digital for line in left) and any(not line.is_digital for line in taken):
        raise NothingLeftOfOrder(gettext("The first order would have no piece to be sent."))


def _lowered(order: Order, worth: Worth) -> Adaption:
    """The money of an order that is not paid: so much less is to come."""
    rows = list(Payment.objects.filter(order_id=order.pk).order_by("pk"))
    adaption = plan_adaption(order, rows, raised=NOTHING, lowered=worth)
    if adaption.back.total_minor or not adaption.due_minor:
        raise OrderNotChangeable(
            gettext(
                "A gift card has paid more than would be left. Split the order once it is paid."
            )
        )
    return adaption


def _open_payment(order: Order) -> Payment | None:
    """That by which the order is to be paid."""
    return next(iter(list_open_payments(order)), None) or (
        Payment.objects.filter(order_id=order.pk).order_by("-created_at", "-id").first()
    )


def _create(order: Order, priced: PricedOrder, *, with_delivery: bool, actor: Actor) -> Order:
    """For the same buyer, language and address; a confirmation that is awaited is awaited for both."""
    code, name = order.shipping_method_code, order.shipping_method_name
    is_cash = order.payment_state in AWAITS_CASH
    confirmation = None
    if order.confirm_by is not None and order.confirmation:
        confirmation = orders.Confirmation(order.confirmation, order.confirm_by)
    return orders.create_order(
        checkout_id=new_id(),
        cart_ref="",
        priced=priced,
        buyer=orders.Buyer(
            email=order.email,
            phone=order.phone,
            customer_id=order.customer_id,
            company=order.company,
            tax_number=order.tax_number,
            tax_evidence=order.tax_evidence or {},
        ),
        shipping_address=order.shipping_address,
        billing_address=order.billing_address,
        shipping_method=ShippingMethod(code=code, name=name) if code or name else None,
        language=order.language,
        payment_state=OrderPaymentState.CASH_DUE if is_cash else OrderPaymentState.UNPAID,
        confirmation=confirmation,
        actor=actor,
    )


def _move_money(
    order: Order, new: Order, worth: Worth, request_key: str, reason: str, actor: Actor
) -> None:
    if not worth.total_minor:
        payments.settle_free_order(order=new)
        return
    payments.pay_with_goods(
        source=order,
        target=new,
        amount_minor=worth.total_minor,
        worth=worth,
        reason=reason,
        request_key=request_key,
        actor=actor,
    )


def _ask_for_both(
    order: Order,
    new: Order,
    adaption: Adaption,
    old: Payment | None,
    reason: str,
    actor: Actor,
) -> None:
    """Both orders are to be paid in the way in which the first was."""
    payments.adapt_payments(
        order=order,
        adaption=adaption,
        gateway_code="",
        request_key=f"split-{new.pk}",
        reason=reason,
        actor=actor,
        was_paid=False,
    )
    if old is None or not new.total_minor:
        return
    asked = payments.create_payment(
        order=new,
        gateway_code=old.gateway,
        expires_at=old.expires_at,
        is_captured_later=old.is_captured_later,
    )
    if not asked.pays_on_delivery:
        tell("payment.requested", new, payment_id=str(asked.pk))
