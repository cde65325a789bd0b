"""The parts of a bundle as JSON."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from apps.catalog.selectors import LinePart


class PartSerializer(serializers.Serializer[Any]):
    """So many pieces of it are in one bundle."""

    variant_id = serializers.CharField()
    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()


def present_parts(parts: Iterable[LinePart]) -> list[dict[str, Any]]:
    return [
        {
            "variant_id": part.variant_ref,
            "sku": part.sku,
            "title": part.title,
            "quantity": part.quantity,
        }
        for part in parts
    ]
