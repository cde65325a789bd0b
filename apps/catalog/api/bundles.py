"""Bundles by REST: staff only. Buyers see the parts at the product, in the cart and in the order."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import ActorView
from apps.catalog import services as catalog
from apps.common.api.fields import CodeField, WholeField
from apps.common.api.pagination import PageQuery, slice_rows
from apps.common.api.schemas import documented, paged
from apps.common.api.serializers import StrictSerializer
from apps.common.errors import NotFound
from apps.events.api.idempotency import repeatable
from apps.inventory import services as inventory
from apps.inventory.api.supplies import SupplySerializer, present_supply
from apps.inventory.models import Bundle
from apps.inventory.selectors import Supply, get_supply
from apps.inventory.services.bundling import MOST_PARTS, MOST_PIECES

TAG = "inventory"


class PartInputSerializer(StrictSerializer):
    sku = CodeField(max_length=64)
    quantity = WholeField(min_value=1, max_value=MOST_PIECES, default=1)


class BundleInput(StrictSerializer):
    """Makes the variant a bundle, or replaces the parts of the bundle it is."""

    sku = CodeField(max_length=64)
    parts = serializers.ListField(child=PartInputSerializer(), min_length=1, max_length=MOST_PARTS)


class BundlePartSerializer(serializers.Serializer[Any]):
    variant_id = serializers.CharField()
    sku = serializers.CharField()
    quantity = serializers.IntegerField()


class BundleSerializer(SupplySerializer):
    """`available`, `backorder` and `preorder` are what its parts make."""

    id = serializers.UUIDField()
    variant_id = serializers.CharField()
    sku = serializers.CharField()
    parts = BundlePartSerializer(many=True)


class BundlesView(ActorView):
    needs: ClassVar = {"GET": "inventory.view_bundle", "POST": "inventory.change_bundle"}

    @documented(
        "Bundles and their parts",
        operation="bundles_list",
        tag=TAG,
        parameters=[PageQuery],
        answers={200: paged(BundleSerializer)},
        errors=(403,),
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(PageQuery)
        rows = Bundle.objects.order_by("sku", "id").prefetch_related("parts")
        part = slice_rows(rows, limit=query["limit"], cursor=query.get("cursor"))
        stock = get_supply([row.variant_ref for row in part.rows]) if part.rows else {}
        return Response(part.present(request, lambda row: _present(row, stock[row.variant_ref])))

    @documented(
        "Make a bundle, or replace its parts",
        operation="bundles_save",
        tag=TAG,
        body=BundleInput,
        answers={200: BundleSerializer},
        errors=(403, 409),
        idempotent=True,
    )
    @repeatable
    def post(self, request: Request) -> Response:
        values = self.read_body(BundleInput)
        bundle = catalog.save_bundle(
            sku=values["sku"], parts=[catalog.PartInput(**part) for part in values["parts"]]
        )
        return Response(_present(bundle, get_supply([bundle.variant_ref])[bundle.variant_ref]))


class BundleView(ActorView):
    needs: ClassVar = {"DELETE": "inventory.delete_bundle"}

    @documented(
        "The variant is no bundle any more",
        operation="bundles_delete",
        tag=TAG,
        answers={204: None},
        errors=(403, 404),
        idempotent=True,
    )
    @repeatable
    def delete(self, request: Request, bundle_id: UUID) -> Response:
        bundle = Bundle.objects.filter(pk=bundle_id).first()
        if bundle is None:
            raise NotFound
        inventory.delete_bundle(bundle=bundle)
        return Response(status=204)


def _present(bundle: Bundle, supply: Supply) -> dict[str, Any]:
    return {
        "id": str(bundle.pk),
        "variant_id": bundle.variant_ref,
        "sku": bundle.sku,
        "parts": [
            {"variant_id": part.variant_ref, "sku": part.sku, "quantity": part.quantity}
            for part in sorted(bundle.parts.all(), key=lambda part: part.position)
        ],
        **present_supply(supply),
    }
