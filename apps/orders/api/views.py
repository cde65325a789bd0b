"""The list of orders."""

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import LOGIN
from apps.common.api.pagination import slice_rows
from apps.common.api.schemas import documented, paged
from apps.orders.api.base import OrderAccess
from apps.orders.api.serializers import (
    OrderQuery,
    OrderSummarySerializer,
    present_order_summary,
)
from apps.orders.selectors import list_orders_for

TAG = "orders"


class OrderListView(OrderAccess):
    needs: ClassVar = {"GET": LOGIN}

    @documented(
        "Your orders, newest first; all orders for staff",
        operation="orders_list",
        tag=TAG,
        parameters=[OrderQuery],
        answers={200: paged(OrderSummarySerializer)},
        errors=(403,),
    )
    def get(self, request: Request) -> Response:
        self.refuse_blind_staff()
        query = self.read_query(OrderQuery)
        orders = list_orders_for(
            actor=self.actor, status=query.get("status", ""), q=query.get("q", "")
        )
        part = slice_rows(orders, limit=query["limit"], cursor=query.get("cursor"))
        return Response(part.present(request, present_order_summary))
