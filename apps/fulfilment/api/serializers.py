"""Input and output after the sale."""

from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from apps.common.api.fields import (
    CodeField,
    FlagField,
    IdField,
    LineField,
    MomentField,
    MoneyField,
    WebAddressField,
    WholeField,
)
from apps.common.api.serializers import StrictSerializer
from apps.common.money import money_json
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.states import FailureReason, ReturnKind, ReturnState, ShipmentState
from apps.orders.api.serializers import OrderSerializer, TaxComponentSerializer
from apps.payments.api.serializers import PaymentSerializer
from apps.payments.states import RefundTo
from apps.pricing.rules import components_json

SHIPPED, DELIVERED, CANCELLED = "shipped", "delivered", "cancelled"
NOT_DELIVERED, REST_CANCELLED = "not_delivered", "rest_cancelled"
REFUSED, RESUMED = "refused", "resumed"
ATTEMPT_FAILED, ATTEMPT_AGAIN, COLLECTED = "attempt_failed", "attempt_again", "collected"
STATUSES = [SHIPPED, DELIVERED, NOT_DELIVERED, REFUSED, RESUMED, CANCELLED, REST_CANCELLED]
STATUSES += [ATTEMPT_FAILED, ATTEMPT_AGAIN, COLLECTED]
MOST_PIECES = 1_000_000


class ShipLineInput(StrictSerializer):
    id = IdField(help_text="Of the order's line.")
    quantity = WholeField(min_value=1, max_value=MOST_PIECES)


class StatusInput(StrictSerializer):
    """What happened. Carrier, tracking and `lines` belong to `shipped`; `reason` to everything but `delivered`."""

    status = serializers.ChoiceField(choices=STATUSES)
    failure = serializers.ChoiceField(
        choices=FailureReason.choices,
        default=FailureReason.OTHER,
        help_text="Of `attempt_failed`; `reason` is a note besides.",
    )
    on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="The day of `attempt_again`."
    )
    phone = CodeField(
        max_length=32, default="", allow_blank=True, help_text="Another one, for `attempt_again`."
    )
    code = CodeField(
        max_length=20,
        default="",
        allow_blank=True,
        help_text="Of `collected`: this, `name`, or the `reason` why it was given without them.",
    )
    name = LineField(max_length=120, default="", allow_blank=True)
    carrier = LineField(max_length=80, default="", allow_blank=True)
    tracking_number = CodeField(max_length=80, default="", allow_blank=True)
    tracking_url = WebAddressField(max_length=500, default="", allow_blank=True)
    lines = serializers.ListField(
        child=ShipLineInput(),
        required=False,
        allow_empty=False,
        max_length=200,
        help_text="Default: all remaining pieces.",
    )
    shipment_id = IdField(
        required=False,
        help_text="Which parcel. Default: for `delivered` all parcels, for other actions the only parcel.",
    )
    reason = LineField(max_length=200, default="", allow_blank=True)
    received_by = LineField(
        max_length=120, default="", allow_blank=True, help_text="For `delivered`: who took it in."
    )

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return named_once(lines)


class TrackingInput(StrictSerializer):
    """What is not given stays as it is."""

    carrier = LineField(max_length=80, required=False, allow_blank=True)
    tracking_number = CodeField(max_length=80, required=False, allow_blank=True)
    tracking_url = WebAddressField(max_length=500, required=False, allow_blank=True)
    tell_buyer = FlagField(default=False, help_text="Send the buyer a mail about it.")


class ReturnLineInput(StrictSerializer):
    """How many pieces of a line came back: for the shelf, and broken."""

    id = IdField(help_text="Of the order's line.")
    restock = WholeField(default=0, max_value=MOST_PIECES, help_text="Can be sold again.")
    write_off = WholeField(default=0, max_value=MOST_PIECES, help_text="Can't be sold again.")


class CreditInput(StrictSerializer):
    """Money back. Without `amount`: what the pieces were sold for, tax included."""

    amount = MoneyField(required=False)
    with_shipping = FlagField(default=False, help_text="The delivery as well; once for an order.")
    to = serializers.ChoiceField(
        choices=RefundTo.choices,
        default=RefundTo.SOURCE,
        help_text="Where it goes. Store credit needs a customer with an account.",
    )


class ReturnInput(StrictSerializer):
    """What came back of one parcel."""

    shipment_id = IdField(
        required=False, help_text="Default: the only parcel with returnable pieces."
    )
    lines = serializers.ListField(
        child=ReturnLineInput(),
        required=False,
        allow_empty=False,
        max_length=200,
        help_text="Default: all pieces of the parcel, to be restocked.",
    )
    refund = CreditInput(
        required=False,
        allow_null=True,
        help_text="Default: no refund. Cash that was not collected is no longer due.",
    )
    reason = LineField(
        max_length=200, default="", allow_blank=True, help_text="The buyer reads it."
    )

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return named_once(lines)


