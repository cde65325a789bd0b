"""Requests as the API's documentation shows them."""

from drf_spectacular.utils import OpenApiExample

GUEST_ORDER = OpenApiExample(
    "A guest",
    {
        "email": "asha@example.com",
        "shipping_address": {
            "name": "Asha Rao",
            "line1": "12 MG Road",
            "city": "Bengaluru",
            "region": "KA",
            "postal_code": "560001",
            "country": "IN",
        },
        "shipping_method": "standard",
        "payment_method": "test",
        "expected_total": {"amount": "597.00", "currency": "INR"},
    },
    request_only=True,
)
