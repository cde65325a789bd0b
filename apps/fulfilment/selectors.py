"""Reads of shipments, and the actions that an order allows now."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q

from apps.common.text import NotText, clean_code
from apps.common.web import normalize_email
from apps.fulfilment.cash import Parcels
from apps.fulfilment.errors import ShipmentNotFound
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.states import ON_THE_WAY, RETURNABLE, ReturnState, ShipmentState
from apps.orders.models import Order, OrderLine
from apps.orders.states import (
    CAN_BE_HELD,
    CANCELLABLE_FULFILMENT,
    HELD,
    SHIPPABLE_PAYMENT,
    FulfilmentState,
    OrderPaymentState,
)
from apps.orders.worth import Worth, worth_of_fee, worth_of_pieces, worth_of_shipping
from apps.payments.balances import lacking_minor
from apps.payments.credits import credits_of
from apps.payments.models import Payment
from apps.payments.selectors import (
    get_held_minor,
    get_payment_of,
    get_refundable_minor,
    is_cash_due,
)
from apps.payments.stored_value import get_refundable_to_stored_minor


def list_shipments_of(order: Order) -> list[Shipment]:
    """The order's parcels with lines and events, oldest first: three queries."""
    return list(
        Shipment.objects.filter(order=order)
        .prefetch_related("lines__order_line", "events")
        .order_by("created_at", "id")
    )


def find_orders_by_tracking(number: str) -> list[UUID]:
    """The orders of the parcels with this number, as it was typed or in capitals."""
    try:
        code = clean_code(number)
    except NotText:
        return []
    if not code:
        return []
    found = Shipment.objects.filter(tracking_number__in={code, code.upper()})
    return list(found.values_list("order_id", flat=True))


def get_shipment(*, order: Order, shipment_id: UUID) -> Shipment:
    """A parcel of this order. Raises `ShipmentNotFound`."""
    shipment = Shipment.objects.filter(order=order, pk=shipment_id).first()
    if shipment is None:
        raise ShipmentNotFound()
    return shipment


def list_returns_of(order: Order) -> list[ParcelReturn]:
    """The order's returns, received or expected, with lines and refund, oldest first: two queries."""
    return list(
        ParcelReturn.objects.filter(order=order)
        .exclude(state=ReturnState.CANCELLED)
        .select_related("refund", "shipment")
        .prefetch_related("lines__shipment_line__order_line")
        .order_by("created_at", "id")
    )


def find_return(*, order: Order, request_key: str) -> ParcelReturn | None:
    """The record of an earlier request with this key."""
    if not request_key:
        return None
    return ParcelReturn.objects.filter(order=order, request_key=request_key).first()


def shipping_left_to_credit(
    order: Order, lines: Iterable[OrderLine], returns: Iterable[ParcelReturn]
) -> Worth:
    """The delivery cost that no return has refunded yet."""
    given = sum(row.shipping_minor for row in returns)
    worth = worth_of_shipping(order, lines)
    return worth - worth.share(given) if given else worth


def is_never_paid_at_door(payment: Payment | None) -> bool:
    """Whether the order is paid on delivery and no courier has brought money."""
    return payment is not None and payment.pays_on_delivery and not payment.captured_minor


def is_never_delivered(order: Order, payment: Payment | None) -> bool:
    """Whether no parcel of a cash order has arrived or is on its way. No query of an order that is paid otherwise."""
    if not is_never_paid_at_door(payment):
        return False
    left = Q(delivered_at__isnull=False) | Q(state__in=ON_THE_WAY)
    return not Shipment.objects.filter(left, order=order).exists()


