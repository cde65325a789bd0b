"""Reading and counting stock. Staff only."""

from collections.abc import Callable
from typing import ClassVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import ActorView
from apps.common.api.pagination import slice_rows
from apps.common.api.schemas import documented, paged
from apps.common.errors import InvalidInput
from apps.events.api.idempotency import repeatable
from apps.inventory import selectors
from apps.inventory import services as inventory
from apps.inventory.api.serializers import (
    StockInput,
    StockQuery,
    StockSerializer,
    present_stock,
)
from apps.inventory.models import StockItem, Warehouse

TAG = "inventory"
FindSku = Callable[[str], str | None]


class UnknownVariant(InvalidInput):
    code = "unknown_variant"
    title = _("There is no such variant.")


class UnknownWarehouse(InvalidInput):
    code = "unknown_warehouse"
    title = _("There is no such warehouse.")


class StockView(ActorView):
    """`find_sku` belongs to the catalog, which inventory must not import; the routes pass it in."""

    needs: ClassVar = {"GET": "inventory.view_stockitem", "POST": "inventory.change_stockitem"}
    find_sku: FindSku = staticmethod(lambda variant_ref: None)

    @documented(
        "Stock by variant and warehouse",
        operation="inventory_list",
        tag=TAG,
        parameters=[StockQuery],
        answers={200: paged(StockSerializer)},
        errors=(403,),
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(StockQuery)
        rows = StockItem.objects.select_related("warehouse")
        if query.get("low"):
            rows = selectors.list_low_stock()
        if "sku" in query:
            rows = rows.filter(sku__iexact=query["sku"])
        if "variant_id" in query:
            rows = rows.filter(variant_ref=query["variant_id"])
        part = slice_rows(rows, limit=query["limit"], cursor=query.get("cursor"))
        return Response(part.present(request, present_stock))

    @documented(
        "Record a count or a delivery",
        operation="inventory_adjust",
        tag=TAG,
        body=StockInput,
        answers={200: StockSerializer},
        errors=(403, 409),
        idempotent=True,
        description=(
            "`on_hand` says how many pieces there are, `receive` how many came in. Send an `Idempotency-Key` with "
            "`receive`: every call counts."
        ),
    )
    @repeatable
    def post(self, request: Request) -> Response:
        values = self.read_body(StockInput)
        sku = self.find_sku(values["variant_id"])
        if sku is None:
            raise UnknownVariant(fields={"variant_id": [gettext("There is no such variant.")]})
        item = inventory.record_stock(
            variant_ref=values["variant_id"],
            sku=sku,
            warehouse=find_warehouse(values.get("warehouse")),
            received=values.get("receive", 0),
            on_hand=values.get("on_hand"),
            sets_low_stock="low_stock_at" in values,
            low_stock_at=values.get("low_stock_at"),
            policy=values.get("policy"),
            limit=values.get("backorder_limit"),
            release_on=values.get("release_on"),
            reason=values["reason"],
            actor=self.actor,
        )
        return Response(present_stock(item))


def find_warehouse(code: str | None) -> Warehouse | None:
    if code is None:
        return None
    warehouse = Warehouse.objects.filter(code=code, is_active=True).first()
    if warehouse is None:
        raise UnknownWarehouse(fields={"warehouse": [gettext("There is no such warehouse.")]})
    return warehouse
