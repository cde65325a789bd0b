"""The list of orders as a table, CSV or XLSX: those that its filters and its search show, one row for each."""

from collections.abc import Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext

from apps.common.clock import today
from apps.common.csv_files import write_row
from apps.common.money import from_minor
from apps.common.xlsx_files import CONTENT_TYPE, write_xlsx
from apps.orders.models import Order

SEES: Final = "orders.view_order"
MOST: Final = 20_000
_CHUNK: Final = 500
_IN_MEMORY: Final = 1024 * 1024
_PLACE: Final = ("name", "line1", "line2", "postal_code", "city", "region", "country")
_AMOUNTS: Final = ("subtotal", "discount", "shipping", "fee", "tax", "total", "refunded", "reduced")


def export_view(request: HttpRequest, admin: Any) -> HttpResponseBase:
    """Of more than `MOST` orders a sentence above the list asks for a filter."""
    if not request.user.has_perm(SEES):
        raise PermissionDenied
    query = request.GET.copy()
    kind = query.pop("format", [""])[-1]
    request.GET = query  # type: ignore[assignment]  # the list reads its filters from there
    try:
        orders = admin.get_changelist_instance(request).get_queryset(request)
    except (IncorrectLookupParameters, DisallowedModelAdminLookup, ValidationError, ValueError):
        messages.error(request, gettext("This filter does not exist. Nothing was exported."))
        return HttpResponseRedirect(reverse("store_admin:orders_order_changelist"))
    if orders.count() > MOST:
        sentence = gettext("At most %(most)s orders in a table: choose a filter.")
        messages.error(request, sentence % {"most": MOST})
        page = reverse("store_admin:orders_order_changelist")
        return HttpResponseRedirect(f"{page}?{query.urlencode()}")
    name = f"orders-{today():%Y-%m-%d}"
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  the answer closes it
    if kind == "xlsx":
        write_xlsx(file, {name: _rows(orders)})  # type: ignore[arg-type]  # a binary file
        name, content_type = f"{name}.xlsx", CONTENT_TYPE
    else:
        file.write("\ufeff".encode())
        for row in _rows(orders):
            file.write(write_row(map(_plain, row)).encode())
        name, content_type = f"{name}.csv", "text/csv; charset=utf-8"
    file.seek(0)
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


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


def _plain(cell: Any) -> Any:
    """Moments by the store's clock."""
    return localtime(cell).isoformat(" ", "minutes") if isinstance(cell, datetime) else cell
