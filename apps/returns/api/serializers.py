"""Input and output of return requests."""

from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from apps.common.api.fields import (
    BlockField,
    CodeField,
    IdField,
    LineField,
    MomentField,
    WholeField,
)
from apps.common.api.serializers import StrictSerializer
from apps.common.money import money_json
from apps.payments.states import RefundTo
from apps.returns.models import ReturnRequest
from apps.returns.returnable import Returnable
from apps.returns.selectors import timeline
from apps.returns.states import RequestState, Wish

_MOST_PIECES = 1_000_000


class WantedInput(StrictSerializer):
    """Pieces of a line of the order that are to come back."""

    line_id = IdField(help_text="Of the order's line.")
    quantity = WholeField(min_value=1, max_value=_MOST_PIECES)
    reason_id = IdField(required=False, help_text="One of the store's reasons.")
    note = LineField(max_length=300, default="", allow_blank=True)
    variant_id = CodeField(
        max_length=36,
        default="",
        allow_blank=True,
        help_text="For an exchange: a variant of the same product.",
    )


class BuyerReturnInput(StrictSerializer):
    lines = serializers.ListField(child=WantedInput(), allow_empty=False, max_length=200)
    wish = serializers.ChoiceField(choices=Wish.choices, default=Wish.REFUND)
    refund_to = serializers.ChoiceField(
        choices=RefundTo.choices,
        default=RefundTo.SOURCE,
        help_text="Where the money goes: one of `refund_places`.",
    )
    note = BlockField(max_length=1000, default="", allow_blank=True)

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({line["line_id"] for line in lines}) != len(lines):
            raise serializers.ValidationError(gettext("A line is named twice."))
        return lines


class SentInput(StrictSerializer):
    carrier = LineField(max_length=80, default="", allow_blank=True)
    tracking_number = CodeField(max_length=80, default="", allow_blank=True)


class RequestedLineSerializer(serializers.Serializer[Any]):
    line_id = serializers.UUIDField()
    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    received = serializers.IntegerField()
    accepted = serializers.IntegerField()
    reason = serializers.CharField()
    replacement_sku = serializers.CharField()


class ReturnEntrySerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    title = serializers.CharField()
    at = MomentField()


class BuyerReturnSerializer(serializers.Serializer[Any]):
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=RequestState.choices)
    wish = serializers.ChoiceField(choices=Wish.choices)
    decision = serializers.CharField(help_text="What the store wrote.")
    send_by = MomentField(allow_null=True)
    refund = serializers.JSONField(help_text="Goes back to the buyer.")
    refund_to = serializers.ChoiceField(choices=RefundTo.choices, help_text="Where it goes.")
    kept = serializers.JSONField(help_text="Kept by the store.")
    replacement = serializers.CharField(help_text="The number of the order in exchange, or empty.")
    lines = RequestedLineSerializer(many=True)
    timeline = ReturnEntrySerializer(many=True)


class ReturnableSerializer(serializers.Serializer[Any]):
    line_id = serializers.UUIDField()
    most = serializers.IntegerField(help_text="So many pieces can be sent back now.")
    why_not = serializers.CharField()
    until = MomentField(allow_null=True)


class ReasonSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    needs_photo = serializers.BooleanField(
        help_text="Such a return is asked for on the order's page, which takes photos."
    )


class BuyerReturnListSerializer(serializers.Serializer[Any]):
    results = BuyerReturnSerializer(many=True)
    returnable = ReturnableSerializer(many=True)
    reasons = ReasonSerializer(many=True)
    refund_places = serializers.ListField(
        child=serializers.ChoiceField(choices=RefundTo.choices),
        help_text="Where the money of a return can go.",
    )


def present_request(request: ReturnRequest) -> dict[str, Any]:
    """Three queries."""
    exchange = getattr(request, "exchange", None)
    lines = request.lines.select_related("order_line", "replacement")
    return {
        "number": request.number,
        "state": request.state,
        "wish": request.wish,
        "decision": request.decision,
        "send_by": request.send_by,
        "refund": money_json(request.refund_minor, request.currency),
        "refund_to": request.destination,
        "kept": money_json(request.fee_minor, request.currency),
        "replacement": exchange.order.number if exchange and exchange.order else "",
        "lines": [
            {
                "line_id": line.order_line_id,
                "sku": line.order_line.sku,
                "title": line.order_line.title,
                "quantity": line.quantity,
                "received": line.received,
                "accepted": line.accepted,
                "reason": line.reason,
                "replacement_sku": line.replacement.sku if hasattr(line, "replacement") else "",
            }
            for line in lines
        ],
        "timeline": [
            {"kind": entry.kind, "title": entry.title, "at": entry.at}
            for entry in timeline(request)
        ],
    }


def present_returnable(found: Returnable) -> dict[str, Any]:
    return {
        "line_id": found.line.pk,
        "most": found.most,
        "why_not": found.why_not,
        "until": found.until,
    }
