"""Requests as the API's documentation shows them."""

from drf_spectacular.utils import OpenApiExample

SHIPPED = OpenApiExample(
    "Sent",
    {"status": "shipped", "carrier": "India Post", "tracking_number": "EU123456789IN"},
    request_only=True,
)
CANCELLED = OpenApiExample(
    "Cancelled",
    {"status": "cancelled", "reason": "The customer changed their mind"},
    request_only=True,
)
