"""Whether a product can be sent to a postal code."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import ActorView
from apps.checkout.serviceability import check_postal_code
from apps.common.api.fields import CodeField, LineField
from apps.common.api.schemas import documented
from apps.common.api.serializers import StrictSerializer
from apps.common.api.throttles import AnonymousThrottle, UserThrottle, WindowThrottle


class PostalCodeThrottle(WindowThrottle):
    """By address, together with the form of the shop."""

    scope = "postal_codes"


class DeliveryQuery(StrictSerializer):
    variant = CodeField(max_length=36, help_text="The id of a variant.")
    postal_code = LineField(max_length=20)
    country = LineField(
        max_length=60, default="", allow_blank=True, help_text="The shop's own when left out."
    )


class DeliverySerializer(serializers.Serializer[Any]):
    country = serializers.CharField()
    postal_code = serializers.CharField(help_text="As the country writes it.")
    is_served = serializers.BooleanField()
    is_known = serializers.BooleanField(
        help_text="False: no place is known to have that code (India, USA, Canada), so no day is named."
    )
    earliest = serializers.DateField(allow_null=True, help_text="If it is ordered now.")
    latest = serializers.DateField(allow_null=True)
    cash_on_delivery = serializers.BooleanField(
        allow_null=True, help_text="Null: the shop has none, or does not deliver there."
    )
    reasons = serializers.ListField(
        child=serializers.CharField(), help_text="Why ways that go there don't take the product."
    )
    pickup_places = serializers.ListField(child=serializers.CharField())


class DeliveryView(ActorView):
    throttle_classes = [AnonymousThrottle, UserThrottle, PostalCodeThrottle]

    @documented(
        "Whether and when a product arrives at a postal code",
        operation="checkout_delivery",
        tag="checkout",
        parameters=[DeliveryQuery],
        answers={200: DeliverySerializer},
        errors=(404, 422),
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(DeliveryQuery)
        found = check_postal_code(
            postal_code=query["postal_code"],
            variant_ref=query["variant"],
            country=query["country"],
        )
        return Response(
            {
                "country": found.country,
                "postal_code": found.postal_code,
                "is_served": found.is_served,
                "is_known": found.is_known,
                "earliest": found.expected.earliest if found.expected else None,
                "latest": found.expected.latest if found.expected else None,
                "cash_on_delivery": found.has_cash,
                "reasons": found.reasons,
                "pickup_places": found.pickup,
            }
        )
