"""After the sale: ship, deliver, cancel. Rows are locked in one order everywhere: order, payment, stock."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.ids import new_id
from apps.common.states import require_move
from apps.common.typed_text import Code, Line, WebAddress, cleans_text
from apps.events import services as events
from apps.fulfilment.errors import NothingToShip, ShipmentNotFound
from apps.fulfilment.models import Shipment, ShipmentEvent, ShipmentLine
from apps.fulfilment.states import SHIPMENT_MOVES, ShipmentState
from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.orders.models import Order, OrderLine
from apps.orders.states import FulfilmentState
from apps.payments import services as payments
from apps.payments.models import Payment
from apps.payments.selectors import get_payment_of, list_expired_payments
from apps.platform.sweeps import do_each
from apps.platform.tenancy.repeating import repeated_on_deadlock

NOT_PAID_IN_TIME = "Not paid in time."


@cleans_text
@repeated_on_deadlock
def ship_order(
    *,
    order: Order,
    actor: Actor,
    lines: Mapping[UUID, int] | None = None,
    carrier: Annotated[str, Line(80)] = "",
    tracking_number: Annotated[str, Code(80)] = "",
    tracking_url: Annotated[str, WebAddress(500)] = "",
    request_key: Annotated[str, Code(100)] = "",
) -> Shipment:
    """Send pieces (line id -> how many), or everything that is left. Their stock goes down here.

    The same `request_key` again answers the first shipment: give the form's token, so that a double click ships once.
    Raises `NothingToShip`, and what `orders.mark_shipped` refuses: not paid, cancelled, more than is left.
    """
    details = {
        "carrier": carrier,
        "tracking_number": tracking_number,
        "tracking_url": tracking_url,
    }
    with events.transaction_with_wake_up():
        orders.lock_order(order)
        known = Shipment.objects.filter(order=order, request_key=request_key).first()
        if request_key and known is not None:
            return known
        order_lines = list(order.lines.order_by("position"))
        quantities = _quantities(order_lines, lines)
        number = f"{order.number}-S{Shipment.objects.filter(order=order).count() + 1}"
        orders.mark_shipped(
            order=order,
            lines=quantities,
            shipment_number=number,
            carrier=details["carrier"],
            tracking_number=details["tracking_number"],
            actor=actor,
        )
        shipment = _create_shipment(order, number, quantities, request_key, actor, details)
        _commit_stock(order, shipment, order_lines, quantities, actor)
        _emit("order.shipped", order, shipment_id=str(shipment.pk), shipment=shipment.number)
    return shipment


@repeated_on_deadlock
def mark_delivered(*, shipment: Shipment, actor: Actor) -> Shipment:
    """Record that the parcel arrived. Calling it again changes nothing.

    The last parcel makes the order delivered; cash on delivery is booked then.
    """
    with events.transaction_with_wake_up():
        order = orders.lock_order(Order.objects.get(pk=shipment.order_id))
        shipment = _lock_shipment(shipment.pk)
        if shipment.state == ShipmentState.DELIVERED:
            return shipment
        _move(shipment, ShipmentState.DELIVERED)
        shipment.delivered_at = now()
        shipment.save(update_fields=["state", "delivered_at"])
        _record(shipment, "shipment.delivered", actor)
        if _is_all_delivered(order):
            _collect_cash(order)
            orders.mark_delivered(order=order, actor=actor, at=shipment.delivered_at)
            _emit("order.delivered", order)
    return shipment


@cleans_text
def cancel(*, order: Order, reason: Annotated[str, Line(200)], actor: Actor) -> Order:
    """Cancel an order that has not been shipped: the stock is free again, money goes back. Repeatable.

    The gateway is asked first to take no money any more; what it took by then is booked and refunded. Raises
    `OrderNotCancellable`, or `GatewayUnavailable` when the gateway does not answer.
    """
    payment = get_payment_of(order)
    if payment is not None:
        payments.close_at_gateway(payment=payment)
    return _cancel_if_open(order, reason, actor)


def expire_unpaid_order(*, payment: Payment) -> bool:
    """Cancel the order of an open payment whose time is over, unless its money came after all. Repeatable."""
    payments.settle_from_gateway(payment=payment)
    payments.close_at_gateway(payment=payment)
    return _cancel_if_unpaid(payment)


def expire_unpaid_orders() -> int:
    """Cancel every order that was not paid in time. Returns how many; a silent gateway's are left for later."""
    return do_each(list_expired_payments(), lambda payment: expire_unpaid_order(payment=payment))


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _cancel_if_open(order: Order, reason: str, actor: Actor) -> Order:
    orders.lock_order(order)
    if not order.is_cancelled:
        _cancel(order, reason, actor)
    return order


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _cancel_if_unpaid(payment: Payment) -> bool:
    order = orders.lock_order(Order.objects.get(pk=payment.order_id))
    if order.paid_at is not None or order.is_cancelled:
        return False
    _cancel(order, NOT_PAID_IN_TIME, Actor.system("checkout"))
    return True


