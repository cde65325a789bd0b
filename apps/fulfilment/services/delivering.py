"""Delivers parcels; the last one makes the order delivered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.typed_text import Line, cleans_text
from apps.events import services as events
from apps.fulfilment.errors import DeliveryIsFinal, WaitsForCollector
from apps.fulfilment.models import Shipment
from apps.fulfilment.selectors import cash_due_with, has_parcels_on_the_way
from apps.fulfilment.services.parcels import (
    lock_parcel,
    move_shipment,
    record_parcel,
    tell,
)
from apps.fulfilment.states import ShipmentState
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.states import ARRIVED, OVER, FulfilmentState
from apps.orders.worth import NOTHING, Worth
from apps.payments import services as payments
from apps.payments.selectors import get_payment_of
from apps.pictures.services import delete_files
from apps.tenancy.retrying import repeated_on_deadlock
from apps.tenancy.transactions import on_commit_at_home

_PROOF: Final = ("received_by", "proof_photo")


def mark_delivered(*, shipment: Shipment, actor: Actor, at: datetime | None = None) -> Shipment:
    """Record that the parcel arrived, and book the cash that is due with it. Calling it again changes nothing.

    `at` is when a carrier says that it arrived; a time to come is none. The last parcel makes the order delivered. `shipment.cash_minor` says what was booked. Raises `WaitsForCollector` for a
    parcel that is to be collected: `hand_over` asks for the proof.
    """
    return book_delivery(shipment, actor, proof={}, at=at)


@repeated_on_deadlock
def book_delivery(
    shipment: Shipment, actor: Actor, *, proof: Mapping[str, str], at: datetime | None = None
) -> Shipment:
    """`proof` says to whom, or why, a parcel was given at the counter; it is kept with the event."""
    with events.transaction_with_wake_up():
        order, shipment = lock_parcel(shipment)
        if shipment.state == ShipmentState.DELIVERED:
            return shipment
        if shipment.state == ShipmentState.READY and not proof:
            raise WaitsForCollector
        cash_minor = cash_due_with(shipment, order=order)
        move_shipment(shipment, ShipmentState.DELIVERED)
        shipment.delivered_at, shipment.cash_minor = min(at or now(), now()), cash_minor
        shipment.save(update_fields=["state", "delivered_at", "cash_minor"])
        record_parcel(
            shipment,
            "shipment.delivered",
            actor,
            **proof,
            **({"cash_minor": cash_minor} if cash_minor else {}),
        )
        tell("shipment.delivered", order, shipment_id=str(shipment.pk))
        is_last = order.fulfilment_state == FulfilmentState.SHIPPED
        if is_last and not has_parcels_on_the_way(order):
            _collect_cash(order, cash_minor, actor)
            orders.mark_delivered(
                order=order, shipment_number=shipment.number, actor=actor, at=shipment.delivered_at
            )
            tell("order.delivered", order)
        else:
            orders.note_parcel(
                order=order,
                kind="order.parcel_delivered",
                shipment_number=shipment.number,
                actor=actor,
            )
            _collect_cash(order, cash_minor, actor)
    return shipment


@cleans_text
@repeated_on_deadlock
def undo_delivery(
    *, shipment: Shipment, actor: Actor, reason: Annotated[str, Line(200)] = ""
) -> Shipment:
    """Record that the parcel was marked as delivered by mistake. A parcel that is on its way stays unchanged.

    Cash that was booked with it is due again. Raises `DeliveryIsFinal` once something of it came back, and
    `payments.CashIsFinal` once some of the cash was given back.
    """
    with events.transaction_with_wake_up():
        order, shipment = lock_parcel(shipment)
        before = ShipmentState.READY if shipment.pickup_code else ShipmentState.SHIPPED
        if shipment.state == before:
            return shipment
        has_returned = shipment.lines.filter(returned_quantity__gt=0).exists()
        if shipment.state != ShipmentState.DELIVERED or has_returned:
            raise DeliveryIsFinal
        move_shipment(shipment, before)
        payment, cash_minor = get_payment_of(order), shipment.cash_minor
        if payment is not None and cash_minor:
            payments.undo_cash(payment=payment, amount_minor=cash_minor, actor=actor)
        _take_back_proof(shipment)
        shipment.delivered_at, shipment.cash_minor = None, 0
        shipment.save(update_fields=["state", "delivered_at", "cash_minor", *_PROOF])
        record_parcel(shipment, "shipment.delivery_undone", actor, reason=reason)
        orders.undo_delivery(
            order=order, shipment_number=shipment.number, reason=reason, actor=actor
        )
        tell("order.delivery_undone", order, shipment_id=str(shipment.pk))
    return shipment


def _take_back_proof(shipment: Shipment) -> None:
    """It is of a delivery that was none. The file goes once that is committed."""
    if photo := shipment.proof_photo:
        on_commit_at_home(lambda: delete_files([photo]))
    shipment.received_by = shipment.proof_photo = ""


def finish_arrival(order: Order, *, was_arrived: bool) -> None:
    """After something came back or was cancelled: when all the rest is with the buyer, the order is delivered."""
    if order.fulfilment_state in ARRIVED and not was_arrived:
        tell("order.delivered", order)


def _collect_cash(order: Order, amount_minor: int, actor: Actor) -> None:
    payment = get_payment_of(order)
    if payment is not None and amount_minor:
        payments.collect_cash(payment=payment, amount_minor=amount_minor, actor=actor)


@cleans_text
def reduce_cash(
    order: Order,
    *,
    less_minor: int,
    worth: Worth,
    reason: Annotated[str, Line(200)],
    actor: Actor,
) -> Worth:
    """Reduce the due cash by an amount for goods of the value `worth`. Returns what is not to be paid any more.

    Nothing more is due once no parcel is on its way and none is to be sent: no courier comes any more.
    """
    payment = get_payment_of(order)
    if payment is None:
        return NOTHING
    return payments.reduce_cash(
        order=order,
        payment=payment,
        amount_minor=None if order.fulfilment_state in OVER else less_minor,
        worth=worth,
        reason=reason,
        actor=actor,
    )
