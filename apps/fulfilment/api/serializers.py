"""Input and output after the sale."""

from typing import Any

from rest_framework import serializers

from apps.common.api.fields import CodeField, LineField, MomentField, WebAddressField, WholeField
from apps.common.api.serializers import StrictSerializer
from apps.fulfilment.models import Shipment
from apps.fulfilment.states import ShipmentState
from apps.orders.api.serializers import OrderSerializer
from apps.payments.api.serializers import PaymentSerializer

SHIPPED, DELIVERED, CANCELLED = "shipped", "delivered", "cancelled"


class ShipLineInput(StrictSerializer):
    id = serializers.UUIDField(help_text="Of the order's line.")
    quantity = WholeField(min_value=1, max_value=1_000_000)


class StatusInput(StrictSerializer):
    """What happened. Carrier, tracking and `lines` belong to `shipped`; `reason` to `cancelled`."""

    status = serializers.ChoiceField(choices=[SHIPPED, DELIVERED, CANCELLED])
    carrier = LineField(max_length=80, default="", allow_blank=True)
    tracking_number = CodeField(max_length=80, default="", allow_blank=True)
    tracking_url = WebAddressField(max_length=500, default="", allow_blank=True)
    lines = serializers.ListField(
        child=ShipLineInput(),
        required=False,
        allow_empty=False,
        max_length=200,
        help_text="Else all that is left.",
    )
    shipment_id = serializers.UUIDField(required=False, help_text="Delivered: else all on the way.")
    reason = LineField(max_length=200, default="", allow_blank=True)

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({line["id"] for line in lines}) != len(lines):
            raise serializers.ValidationError("A line is named twice.")
        return lines


class ShipmentLineSerializer(serializers.Serializer[Any]):
    order_line_id = serializers.UUIDField()
    sku = serializers.CharField()
    quantity = serializers.IntegerField()


class ShipmentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=ShipmentState.choices)
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    tracking_url = serializers.CharField()
    shipped_at = MomentField(allow_null=True)
    delivered_at = MomentField(allow_null=True)
    lines = ShipmentLineSerializer(many=True)


class WholeOrderSerializer(OrderSerializer):
    payments = PaymentSerializer(many=True)
    shipments = ShipmentSerializer(many=True)


def present_shipment(shipment: Shipment) -> dict[str, Any]:
    return {
        "id": str(shipment.pk),
        "number": shipment.number,
        "state": shipment.state,
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "tracking_url": shipment.tracking_url,
        "shipped_at": shipment.shipped_at,
        "delivered_at": shipment.delivered_at,
        "lines": [
            {
                "order_line_id": str(line.order_line_id),
                "sku": line.order_line.sku,
                "quantity": line.quantity,
            }
            for line in shipment.lines.all()
        ],
    }
