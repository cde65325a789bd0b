"""Stock takes by REST, for scanners of partners. Staff only."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import ActorView
from apps.common.api.fields import CodeField, LineField, MomentField, WholeField
from apps.common.api.pagination import PageQuery, slice_rows
from apps.common.api.schemas import documented, paged
from apps.common.api.serializers import StrictSerializer
from apps.common.errors import InvalidInput, NotFound
from apps.events.api.idempotency import repeatable
from apps.inventory import services as inventory
from apps.inventory.errors import NotInStockTake
from apps.inventory.models import StockTake, StockTakeLine, Warehouse
from apps.inventory.services.stocking import MAX_ON_HAND
from apps.inventory.states import StockTakeState

TAG = "inventory"
FindCode = Callable[[str], tuple[str, str] | None]


class StockTakeInput(StrictSerializer):
    """Begins at once."""

    name = LineField(max_length=120)
    warehouse = CodeField(max_length=32)
    skus = serializers.ListField(
        child=CodeField(max_length=64), default=list, max_length=10_000, help_text="Empty: all."
    )


class CountInput(StrictSerializer):
    """`quantity` pieces were found, or so many more with `add`."""

    code = CodeField(max_length=64, help_text="A SKU or a barcode.")
    quantity = WholeField(max_value=MAX_ON_HAND, default=1)
    add = serializers.BooleanField(default=False)


class EndInput(StrictSerializer):
    outcome = serializers.ChoiceField(choices=["close", "cancel"])
    reason = LineField(max_length=150, default="", allow_blank=True)


class StockTakeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    warehouse = serializers.CharField()
    state = serializers.ChoiceField(choices=StockTakeState.choices)
    opened_at = MomentField(allow_null=True)
    ended_at = MomentField(allow_null=True)


class StockTakeLineSerializer(serializers.Serializer[Any]):
    variant_id = serializers.CharField()
    sku = serializers.CharField()
    expected = serializers.IntegerField(help_text="On hand when the count began.")
    counted = serializers.IntegerField(allow_null=True)
    difference = serializers.IntegerField(
        allow_null=True, help_text="To what was on hand at the moment of the count."
    )
    has_moved = serializers.BooleanField(help_text="Pieces moved between two scans: count again.")


class StockTakesView(ActorView):
    needs: ClassVar = {"GET": "inventory.view_stocktake", "POST": "inventory.change_stocktake"}

    @documented(
        "Stock takes, the latest first",
        operation="stock_takes_list",
        tag=TAG,
        parameters=[PageQuery],
        answers={200: paged(StockTakeSerializer)},
        errors=(403,),
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(PageQuery)
        rows = StockTake.objects.select_related("warehouse").order_by("-id")
        part = slice_rows(rows, limit=query["limit"], cursor=query.get("cursor"))
        return Response(part.present(request, _present))

    @documented(
        "Begin a stock take",
        operation="stock_takes_begin",
        tag=TAG,
        body=StockTakeInput,
        answers={201: StockTakeSerializer},
        errors=(403, 409),
        idempotent=True,
    )
    @repeatable
    def post(self, request: Request) -> Response:
        values = self.read_body(StockTakeInput)
        warehouse = Warehouse.objects.filter(code=values["warehouse"]).first()
        if warehouse is None:
            raise InvalidInput(fields={"warehouse": [gettext("There is no such warehouse.")]})
        take = inventory.begin_stock_take(
            name=values["name"],
            warehouse=warehouse,
            skus="\n".join(values["skus"]),
            actor=self.actor,
        )
        return Response(_present(take), status=201)


class StockTakeView(ActorView):
    needs: ClassVar = {"POST": "inventory.change_stocktake"}

    @documented(
        "Book the differences, or give the count up",
        operation="stock_takes_end",
        tag=TAG,
        body=EndInput,
        answers={200: StockTakeSerializer},
        errors=(403, 404, 409),
        idempotent=True,
    )
    @repeatable
    def post(self, request: Request, take_id: UUID) -> Response:
        values, take = self.read_body(EndInput), _find(take_id)
        if values["outcome"] == "cancel":
            return Response(_present(inventory.cancel_stock_take(take=take, actor=self.actor)))
        closed = inventory.close_stock_take(take=take, reason=values["reason"], actor=self.actor)
        return Response(_present(closed))


class StockTakeCountsView(ActorView):
    """`find_code` belongs to the catalog, a floor above; the routes pass it in."""

    needs: ClassVar = {"GET": "inventory.view_stocktake", "POST": "inventory.change_stocktake"}
    find_code: FindCode = staticmethod(lambda code: None)

    @documented(
        "The rows of a stock take",
        operation="stock_takes_lines",
        tag=TAG,
        parameters=[PageQuery],
        answers={200: paged(StockTakeLineSerializer)},
        errors=(403, 404),
    )
    def get(self, request: Request, take_id: UUID) -> Response:
        query = self.read_query(PageQuery)
        rows = _find(take_id).lines.order_by("sku", "id")
        part = slice_rows(rows, limit=query["limit"], cursor=query.get("cursor"))
        return Response(part.present(request, _present_line))

    @documented(
        "Count a SKU or barcode",
        operation="stock_takes_count",
        tag=TAG,
        body=CountInput,
        answers={200: StockTakeLineSerializer},
        errors=(403, 404, 409),
        idempotent=True,
        description="Send an `Idempotency-Key` with `add`: every call counts.",
    )
    @repeatable
    def post(self, request: Request, take_id: UUID) -> Response:
        values, take = self.read_body(CountInput), _find(take_id)
        line = take.lines.filter(sku__iexact=values["code"]).first()
        found = (line.variant_ref, line.sku) if line else self.find_code(values["code"])
        if found is None:
            raise NotInStockTake
        counted = inventory.record_count(
            take=take,
            variant_ref=found[0],
            sku=found[1],
            quantity=values["quantity"],
            adds=values["add"],
            actor=self.actor,
        )
        return Response(_present_line(counted))


def _find(take_id: UUID) -> StockTake:
    take = StockTake.objects.select_related("warehouse").filter(pk=take_id).first()
    if take is None:
        raise NotFound
    return take


def _present(take: StockTake) -> dict[str, Any]:
    return {
        "id": str(take.pk),
        "name": take.name,
        "warehouse": take.warehouse.code,
        "state": take.state,
        "opened_at": take.opened_at,
        "ended_at": take.ended_at,
    }


def _present_line(line: StockTakeLine) -> dict[str, Any]:
    return {
        "variant_id": line.variant_ref,
        "sku": line.sku,
        "expected": line.expected,
        "counted": line.counted,
        "difference": line.difference,
        "has_moved": line.has_moved,
    }
