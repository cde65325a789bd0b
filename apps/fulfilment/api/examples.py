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
REFUSED = OpenApiExample(
    "Refused at the door",
    {"status": "refused", "reason": "Refused at the door"},
    request_only=True,
)
RETURNED = OpenApiExample(
    "Everything came back, with the money and the delivery",
    {"reason": "Did not fit", "refund": {"with_shipping": True}},
    request_only=True,
)
RETURNED_IN_PART = OpenApiExample(
    "Three came back, one of them broken",
    {
        "lines": [{"id": "0190d0a4-6d3b-7c4e-8a7b-3f1f6c2f0a11", "restock": 2, "write_off": 1}],
        "reason": "Damaged",
        "refund": {"amount": {"amount": "499.00", "currency": "INR"}},
    },
    request_only=True,
)
