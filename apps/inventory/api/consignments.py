"""Transfers and incoming deliveries by REST: staff only."""

from typing import Any, ClassVar

from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import ActorView
from apps.common.api.fields import CodeField, LineField, WholeField
from apps.common.api.pagination import PageQuery, slice_rows
from apps.common.api.schemas import documented, paged
from apps.common.api.serializers import StrictSerializer
from apps.common.errors import NotFound
from apps.common.ids import new_id
from apps.events.api.idempotency import repeatable
from apps.inventory import services as inventory
from apps.inventory.api.views import FindSku, UnknownVariant, find_warehouse
from apps.inventory.errors import InvalidConsignment
from apps.inventory.models import Consignment
from apps.inventory.services.consigning import MOST_LINES
from apps.inventory.services.stocking import MAX_ON_HAND
from apps.inventory.states import ConsignmentKind, ConsignmentState

TAG = "inventory"


class ConsignmentQuery(PageQuery):
    kind = serializers.ChoiceField(choices=ConsignmentKind.choices, required=False)
    state = serializers.ChoiceField(choices=ConsignmentState.choices, required=False)


class SentLineInput(StrictSerializer):
    variant_id = CodeField(max_length=36)
    quantity = WholeField(min_value=1, max_value=MAX_ON_HAND)


class ConsignmentInput(StrictSerializer):
    """A transfer has a `from_warehouse`, a delivery a `supplier`. Warehouses are named by their codes."""

    kind = serializers.ChoiceField(choices=ConsignmentKind.choices)
    from_warehouse = CodeField(max_length=32, required=False)
    to_warehouse = CodeField(max_length=32)
    supplier = LineField(max_length=120, default="", allow_blank=True)
    expected_on = serializers.DateField(required=False, allow_null=True)
    note = LineField(max_length=200, default="", allow_blank=True)
    lines = serializers.ListField(child=SentLineInput(), min_length=1, max_length=MOST_LINES)
    is_draft = serializers.BooleanField(
        default=False, help_text="Only save it; staff send it in the admin."
    )


class ReceivedLineInput(StrictSerializer):
    variant_id = CodeField(max_length=36)
    received = WholeField(
        required=False, max_value=MAX_ON_HAND, help_text="How many have arrived **in all**."
    )
    missing = WholeField(required=False, max_value=MAX_ON_HAND, help_text="Likewise.")


class ReceiveInput(StrictSerializer):
    """Totals, so that a repeat changes nothing. `missing` needs a `reason`."""

    lines = serializers.ListField(child=ReceivedLineInput(), min_length=1, max_length=MOST_LINES)
    reason = LineField(max_length=200, default="", allow_blank=True)


class ConsignmentLineSerializer(serializers.Serializer[Any]):
    variant_id = serializers.CharField()
    sku = serializers.CharField()
    quantity = serializers.IntegerField()
    received = serializers.IntegerField()
    missing = serializers.IntegerField()
    reason = serializers.CharField()


class ConsignmentSerializer(serializers.Serializer[Any]):
    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=ConsignmentKind.choices)
    state = serializers.ChoiceField(choices=ConsignmentState.choices)
    from_warehouse = serializers.CharField(allow_null=True)
    to_warehouse = serializers.CharField()
    supplier = serializers.CharField()
    expected_on = serializers.DateField(allow_null=True)
    is_late = serializers.BooleanField()
    lines = ConsignmentLineSerializer(many=True)


