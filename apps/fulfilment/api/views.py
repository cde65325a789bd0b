"""Endpoints of a single order."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.schemas import ORDER_TOKEN, documented
from apps.common.money import money_json, to_minor
from apps.events.api.idempotency import repeatable, request_key
from apps.fulfilment import services as fulfilment
from apps.fulfilment.api import examples
from apps.fulfilment.api.serializers import (
    ATTEMPT_AGAIN,
    ATTEMPT_FAILED,
    COLLECTED,
    DELIVERED,
    NOT_DELIVERED,
    REFUSED,
    REST_CANCELLED,
    RESUMED,
    SHIPPED,
    ReturnInput,
    StatusInput,
    TrackingInput,
    WholeOrderSerializer,
    present_return,
    present_shipment,
)
from apps.fulfilment.cash import Parcels
from apps.fulfilment.errors import (
    InvalidReturn,
    ShipmentNotFound,
    WaitsForCollector,
    WhichParcel,
)
from apps.fulfilment.models import Shipment
from apps.fulfilment.selectors import (
    can_attempt_again,
    can_deliver,
    can_expect_return,
    can_fail,
    can_hand_over,
    can_resume,
    can_return,
    find_return,
    get_shipment,
    list_shipments_of,
    parcels_of,
)
from apps.fulfilment.states import ShipmentState
from apps.orders.api.base import OrderAccess
from apps.orders.api.serializers import present_order
from apps.orders.models import Order
from apps.orders.selectors import timeline
from apps.payments.api.serializers import present_payment
from apps.payments.credits import credits_of
from apps.payments.models import Payment
from apps.payments.selectors import is_cash_due, list_payments_of
from apps.payments.states import RefundTo
from apps.pricing.rules import components_json

TAG = "orders"
REFUNDS = "payments.add_refund"
_NEEDED = {
    SHIPPED: "fulfilment.add_shipment",
    DELIVERED: "fulfilment.change_shipment",
    NOT_DELIVERED: "fulfilment.change_shipment",
    REFUSED: "fulfilment.add_parcelreturn",
    RESUMED: "fulfilment.add_parcelreturn",
    ATTEMPT_FAILED: "fulfilment.change_shipment",
    ATTEMPT_AGAIN: "fulfilment.change_shipment",
    COLLECTED: "fulfilment.change_shipment",
}


def present_whole_order(order: Order) -> dict[str, Any]:
    """Order, payments, shipments, returns: a constant number of queries."""
    rows, payments = parcels_of(order), list_payments_of(order)
    left = credits_of(order).left
    cash = next((payment for payment in payments if is_cash_due(order, payment)), None)
    return {
        **present_order(order, lines=rows.lines, timeline=timeline(order)),
        "remaining_tax": money_json(left.tax_minor, order.currency),
        "remaining_tax_components": components_json(left.tax_parts, order.currency),
        "payments": [present_payment(payment, order) for payment in payments],
        "shipments": [_present_parcel(shipment, rows, cash) for shipment in rows.shipments],
        "returns": [present_return(row) for row in rows.returns],
    }


def _present_parcel(shipment: Shipment, rows: Parcels, cash: Payment | None) -> dict[str, Any]:
    due_minor = rows.cash_with(cash, shipment.pk) if cash and can_deliver(shipment) else 0
    return present_shipment(shipment, rows.order.currency, cash_minor=due_minor)


def _answer_reloaded(order: Order, status: int = 200) -> Response:
    """The order as it is after the change."""
    order.refresh_from_db()
    return Response(present_whole_order(order), status=status)


def choose_parcel(
    order: Order,
    shipment_id: UUID | None,
    is_possible: Callable[[Shipment], bool],
    done: str = "",
) -> Shipment:
    """The named parcel, or the only parcel that allows the action. Raises `ShipmentNotFound`, `WhichParcel`.

    If no parcel allows it, the request may be a repetition: then it means the parcel whose last event is `done`.
    """
    if shipment_id is not None:
        return get_shipment(order=order, shipment_id=shipment_id)
    shipments = list_shipments_of(order)
    possible = [shipment for shipment in shipments if is_possible(shipment)]
    possible = possible or _last_done(shipments, done)
    if not possible:
        raise ShipmentNotFound(gettext("No parcel of this order allows that now."))
    if len(possible) > 1:
        raise WhichParcel(fields={"shipment_id": [str(WhichParcel.title)]})
    return possible[0]


def _last_done(shipments: list[Shipment], kind: str) -> list[Shipment]:
    """The parcel whose last event this is."""
    latest = [(shipment, list(shipment.events.all())[-1]) for shipment in shipments]
    done = [(shipment, event) for shipment, event in latest if event.kind == kind]
    return [max(done, key=lambda pair: pair[1].created_at)[0]] if done else []


class OrderView(OrderAccess):
    @documented(
        "One order: lines, money, history, payments, shipments",
        operation="orders_read",
        tag=TAG,
        parameters=[ORDER_TOKEN],
        answers={200: WholeOrderSerializer},
        errors=(403, 404),
        description="For the buyer (login or order token) and for staff.",
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        return Response(present_whole_order(self.find(order_id)))


class OrderStatusView(OrderAccess):
    needs: ClassVar = {"PATCH": "orders.change_order"}

    @documented(
        "Ship, deliver, cancel, and what goes wrong on the way",
        operation="orders_status",
        tag=TAG,
        body=StatusInput,
        examples=[examples.SHIPPED, examples.REFUSED, examples.CANCELLED],
        answers={200: WholeOrderSerializer},
        errors=(403, 404, 409, 503),
        idempotent=True,
        description=(
            "`shipped` sends the named lines or all that is left, with the orders of the same parcel, `delivered` says that a parcel (or all) arrived and "
            "books the cash that is due with it (`cash_due` of the parcel), "
            "`not_delivered` takes that back, `refused` says that a parcel was not taken and is on its way back, "
            "`resumed` that it is not, `attempt_failed` that the carrier could not deliver it, `attempt_again` that it tries "
            "once more, `collected` that its buyer showed the code or the name at the counter, `cancelled` gives stock and money back, `rest_cancelled` does so for what a "
            "partly shipped order has not sent; where money goes back, your role needs the right to refund. With an `Idempotency-Key` a repeated request ships once."
        ),
    )
    @repeatable
    def patch(self, request: Request, order_id: UUID) -> Response:
        order = self.find(order_id)
        values = self.read_body(StatusInput)
        needed = _NEEDED.get(values["status"])
        if needed is not None and not self.allows(needed):
            raise PermissionDenied(gettext("You are not allowed to do that."))
        self._move(order, values)
        return _answer_reloaded(order)

    def _move(self, order: Order, values: dict[str, Any]) -> None:
        status, parcel, reason = values["status"], values.get("shipment_id"), values["reason"]
        if status == SHIPPED:
            self._ship(order, values)
        elif status == DELIVERED:
            self._deliver(order, parcel, values["received_by"])
        elif status == NOT_DELIVERED:
            shipment = choose_parcel(
                order,
                parcel,
                lambda each: each.state == ShipmentState.DELIVERED,
                done="shipment.delivery_undone",
            )
            fulfilment.undo_delivery(shipment=shipment, reason=reason, actor=self.actor)
        elif status == REFUSED:
            shipment = choose_parcel(order, parcel, can_expect_return, done="shipment.refused")
            fulfilment.expect_return(shipment=shipment, reason=reason, actor=self.actor)
        elif status == RESUMED:
            shipment = choose_parcel(order, parcel, can_resume, done="shipment.resumed")
            fulfilment.resume_delivery(shipment=shipment, actor=self.actor)
        elif status == ATTEMPT_FAILED:
            fulfilment.note_failed_attempt(
                shipment=choose_parcel(order, parcel, can_fail, done="shipment.attempt_failed"),
                reason=values["failure"],
                note=reason,
                actor=self.actor,
            )
        elif status == ATTEMPT_AGAIN:
            fulfilment.attempt_again(
                shipment=choose_parcel(
                    order, parcel, can_attempt_again, done="shipment.attempt_again"
                ),
                on=values["on"],
                phone=values["phone"],
                actor=self.actor,
            )
        elif status == COLLECTED:
            fulfilment.hand_over(
                shipment=choose_parcel(order, parcel, can_hand_over, done="shipment.delivered"),
                code=values["code"],
                name=values["name"],
                reason=reason,
                actor=self.actor,
            )
        else:
            cancel = fulfilment.cancel_rest if status == REST_CANCELLED else fulfilment.cancel
            may_refund = self.allows(REFUNDS)
            cancel(order=order, reason=reason, actor=self.actor, may_refund=may_refund)

    def _ship(self, order: Order, values: dict[str, Any]) -> None:
        lines = values.get("lines")
        fulfilment.ship_together(
            order=order,
            actor=self.actor,
            lines={line["id"]: line["quantity"] for line in lines} if lines else None,
            carrier=values["carrier"],
            tracking_number=values["tracking_number"],
            tracking_url=values["tracking_url"],
            request_key=request_key(self.request),
        )

    def _deliver(self, order: Order, shipment_id: UUID | None, received_by: str) -> None:
        if shipment_id is not None:
            shipments = [get_shipment(order=order, shipment_id=shipment_id)]
        else:
            every = list_shipments_of(order)
            shipments = [shipment for shipment in every if can_deliver(shipment)]
            if not shipments and any(map(can_hand_over, every)):
                raise WaitsForCollector
            shipments = shipments or _last_done(every, "shipment.delivered")
        if not shipments and order.delivered_at is None:
            raise ShipmentNotFound(gettext("Nothing of this order is on its way."))
        for shipment in shipments:
            delivered = fulfilment.mark_delivered(shipment=shipment, actor=self.actor)
            if received_by:
                fulfilment.save_proof(shipment=delivered, received_by=received_by, actor=self.actor)


class ShipmentView(OrderAccess):
    needs: ClassVar = {"PATCH": "fulfilment.change_shipment"}

    @documented(
        "Correct a parcel's carrier and tracking",
        operation="orders_shipment_correct",
        tag=TAG,
        body=TrackingInput,
        answers={200: WholeOrderSerializer},
        errors=(403, 404),
        idempotent=True,
        description="What is not named stays. The buyer's page shows the new tracking at once.",
    )
    @repeatable
    def patch(self, request: Request, order_id: UUID, shipment_id: UUID) -> Response:
        order = self.find(order_id)
        values = self.read_body(TrackingInput)
        shipment = get_shipment(order=order, shipment_id=shipment_id)
        fulfilment.correct_shipment(
            shipment=shipment,
            carrier=values.get("carrier", shipment.carrier),
            tracking_number=values.get("tracking_number", shipment.tracking_number),
            tracking_url=values.get("tracking_url", shipment.tracking_url),
            is_buyer_told=values["tell_buyer"],
            actor=self.actor,
        )
        return _answer_reloaded(order)


class ReturnListView(OrderAccess):
    needs: ClassVar = {"POST": "fulfilment.add_parcelreturn"}

    @documented(
        "Record what came back of a parcel",
        operation="orders_return",
        tag=TAG,
        body=ReturnInput,
        examples=[examples.RETURNED, examples.RETURNED_IN_PART],
        answers={201: WholeOrderSerializer},
        errors=(403, 404, 409),
        idempotent=True,
        description=(
            "Pieces for the shelf are in stock again, broken ones leave the ledger as written off. `refund` gives money "
            "back (your role needs the right to refund); cash that was not collected is not due any more. Send an "
            "`Idempotency-Key`: every call counts."
        ),
    )
    @repeatable
    def post(self, request: Request, order_id: UUID) -> Response:
        order = self.find(order_id)
        self._receive(order, self.read_body(ReturnInput))
        return _answer_reloaded(order, status=201)

    def _receive(self, order: Order, values: dict[str, Any]) -> None:
        key = request_key(self.request)
        if find_return(order=order, request_key=key) is not None:
            return
        shipment = choose_parcel(order, values.get("shipment_id"), can_return)
        fulfilment.receive_return(
            shipment=shipment,
            lines=_pieces(shipment, values.get("lines")),
            credit=self._credit(order, values.get("refund")),
            reason=values["reason"],
            request_key=key,
            actor=self.actor,
        )

    def _credit(self, order: Order, given: dict[str, Any] | None) -> fulfilment.Credit | None:
        if given is None:
            return None
        if not self.allows(REFUNDS):
            raise PermissionDenied(gettext("You are not allowed to give refunds."))
        amount = given.get("amount")
        if amount is not None and amount.currency.code != order.currency:
            wrong = f"This order is in {order.currency}."
            raise InvalidReturn(fields={"refund.amount": [wrong]})
        return fulfilment.Credit(
            amount_minor=to_minor(amount) if amount is not None else None,
            with_shipping=given["with_shipping"],
            destination=RefundTo(given["to"]),
        )


def _pieces(
    shipment: Shipment, lines: list[dict[str, Any]] | None
) -> dict[UUID, fulfilment.Pieces]:
    if lines is None:
        return {
            line.order_line_id: fulfilment.Pieces(restock=line.out_quantity)
            for line in shipment.lines.select_related("order_line")
            if not line.order_line.is_digital
        }
    return {
        line["id"]: fulfilment.Pieces(restock=line["restock"], write_off=line["write_off"])
        for line in lines
    }
