"""The list of orders as a table, CSV or XLSX: those that its filters and its search show, one row for each."""

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext

from apps.backoffice.table_answer import Table, table_answer
from apps.common.money import from_minor
from apps.orders.models import Order

SEES: Final = "orders.view_order"
MOST: Final = 20_000
_CHUNK: Final = 500
_PLACE: Final = ("name", "line1", "line2", "postal_code", "city", "region", "country")
_AMOUNTS: Final = ("subtotal", "discount", "shipping", "fee", "tax", "total", "refunded", "reduced")


def _rows(orders: QuerySet[Order]) -> Iterator[list[Any]]:
    """The headings, then the orders, some at a time. They are names for programs, the same in every language."""
    yield [
        "number", "placed_at", "status", "payment_state", "fulfilment_state", "email", "phone", "company", "tax_number",
        *_PLACE, "pieces", *_AMOUNTS, "currency", "shipping_method", "paid_at", "shipped_at", "delivered_at",
        "cancelled_at", "tags",
    ]  # fmt: skip
    for order in orders.iterator(chunk_size=_CHUNK):
        place = order.shipping_address or order.billing_address
        amounts = (getattr(order, f"{name}_minor") for name in _AMOUNTS)
        yield [
            order.number,
            order.placed_at,
            order.status,
            order.payment_state,
            order.fulfilment_state,
            order.email,
            order.phone,
            order.company,
            order.tax_number,
            *(str(place.get(name) or "") for name in _PLACE),
            sum(line.quantity for line in order.lines.all() if not line.is_fee),
            *(from_minor(minor, order.currency).amount for minor in amounts),
            order.currency,
            order.shipping_method_name,
            order.paid_at,
            order.shipped_at,
            order.delivered_at,
            order.cancelled_at,
            ", ".join(each.tag for each in order.tags.all()),
        ]


def export_view(request: HttpRequest, admin: Any) -> HttpResponseBase:
    """Of more than `MOST` orders a sentence above the list asks for a filter."""
    table = Table(
        name="orders",
        page="store_admin:orders_order_changelist",
        sees=SEES,
        rows=_rows,
        most=MOST,
        too_many=gettext("At most %(most)s orders in a table: choose a filter."),
    )
    return table_answer(request, admin, table)
