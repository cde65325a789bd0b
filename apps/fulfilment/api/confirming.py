"""Confirming an order that is paid on delivery."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.fields import CodeField
from apps.common.api.schemas import ORDER_TOKEN, documented
from apps.common.api.serializers import StrictSerializer
from apps.fulfilment import services as fulfilment
from apps.orders.api.base import OrderAccess
from apps.orders.api.serializers import OrderSummarySerializer, present_order_summary

TAG = "orders"


class ConfirmationInput(StrictSerializer):
    code = CodeField(
        max_length=40,
        default="",
        allow_blank=True,
        help_text="The code that was sent. Staff with the permission to change orders need none.",
    )


class ConfirmationView(OrderAccess):
    @documented(
        "Confirm an order that is paid on delivery",
        operation="orders_confirm",
        tag=TAG,
        body=ConfirmationInput,
        parameters=[ORDER_TOKEN],
        answers={200: OrderSummarySerializer},
        errors=(403, 404, 409),
        description="Repeatable. After some wrong codes, and some minutes, another code is needed.",
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        order = self.find(order_id)
        values: dict[str, Any] = self.read_body(ConfirmationInput)
        if self.actor.is_staff and not values["code"]:
            if not self.allows("orders.change_order"):
                raise PermissionDenied(gettext("You are not allowed to do that."))
            fulfilment.confirm_order(order=order, actor=self.actor)
        else:
            fulfilment.confirm_with_code(order=order, code=values["code"], actor=self.actor)
        order.refresh_from_db()
        return Response(present_order_summary(order))


class ConfirmationCodeView(OrderAccess):
    @documented(
        "Send the buyer another code",
        operation="orders_confirmation_code",
        tag=TAG,
        parameters=[ORDER_TOKEN],
        answers={204: None},
        errors=(403, 404, 409),
        description="At most once a minute, and a few times for an order. Codes before it are not valid any more.",
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        fulfilment.request_code(order=self.find(order_id))
        return Response(status=204)