def credit_for_rest(order: Order) -> Worth:
    """The credit for cancelling the rest: the price of its pieces, within the amount that is paid or due and not
    refunded.

    If this ends a cash order, it is all cash that is still due, because no courier comes any more; where a bank holds the
    money, all that was not captured. If a gift card has paid more of the order than the rest of it costs, its part of the
    pieces is credited, too; its part of the delivery and the fee as well where no parcel has arrived.
    """
    worth, left = _worth_of_rest(order.lines.all()), credits_of(order).left
    if order.payment_state in HELD:  # what is not captured when nothing more is sent
        held = get_held_minor(order)
        return left.take(worth, held + back_to_stored(order, worth, held))
    if (
        order.payment_state == OrderPaymentState.UNDERPAID
    ):  # what never came is not to be paid first
        rows = Payment.objects.filter(order_id=order.pk)
        most = lacking_minor(order, rows) + get_refundable_minor(order)
        return left.take(worth, min(worth.total_minor, left.total_minor, most))
    payment = get_payment_of(order)
    if is_never_delivered(order, payment):
        worth += shipping_left_to_credit(order, order.lines.all(), order.returns.all())
        worth += worth_of_fee(order)
    if payment is None or not is_cash_due(order, payment):
        most = get_refundable_minor(order)
    elif has_parcels_on_the_way(order):
        due = payment.due_minor
        most = due + back_to_stored(order, worth, due)
    else:
        due = payment.due_minor
        return left.take(worth, due + back_to_stored(order, worth, due))
    return left.take(worth, min(worth.total_minor, left.total_minor, most))


def back_to_stored(order: Order, worth: Worth, due_minor: int) -> int:
    """What goes back to gift cards and store credit, when pieces of that worth are not sent and only so much is still
    due. No query where more is due than they are worth."""
    beyond = worth.total_minor - due_minor
    return min(beyond, get_refundable_to_stored_minor(order)) if beyond > 0 else 0


def has_parcels_on_the_way(order: Order) -> bool:
    return Shipment.objects.filter(order=order, state__in=ON_THE_WAY).exists()


def cash_due_with(shipment: Shipment, *, order: Order, after: Iterable[Shipment] = ()) -> int:
    """The cash that is booked when the parcel arrives as the next one, or after those; 0 once it has. One query where none is
    due."""
    payment = get_payment_of(order)
    if payment is None or not is_cash_due(order, payment):
        return 0
    return parcels_of(order).cash_with(payment, *(each.pk for each in after), shipment.pk)


def cash_due_with_next(order: Order, pieces: Mapping[UUID, int]) -> int:
    """The cash that is due with a parcel of these pieces that is to leave now. One query where none is due."""
    payment = get_payment_of(order)
    if payment is None or not is_cash_due(order, payment):
        return 0
    return parcels_of(order).cash_with_next(payment, pieces)


def cash_to_collect(order: Order) -> int:
    """The cash that couriers still have to collect, without parcels on their way back. One query where none is due."""
    payment = get_payment_of(order)
    if payment is None or not is_cash_due(order, payment):
        return 0
    return parcels_of(order).to_collect(payment)


def parcels_of(order: Order) -> Parcels:
    """Six queries."""
    return Parcels(
        order,
        list(order.lines.order_by("position")),
        list_shipments_of(order),
        list_returns_of(order),
    )


def _worth_of_rest(lines: Iterable[OrderLine]) -> Worth:
    """The price of the pieces that are still to be sent, without downloads."""
    worth = Worth()
    for line in lines:
        if not line.is_digital:
            worth += worth_of_pieces(line, line.open_quantity)
    return worth


def can_ship(order: Order) -> bool:
    """Whether staff see "ship": paid, or cash on delivery and confirmed, not on hold, and something is left. The service
    decides."""
    return (
        not order.is_cancelled
        and not order.is_on_hold
        and order.payment_state in SHIPPABLE_PAYMENT
        and not order.awaits_confirmation
        and order.fulfilment_state in (FulfilmentState.UNFULFILLED, FulfilmentState.PARTIAL)
    )


def can_cancel(order: Order) -> bool:
    """Whether "cancel" is shown: no parcel was shipped. The service decides."""
    return not order.is_cancelled and order.fulfilment_state in CANCELLABLE_FULFILMENT


