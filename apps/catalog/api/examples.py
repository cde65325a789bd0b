"""Requests as the API's documentation shows them."""

from drf_spectacular.utils import OpenApiExample

NEW_PRODUCT = OpenApiExample(
    "Two variants",
    {
        "title": "Nilgiri Tea",
        "status": "active",
        "options": [{"name": "Size", "values": ["100 g", "250 g"]}],
        "variants": [
            {
                "sku": "NILGIRI-100",
                "option_values": {"Size": "100 g"},
                "prices": [{"amount": "249.00", "currency": "INR"}],
            },
            {
                "sku": "NILGIRI-250",
                "option_values": {"Size": "250 g"},
                "prices": [{"amount": "549.00", "currency": "INR", "compare_at": "599.00"}],
            },
        ],
    },
    request_only=True,
)
