"""Pieces that come later, as JSON."""

from typing import Any

from rest_framework import serializers

from apps.inventory.queue import Waiting


class AwaitedSerializer(serializers.Serializer[Any]):
    quantity = serializers.IntegerField()
    expected_on = serializers.DateField(allow_null=True, help_text="Null: not known.")
    is_preorder = serializers.BooleanField()


def present_awaited(waiting: Waiting | None) -> dict[str, Any] | None:
    if waiting is None:
        return None
    expected_on = waiting.expected_on.isoformat() if waiting.expected_on else None
    return {
        "quantity": waiting.quantity,
        "expected_on": expected_on,
        "is_preorder": waiting.is_preorder,
    }