class ConsignmentListView(ActorView):
    needs: ClassVar = {"GET": "inventory.view_consignment", "POST": "inventory.add_consignment"}
    find_sku: FindSku = staticmethod(lambda variant_ref: None)

    @documented(
        "Transfers and incoming deliveries",
        operation="consignments_list",
        tag=TAG,
        parameters=[ConsignmentQuery],
        answers={200: paged(ConsignmentSerializer)},
        errors=(403,),
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(ConsignmentQuery)
        rows = _rows().filter(**{name: query[name] for name in ("kind", "state") if name in query})
        part = slice_rows(rows.order_by("-id"), limit=query["limit"], cursor=query.get("cursor"))
        return Response(part.present(request, _present))

    @documented(
        "Send a transfer, or note a delivery that is ordered",
        operation="consignments_create",
        tag=TAG,
        body=ConsignmentInput,
        answers={201: ConsignmentSerializer},
        errors=(403, 409),
        idempotent=True,
    )
    @repeatable
    def post(self, request: Request) -> Response:
        values = self.read_body(ConsignmentInput)
        destination = find_warehouse(values["to_warehouse"])
        if destination is None:
            raise InvalidConsignment
        row = inventory.save_consignment(
            key=new_id(),
            kind=ConsignmentKind(values["kind"]),
            source=find_warehouse(values.get("from_warehouse")),
            destination=destination,
            supplier=values["supplier"],
            expected_on=values.get("expected_on"),
            note=values["note"],
            lines=[self._line(each) for each in values["lines"]],
            sends=not values["is_draft"],
            actor=self.actor,
        )
        return Response(_present(_find(row.number)), status=201)

    def _line(self, values: dict[str, Any]) -> inventory.LineInput:
        sku = self.find_sku(values["variant_id"])
        if sku is None:
            raise UnknownVariant(fields={"variant_id": [gettext("There is no such variant.")]})
        return inventory.LineInput(values["variant_id"], sku, values["quantity"])


class ConsignmentReceiveView(ActorView):
    needs: ClassVar = {"POST": "inventory.change_consignment"}

    @documented(
        "Book what has arrived",
        operation="consignments_receive",
        tag=TAG,
        body=ReceiveInput,
        answers={200: ConsignmentSerializer},
        errors=(403, 404, 409),
        idempotent=True,
    )
    @repeatable
    def post(self, request: Request, number: str) -> Response:
        values, row = self.read_body(ReceiveInput), _find(number)
        lines = {line.variant_ref: line.pk for line in row.lines.all()}
        if any(each["variant_id"] not in lines for each in values["lines"]):
            raise UnknownVariant(fields={"variant_id": [gettext("There is no such variant.")]})
        totals: dict[str, dict[Any, int]] = {
            name: {
                lines[each["variant_id"]]: each[name] for each in values["lines"] if name in each
            }
            for name in ("received", "missing")
        }
        inventory.receive_consignment(
            consignment=row, **totals, reason=values["reason"], actor=self.actor
        )
        return Response(_present(_find(number)))


class ConsignmentCancelView(ActorView):
    needs: ClassVar = {"POST": "inventory.change_consignment"}

    @documented(
        "Cancel a transfer or a delivery",
        operation="consignments_cancel",
        tag=TAG,
        answers={200: ConsignmentSerializer},
        errors=(403, 404, 409),
        idempotent=True,
    )
    @repeatable
    def post(self, request: Request, number: str) -> Response:
        inventory.cancel_consignment(consignment=_find(number), actor=self.actor)
        return Response(_present(_find(number)))


def _rows() -> Any:
    return Consignment.objects.select_related("source", "destination").prefetch_related("lines")


def _find(number: str) -> Consignment:
    row: Consignment | None = _rows().filter(number=number).first()
    if row is None:
        raise NotFound
    return row


def _present(row: Consignment) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "state": row.state,
        "from_warehouse": row.source.code if row.source is not None else None,
        "to_warehouse": row.destination.code,
        "supplier": row.supplier,
        "expected_on": row.expected_on.isoformat() if row.expected_on else None,
        "is_late": row.is_late,
        "lines": [
            {
                "variant_id": line.variant_ref,
                "sku": line.sku,
                "quantity": line.quantity,
                "received": line.received,
                "missing": line.missing,
                "reason": line.reason,
            }
            for line in row.lines.all()
        ],
    }
