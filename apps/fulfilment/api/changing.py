"""Endpoints by which staff and partners change, split and join placed orders."""

from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.schemas import documented
from apps.events.api.idempotency import repeatable
from apps.fulfilment import services as fulfilment
from apps.fulfilment.api.change_serializers import (
    ChangedSerializer,
    ChangeOrderInput,
    SplitInput,
    TogetherInput,
    change_of,
    expected_minor,
    present_plan,
)
from apps.fulfilment.api.serializers import WholeOrderSerializer
from apps.fulfilment.api.views import REFUNDS, TAG, present_whole_order
from apps.fulfilment.change_prospects import prospect_of
from apps.fulfilment.changes import ChangeInput, plan_change
from apps.orders import services as orders
from apps.orders.api.base import OrderAccess


class OrderChangeView(OrderAccess):
    needs: ClassVar = {"POST": "orders.change_order"}

    @documented(
        "Change a placed order before it leaves",
        operation="orders_change",
        tag=TAG,
        body=ChangeOrderInput,
        answers={200: ChangedSerializer},
        errors=(403, 404, 409, 503),
        idempotent=True,
        description=(
            "Takes pieces off, adds products, changes address, delivery, discount and fee, all or nothing. What was paid "
            "goes back, what is to be paid is asked for. `dry_run` answers the difference and does nothing. Discounts, "
            "fees, own prices and what gives money back need the right to refund."
        ),
    )
    @repeatable
    def post(self, request: Request, order_id: UUID) -> Response:
        order = self.find(order_id)
        values = self.read_body(ChangeOrderInput)
        change = change_of(values, order)
        if change.is_bargain and not self.allows(REFUNDS):
            raise PermissionDenied(gettext("You are not allowed to give discounts."))
        plan = plan_change(order, change)
        if values["dry_run"]:
            prospect = prospect_of(order, plan)
            return Response(present_plan(plan, order, whole=None, prospect=prospect))
        order = fulfilment.change_order(
            order=order,
            change=change,
            version=values["version"],
            expected_minor=expected_minor(values, order),
            gateway_code=values["payment_method"],
            may_refund=self.allows(REFUNDS),
            actor=self.actor,
        )
        order.refresh_from_db()
        return Response(present_plan(plan, order, whole=present_whole_order(order)))


class OrderSplitView(OrderAccess):
    needs: ClassVar = {"POST": "orders.change_order"}

    @documented(
        "Make some pieces of an order an order of their own",
        operation="orders_split",
        tag=TAG,
        body=SplitInput,
        answers={201: WholeOrderSerializer},
        errors=(403, 404, 409, 503),
        idempotent=True,
        description="What was paid for the pieces pays the new order. The answer is the new order.",
    )
    @repeatable
    def post(self, request: Request, order_id: UUID) -> Response:
        order = self.find(order_id)
        values = self.read_body(SplitInput)
        new = fulfilment.split_order(
            order=order,
            lines=ChangeInput(removed={e["id"]: e["quantity"] for e in values["lines"]}).removed,
            with_delivery=values["with_delivery"],
            version=values["version"],
            reason=values["reason"],
            actor=self.actor,
        )
        new.refresh_from_db()
        return Response(present_whole_order(new), status=201)


class OrderTogetherView(OrderAccess):
    needs: ClassVar = {"PUT": "orders.change_order"}

    @documented(
        "Send two orders of a buyer in one parcel",
        operation="orders_sent_with",
        tag=TAG,
        body=TogetherInput,
        answers={200: WholeOrderSerializer},
        errors=(403, 404, 409),
        description="Both stay orders of their own. `order_id` null: it is sent alone again.",
    )
    def put(self, request: Request, order_id: UUID) -> Response:
        order = self.find(order_id)
        other_id = self.read_body(TogetherInput).get("order_id")
        if other_id is None:
            orders.send_alone(order=order, actor=self.actor)
        else:
            other = self.find(other_id)
            fulfilment.send_together(order=order, other=other, actor=self.actor)
        order.refresh_from_db()
        return Response(present_whole_order(order))