def can_cancel_rest(order: Order) -> bool:
    """Whether "cancel the rest" is shown: the order is partly shipped. The service decides."""
    return not order.is_cancelled and order.fulfilment_state == FulfilmentState.PARTIAL


def can_deliver(shipment: Shipment) -> bool:
    return shipment.state in (ShipmentState.SHIPPED, ShipmentState.FAILED)


def can_fail(shipment: Shipment) -> bool:
    """Whether a failed attempt can be noted: the parcel is with its carrier."""
    return shipment.state == ShipmentState.SHIPPED


def can_attempt_again(shipment: Shipment) -> bool:
    return shipment.state == ShipmentState.FAILED


def can_hand_over(shipment: Shipment) -> bool:
    return shipment.state == ShipmentState.READY


def can_undo_delivery(shipment: Shipment) -> bool:
    """Whether "not delivered" is shown (prefetch the lines): nothing of the parcel came back since."""
    is_whole = not any(line.returned_quantity for line in shipment.lines.all())
    return shipment.state == ShipmentState.DELIVERED and is_whole


def can_expect_return(shipment: Shipment) -> bool:
    """Whether "on its way back" is shown: the parcel has not arrived."""
    return shipment.state in (ShipmentState.SHIPPED, ShipmentState.FAILED)


def can_resume(shipment: Shipment) -> bool:
    return shipment.state == ShipmentState.RETURNING


def can_return(shipment: Shipment) -> bool:
    """Whether pieces of the parcel can come back (prefetch the lines with their order lines)."""
    return shipment.state in RETURNABLE and any(
        line.out_quantity and not line.order_line.is_digital for line in shipment.lines.all()
    )


def list_sent_with(order: Order) -> list[Order]:
    """The other orders that leave in the parcel of this one. No query for an order that leaves alone."""
    if order.sent_with is None:
        return []
    rows = Order.objects.filter(sent_with=order.sent_with, cancelled_at__isnull=True)
    return list(rows.exclude(pk=order.pk).order_by("pk"))


def is_same_buyer(order: Order, other: Order) -> bool:
    if order.customer_id is not None and order.customer_id == other.customer_id:
        return True
    return normalize_email(order.email) == normalize_email(other.email)


def is_same_goal(order: Order, other: Order) -> bool:
    return (order.shipping_address, order.pickup) == (other.shipping_address, other.pickup)


def still_leaves_with(order: Order, other: Order) -> bool:
    """Whether they are joined, and of one buyer to one address by now, too."""
    is_joined = order.sent_with is not None and order.sent_with == other.sent_with
    return is_joined and is_same_buyer(order, other) and is_same_goal(order, other)


def list_parcel_mates(order: Order) -> list[Order]:
    """Orders of the same buyer to the same address that could leave in one parcel with this one: one query."""
    if not (order.needs_shipping and order.fulfilment_state in CAN_BE_HELD) or order.is_cancelled:
        return []
    same = Order.objects.filter(
        email__iexact=order.email,
        currency=order.currency,
        needs_shipping=True,
        cancelled_at__isnull=True,
        fulfilment_state__in=sorted(CAN_BE_HELD),
    ).exclude(pk=order.pk)
    return [
        each
        for each in same.order_by("-pk")[:20]
        if (each.shipping_address, each.pickup) == (order.shipping_address, order.pickup)
        and (each.sent_with is None or each.sent_with != order.sent_with)
    ]


def list_split_off(order: Order) -> list[Order]:
    """The orders that its pieces went over to: one query."""
    return list(Order.objects.filter(split_from=order.number).order_by("pk"))


def find_split_origin(order: Order) -> Order | None:
    """The order that its pieces were taken from. No query for an order that was placed by itself."""
    return Order.objects.filter(number=order.split_from).first() if order.split_from else None
