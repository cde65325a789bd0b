"""What can be ordered of a variant, as JSON: pieces that are there, and those that come later."""

from typing import Any, Final

from rest_framework import serializers

from apps.inventory.selectors import Supply

# `NO_LIMIT` in bundles of a thousand pieces, less what is promised of them
_BOUNDLESS: Final = 900_000


class BackorderSerializer(serializers.Serializer[Any]):
    quantity = serializers.IntegerField(
        allow_null=True, help_text="How many beyond `available` can be ordered; null: no limit."
    )
    expected_on = serializers.DateField(
        allow_null=True, help_text="When the next pieces come; null: not known."
    )


class PreorderSerializer(serializers.Serializer[Any]):
    quantity = serializers.IntegerField(
        allow_null=True, help_text="How many can be ordered before the release; null: no limit."
    )
    release_on = serializers.DateField(
        allow_null=True, help_text="Nothing is sent before; of a bundle the last day of its parts."
    )


class SupplySerializer(serializers.Serializer[Any]):
    """The part of a variant that its stock decides."""

    available = serializers.IntegerField(
        allow_null=True,
        help_text=(
            "Pieces that are there and promised to no order; null when it is not counted. What can be ordered beyond them "
            "is in `backorder` or `preorder`."
        ),
    )
    backorder = BackorderSerializer(
        allow_null=True, help_text="Null: no more is sold than there is."
    )
    preorder = PreorderSerializer(allow_null=True, help_text="Null: it is no pre-order.")


def present_supply(supply: Supply) -> dict[str, Any]:
    """Of a variant that is counted."""
    later = supply.later
    quantity = later if later < _BOUNDLESS else None
    day = supply.expected_on.isoformat() if supply.expected_on else None
    backorder = preorder = None
    if later and supply.is_preorder:
        preorder = {"quantity": quantity, "release_on": day}
    elif later:
        backorder = {"quantity": quantity, "expected_on": day}
    return {"available": supply.available, "backorder": backorder, "preorder": preorder}
