"""Endpoints of an order's return requests, for its buyer (login or order token) and for staff who see orders."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.schemas import ORDER_TOKEN, documented
from apps.events.api.idempotency import repeatable, request_key
from apps.orders.api.base import OrderAccess
from apps.orders.models import Order
from apps.payments.states import RefundTo
from apps.returns import services as returns
from apps.returns.api.serializers import (
    BuyerReturnInput,
    BuyerReturnListSerializer,
    BuyerReturnSerializer,
    SentInput,
    present_request,
    present_returnable,
)
from apps.returns.destinations import list_places
from apps.returns.models import ReturnRequest
from apps.returns.returnable import list_returnable
from apps.returns.selectors import get_request_of, list_reasons, list_requests_of
from apps.returns.services import Wanted
from apps.returns.states import Wish
from apps.tenancy.context import system_scope

TAG = "orders"
SEES = "returns.view_returnrequest"
ASKS = "returns.add_returnrequest"


class _ReturnAccess(OrderAccess):
    def find(self, order_id: UUID) -> Order:
        """As for the order; staff need the right to returns, too."""
        needed = SEES if self.request.method == "GET" else ASKS
        if self.actor.is_staff and not self.allows(needed):
            raise PermissionDenied
        return super().find(order_id)

    def change(
        self, order_id: UUID, number: str, call: Callable[[ReturnRequest], ReturnRequest]
    ) -> Response:
        found = get_request_of(self.find(order_id), number)
        with system_scope("returns"):
            return Response(present_request(call(found)))


class ReturnRequestListView(_ReturnAccess):
    @documented(
        "The order's return requests, and what can be sent back",
        operation="orders_return_requests",
        tag=TAG,
        parameters=[ORDER_TOKEN],
        answers={200: BuyerReturnListSerializer},
        errors=(403, 404),
        description="For the buyer (login or order token) and for staff. Oldest first.",
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        order = self.find(order_id)
        return Response(
            {
                "results": [present_request(each) for each in list_requests_of(order)],
                "returnable": [present_returnable(each) for each in list_returnable(order)],
                "reasons": [
                    {"id": each.pk, "name": each.name, "needs_photo": each.needs_photo}
                    for each in list_reasons()
                ],
                "refund_places": list_places(order, by_staff=self.actor.is_staff),
            }
        )

    @documented(
        "Ask for a return or an exchange",
        operation="orders_return_request",
        tag=TAG,
        parameters=[ORDER_TOKEN],
        body=BuyerReturnInput,
        answers={201: BuyerReturnSerializer},
        errors=(403, 404, 409, 422),
        idempotent=True,
        description="Approved at once where the store's rules say so. Pieces are in one request at a time.",
    )
    @repeatable
    def post(self, request: Request, order_id: UUID) -> Response:
        order, values = self.find(order_id), self.read_body(BuyerReturnInput)
        with system_scope("returns"):
            made = returns.request_return(
                order=order,
                lines=[_wanted(line) for line in values["lines"]],
                wish=Wish(values["wish"]),
                destination=RefundTo(values["refund_to"]),
                note=values["note"],
                request_key=request_key(request),
                actor=self.actor,
            )
            return Response(present_request(made), status=201)


class ReturnRequestView(_ReturnAccess):
    @documented(
        "A return request",
        operation="orders_return_request_show",
        tag=TAG,
        parameters=[ORDER_TOKEN],
        answers={200: BuyerReturnSerializer},
        errors=(403, 404),
    )
    def get(self, request: Request, order_id: UUID, number: str) -> Response:
        return Response(present_request(get_request_of(self.find(order_id), number)))


class WithdrawView(_ReturnAccess):
    @documented(
        "Withdraw a return request",
        operation="orders_return_request_withdraw",
        tag=TAG,
        parameters=[ORDER_TOKEN],
        answers={200: BuyerReturnSerializer},
        errors=(403, 404, 409),
        description="Before the goods are on their way. Repeatable.",
    )
    def post(self, request: Request, order_id: UUID, number: str) -> Response:
        return self.change(
            order_id,
            number,
            lambda found: returns.withdraw_return(request=found, actor=self.actor),
        )


class SentView(_ReturnAccess):
    @documented(
        "The goods of a return are on their way",
        operation="orders_return_request_sent",
        tag=TAG,
        parameters=[ORDER_TOKEN],
        body=SentInput,
        answers={200: BuyerReturnSerializer},
        errors=(403, 404, 409),
        description="Repeatable, also to correct the tracking number.",
    )
    def post(self, request: Request, order_id: UUID, number: str) -> Response:
        values = self.read_body(SentInput)
        return self.change(
            order_id,
            number,
            lambda found: returns.mark_sent(request=found, actor=self.actor, **values),
        )


def _wanted(line: dict[str, Any]) -> Wanted:
    return Wanted(
        line_id=line["line_id"],
        quantity=line["quantity"],
        reason_id=line.get("reason_id"),
        note=line["note"],
        variant_ref=line["variant_id"],
    )
