"""Input and output of stock."""

from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from apps.common.api.fields import CodeField, LineField, WholeField
from apps.common.api.pagination import PageQuery
from apps.common.api.serializers import StrictSerializer
from apps.inventory.models import StockItem
from apps.inventory.services.stocking import MAX_ON_HAND
from apps.inventory.states import NO_LIMIT, StockPolicy


class StockQuery(PageQuery):
    sku = CodeField(max_length=64, required=False)
    variant_id = CodeField(max_length=36, required=False)
    low = serializers.BooleanField(required=False, help_text="Only what is at its threshold.")


class StockInput(StrictSerializer):
    """Either `on_hand` (a count: the stock is that much) or `receive` (a delivery: so much more)."""

    variant_id = CodeField(max_length=36)
    on_hand = WholeField(required=False, max_value=MAX_ON_HAND)
    receive = WholeField(required=False, min_value=1, max_value=MAX_ON_HAND)
    low_stock_at = WholeField(required=False, allow_null=True, max_value=MAX_ON_HAND)
    warehouse = CodeField(max_length=32, required=False, help_text="A code; else the first one.")
    reason = LineField(max_length=200, default="", allow_blank=True)
    policy = serializers.ChoiceField(
        choices=StockPolicy.choices,
        required=False,
        help_text="What happens to orders of more than there is.",
    )
    backorder_limit = WholeField(
        required=False,
        allow_null=True,
        max_value=MAX_ON_HAND,
        help_text="With `policy`: at most so many beyond those on hand; null or left out: any number.",
    )
    release_on = serializers.DateField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        is_counted = ("on_hand" in attrs) + ("receive" in attrs)
        if is_counted > 1 or not (is_counted or "policy" in attrs):
            raise serializers.ValidationError(gettext("Give either on_hand or receive."))
        return attrs


class StockSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    variant_id = serializers.CharField()
    sku = serializers.CharField()
    warehouse = serializers.CharField()
    on_hand = serializers.IntegerField()
    reserved = serializers.IntegerField(help_text="Held by orders that are being paid.")
    allocated = serializers.IntegerField(help_text="Belongs to orders that wait to be sent.")
    available = serializers.IntegerField(
        help_text="Below zero where more is promised than is there."
    )
    policy = serializers.ChoiceField(choices=StockPolicy.choices)
    backorder_limit = serializers.IntegerField(allow_null=True, help_text="Null: no limit.")
    release_on = serializers.DateField(allow_null=True)
    expected_on = serializers.DateField(
        allow_null=True, help_text="When the next piece comes that is not promised."
    )
    low_stock_at = serializers.IntegerField(allow_null=True)


def present_stock(item: StockItem) -> dict[str, Any]:
    return {
        "id": str(item.pk),
        "variant_id": item.variant_ref,
        "sku": item.sku,
        "warehouse": item.warehouse.code,
        "on_hand": item.on_hand,
        "reserved": item.reserved,
        "allocated": item.allocated,
        "available": item.available,
        "policy": item.policy,
        "backorder_limit": item.backorder_limit if item.backorder_limit < NO_LIMIT else None,
        "release_on": item.release_on.isoformat() if item.release_on else None,
        "expected_on": item.expected_on.isoformat() if item.expected_on else None,
        "low_stock_at": item.low_stock_at,
    }