def _cancel(order: Order, reason: str, actor: Actor) -> None:
    """Order, payment, stock: in the order of the locks."""
    orders.cancel_order(order=order, reason=reason, actor=actor)
    payments.undo_payments(order=order, reason=reason, actor=actor)
    inventory.release_stock(order_ref=order.pk, reason=reason, actor=actor)
    _emit("order.cancelled", order, reason=reason)


def _quantities(order_lines: list[OrderLine], wanted: Mapping[UUID, int] | None) -> dict[UUID, int]:
    """What goes into the parcel. `orders.mark_shipped` refuses what does not fit."""
    if wanted is None:
        chosen = {line.pk: line.open_quantity for line in order_lines}
    else:
        chosen = dict(wanted)
    quantities = {line_id: quantity for line_id, quantity in chosen.items() if quantity != 0}
    if not quantities:
        raise NothingToShip()
    return quantities


def _create_shipment(
    order: Order,
    number: str,
    quantities: Mapping[UUID, int],
    request_key: str,
    actor: Actor,
    details: Mapping[str, str],
) -> Shipment:
    shipment = Shipment(
        order=order,
        number=number,
        request_key=request_key or str(new_id()),
        shipped_at=now(),
        **details,
    )
    _move(shipment, ShipmentState.SHIPPED)
    shipment.save(force_insert=True)
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line_id=line_id, quantity=quantity)
        for line_id, quantity in quantities.items()
    )
    _record(shipment, "shipment.shipped", actor)
    return shipment


def _commit_stock(
    order: Order,
    shipment: Shipment,
    order_lines: list[OrderLine],
    quantities: Mapping[UUID, int],
    actor: Actor,
) -> None:
    """Demand is summed per variant: two lines may be of one. Downloads have no stock."""
    pieces: dict[str, int] = {}
    for line in order_lines:
        if line.pk in quantities and not line.is_digital:
            pieces[line.variant_ref] = pieces.get(line.variant_ref, 0) + quantities[line.pk]
    if pieces:
        inventory.commit_stock(
            order_ref=order.pk, quantities=pieces, reference=shipment.number, actor=actor
        )


def _lock_shipment(shipment_id: UUID) -> Shipment:
    try:
        return Shipment.objects.select_for_update().get(pk=shipment_id)
    except Shipment.DoesNotExist:
        raise ShipmentNotFound() from None


def _is_all_delivered(order: Order) -> bool:
    waiting = Shipment.objects.filter(order=order).exclude(state=ShipmentState.DELIVERED)
    return order.fulfilment_state == FulfilmentState.SHIPPED and not waiting.exists()


def _collect_cash(order: Order) -> None:
    payment = get_payment_of(order)
    if payment is not None and payment.pays_on_delivery:
        payments.capture_on_delivery(payment=payment)


def _move(shipment: Shipment, target: ShipmentState) -> None:
    require_move(
        SHIPMENT_MOVES,
        subject=f"Shipment {shipment.number}",
        current=ShipmentState(shipment.state),
        target=target,
    )
    shipment.state = target


def _record(shipment: Shipment, kind: str, actor: Actor) -> None:
    ShipmentEvent.objects.create(
        shipment=shipment,
        sequence=shipment.events.count() + 1,
        kind=kind,
        actor_label=actor.label[:150],
    )


def _emit(topic: str, order: Order, **facts: str) -> None:
    events.emit(
        topic=topic,
        key=str(order.pk),
        payload={"order_id": str(order.pk), "number": order.number, **facts},
    )
