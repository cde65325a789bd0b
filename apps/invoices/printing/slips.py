"""The packing slip of a parcel. It says what was packed, so it is the same whenever it is printed."""

from typing import Any

from babel.dates import format_date
from django.utils import translation
from django.utils.translation import gettext

from apps.common.addresses import address_lines, show_phone
from apps.common.clock import day_of
from apps.common.habits import spelling_of
from apps.common.money import format_money, from_minor
from apps.common.places import locale_of
from apps.content.selectors import ThemeView
from apps.fulfilment.models import Shipment
from apps.invoices.printing.values import look
from apps.orders.models import OrderLine
from apps.tenancy.context import current_store


def slip_values(shipment: Shipment, theme: ThemeView, *, cash_minor: int = 0) -> dict[str, Any]:
    """What `slip.typ` prints, in the store's language. `cash_minor` is to be collected with the parcel."""
    store, order = current_store(), shipment.order
    packed = shipment.lines.select_related("order_line").order_by("order_line__position")
    with translation.override(spelling_of(store.language, store.country)):
        address = address_lines(order.shipping_address, store.language)
        phone = str(order.shipping_address.get("phone") or order.phone)
        return {
            **look(theme, store.language),
            "shop": store.name,
            "title": gettext("Packing slip"),
            "number": shipment.number,
            "foot": store.name,
            "page": gettext("Page"),
            "parties": [[gettext("Ship to"), [*address, *([show_phone(phone)] if phone else [])]]],
            "facts": _facts(shipment, store.language, cash_minor),
            "columns": [
                {"label": gettext("Item"), "wide": True},
                {"label": gettext("SKU"), "wide": False},
                {"label": gettext("Pieces"), "wide": False},
            ],
            "rows": [cells for row in packed for cells in slip_rows(row.order_line, row.quantity)],
            "words": [order.note] if order.note else [],
        }


def slip_rows(line: OrderLine, quantity: int) -> list[list[Any]]:
    """The line with its pieces; below a bundle what has to be taken from the shelves for it."""
    return [
        [[line.title, line.variant_title], line.sku, str(quantity)],
        *(
            [[f"– {part.title}", ""], part.sku, str(part.quantity * quantity)]
            for part in line.bundle_parts
        ),
    ]


def _facts(shipment: Shipment, language: str, cash_minor: int) -> list[list[str]]:
    order, locale = shipment.order, str(locale_of(language))
    found = [[gettext("Order"), order.number]]
    if shipment.shipped_at is not None:
        day = format_date(day_of(shipment.shipped_at), format="medium", locale=locale)
        found.append([gettext("Date"), day])
    carrier = " ".join(filter(None, (shipment.carrier, shipment.tracking_number)))
    if carrier:
        found.append([gettext("Carrier"), carrier])
    if cash_minor:
        amount = format_money(from_minor(cash_minor, order.currency), locale)
        found.append([gettext("To collect"), amount])
    return found
