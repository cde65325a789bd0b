"""Reading one order, and moving it on."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.schemas import ORDER_TOKEN, documented
from apps.events.api.idempotency import HEADER, repeatable
from apps.fulfilment import services as fulfilment
from apps.fulfilment.api import examples
from apps.fulfilment.api.serializers import (
    DELIVERED,
    SHIPPED,
    StatusInput,
    WholeOrderSerializer,
    present_shipment,
)
from apps.fulfilment.errors import ShipmentNotFound
from apps.fulfilment.selectors import get_shipment, list_shipments_of
from apps.fulfilment.states import ShipmentState
from apps.orders.api.base import OrderAccess
from apps.orders.api.serializers import present_order
from apps.orders.models import Order
from apps.orders.selectors import timeline
from apps.payments.api.serializers import present_payment
from apps.payments.selectors import list_payments_of

TAG = "orders"
_NEEDED = {SHIPPED: "fulfilment.add_shipment", DELIVERED: "fulfilment.change_shipment"}


def present_whole_order(order: Order) -> dict[str, Any]:
    """Order, payments, shipments: a constant number of queries."""
    return {
        **present_order(order, lines=order.lines.order_by("position"), timeline=timeline(order)),
        "payments": [present_payment(payment, order) for payment in list_payments_of(order)],
        "shipments": [present_shipment(shipment) for shipment in list_shipments_of(order)],
    }


class OrderView(OrderAccess):
    @documented(
        "One order: lines, money, history, payments, shipments",
        operation="orders_read",
        tag=TAG,
        parameters=[ORDER_TOKEN],
        answers={200: WholeOrderSerializer},
        errors=(403, 404),
        description="For whoever bought it (login or order token) and for staff.",
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        return Response(present_whole_order(self.find(order_id)))


class OrderStatusView(OrderAccess):
    needs: ClassVar = {"PATCH": "orders.change_order"}

    @documented(
        "Ship, mark delivered, cancel",
        operation="orders_status",
        tag=TAG,
        body=StatusInput,
        examples=[examples.SHIPPED, examples.CANCELLED],
        answers={200: WholeOrderSerializer},
        errors=(403, 404, 409, 503),
        idempotent=True,
        description=(
            "`shipped` sends the named lines or all that is left, `delivered` says that a parcel (or all) arrived, "
            "`cancelled` gives stock and money back. With an `Idempotency-Key` a repeated request ships once."
        ),
    )
    @repeatable
    def patch(self, request: Request, order_id: UUID) -> Response:
        order = self.find(order_id)
        values = self.read_body(StatusInput)
        needed = _NEEDED.get(values["status"])
        if needed is not None and not self.allows(needed):
            raise PermissionDenied("You are not allowed to do that.")
        self._move(order, values)
        order.refresh_from_db()
        return Response(present_whole_order(order))

    def _move(self, order: Order, values: dict[str, Any]) -> None:
        if values["status"] == SHIPPED:
            self._ship(order, values)
        elif values["status"] == DELIVERED:
            self._deliver(order, values.get("shipment_id"))
        else:
            fulfilment.cancel(order=order, reason=values["reason"], actor=self.actor)

    def _ship(self, order: Order, values: dict[str, Any]) -> None:
        lines = values.get("lines")
        key = self.request.headers.get(HEADER, "")
        fulfilment.ship_order(
            order=order,
            actor=self.actor,
            lines={line["id"]: line["quantity"] for line in lines} if lines else None,
            carrier=values["carrier"],
            tracking_number=values["tracking_number"],
            tracking_url=values["tracking_url"],
            request_key=key[:100],
        )

    def _deliver(self, order: Order, shipment_id: UUID | None) -> None:
        if shipment_id is not None:
            shipments = [get_shipment(order=order, shipment_id=shipment_id)]
        else:
            shipments = [
                shipment
                for shipment in list_shipments_of(order)
                if shipment.state != ShipmentState.DELIVERED
            ]
        if not shipments and order.delivered_at is None:
            raise ShipmentNotFound("Nothing of this order is on its way.")
        for shipment in shipments:
            fulfilment.mark_delivered(shipment=shipment, actor=self.actor)