def named_once(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len({line["id"] for line in lines}) != len(lines):
        raise serializers.ValidationError(gettext("A line is named twice."))
    return lines


class ShipmentLineSerializer(serializers.Serializer[Any]):
    order_line_id = serializers.UUIDField()
    sku = serializers.CharField()
    quantity = serializers.IntegerField()
    returned_quantity = serializers.IntegerField()


class ShipmentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=ShipmentState.choices)
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    tracking_url = serializers.CharField()
    cash_due = MoneyField(
        help_text="Cash on delivery that `delivered` books with it, when no other parcel arrives before."
    )
    cash_collected = MoneyField(help_text="Cash on delivery that was booked with it.")
    shipped_at = MomentField(allow_null=True)
    delivered_at = MomentField(allow_null=True)
    received_by = serializers.CharField(
        help_text="Who took it in; empty when that was not recorded."
    )
    failed_attempts = serializers.IntegerField()
    failure_reason = serializers.CharField(help_text="Of the last failed attempt.")
    next_attempt_on = serializers.DateField(allow_null=True)
    pickup_code = serializers.CharField(
        help_text="What its buyer shows at the counter; empty for what is sent."
    )
    collect_by = serializers.DateField(allow_null=True)
    lines = ShipmentLineSerializer(many=True)


class ReturnLineSerializer(serializers.Serializer[Any]):
    order_line_id = serializers.UUIDField()
    sku = serializers.CharField()
    quantity = serializers.IntegerField()
    restocked = serializers.IntegerField()
    written_off = serializers.IntegerField()
    worth = MoneyField(help_text="What these pieces were sold for, tax included.")


class ReturnSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    shipment_id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=ReturnState.choices)
    kind = serializers.ChoiceField(choices=ReturnKind.choices)
    reason = serializers.CharField()
    credited = MoneyField(help_text="The refunded amount, or the amount that is no longer due.")
    tax = MoneyField(help_text="In `credited`.")
    tax_components = TaxComponentSerializer(many=True)
    refund_id = serializers.UUIDField(allow_null=True)
    created_at = MomentField()
    received_at = MomentField(allow_null=True)
    lines = ReturnLineSerializer(many=True)


class WholeOrderSerializer(OrderSerializer):
    remaining_tax = MoneyField(
        help_text="The tax in the amount that was not refunded and is still due."
    )
    remaining_tax_components = TaxComponentSerializer(many=True)
    payments = PaymentSerializer(many=True)
    shipments = ShipmentSerializer(many=True)
    returns = ReturnSerializer(many=True)


def present_shipment(shipment: Shipment, currency: str, *, cash_minor: int) -> dict[str, Any]:
    """A parcel with its lines and their order lines fetched; `cash_minor` is due with it."""
    return {
        "id": str(shipment.pk),
        "number": shipment.number,
        "state": shipment.state,
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "tracking_url": shipment.tracking_url,
        "cash_due": money_json(cash_minor, currency),
        "cash_collected": money_json(shipment.cash_minor, currency),
        "shipped_at": shipment.shipped_at,
        "failed_attempts": shipment.failed_attempts,
        "failure_reason": shipment.failure_reason,
        "next_attempt_on": shipment.next_attempt_on,
        "pickup_code": shipment.pickup_code,
        "collect_by": shipment.collect_by,
        "delivered_at": shipment.delivered_at,
        "received_by": shipment.received_by,
        "lines": [
            {
                "order_line_id": str(line.order_line_id),
                "sku": line.order_line.sku,
                "quantity": line.quantity,
                "returned_quantity": line.returned_quantity,
            }
            for line in shipment.lines.all()
        ],
    }


def present_return(row: ParcelReturn) -> dict[str, Any]:
    """One return, with its lines and their order lines fetched."""
    return {
        "id": str(row.pk),
        "number": row.number,
        "shipment_id": str(row.shipment_id),
        "state": row.state,
        "kind": row.kind,
        "reason": row.reason,
        "credited": money_json(row.credited_minor, row.currency),
        "tax": money_json(row.tax_minor, row.currency),
        "tax_components": components_json(row.tax_parts, row.currency),
        "refund_id": str(row.refund_id) if row.refund_id else None,
        "created_at": row.created_at,
        "received_at": row.received_at,
        "lines": [
            {
                "order_line_id": str(line.shipment_line.order_line_id),
                "sku": line.shipment_line.order_line.sku,
                "quantity": line.quantity,
                "restocked": line.restocked,
                "written_off": line.written_off,
                "worth": money_json(line.total_minor, row.currency),
            }
            for line in row.lines.all()
        ],
    }
