"""Orders, invoices and levels as EasyEcom writes them, in both its shapes: numbers as texts, "NA" and zero dates as nothing.

The invoice is the grain: one order may be split in several, and their sums over an order would count pieces twice.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext

from apps.inbox.errors import MalformedMessage
from apps.integrations.reading import field_of, moment_in_india, objects_of, short_text_of
from apps.integrations.values import OrderFacts, Payload

# An order that was made once more there, for a replacement or after a return, has our number with one of these.
_SUFFIX: Final = re.compile(r"(?:_(?:OR|RE)\d+)+$", re.IGNORECASE)
MOST_OF_SKU: Final = 64  # of our own; others are of other channels
_WHOLE: Final = re.compile(r"-?\d{1,9}(?:\.0*)?")
_LEVELS: Final = ("inventory", "availableInventory", "available_inventory", "available")
_PLACES: Final = ("warehouse_id", "warehouseId", "company_id", "companyId")


@dataclass(frozen=True)
class InvoiceLine:
    """`quantity` are the pieces that this invoice has of it, without those cancelled."""

    sku: str
    quantity: int
    item_ref: str = ""


@dataclass(frozen=True)
class Invoice:
    """One invoice: one parcel. `status` is the text that counts where the number says something else."""

    ref: str
    order_ref: str
    number: str
    reference: str
    waybill: str
    courier: str
    status: str
    parcel_status: str
    parcel_number: str
    changed_at: datetime | None
    channel: str
    lines: Sequence[InvoiceLine]


@dataclass(frozen=True)
class Level:
    """Pieces of an SKU at a location. None where no number was sent."""

    sku: str
    location_key: str
    location_number: str
    count: int | None
    title: str = ""
    location_name: str = ""


def orders_of(payload: Payload | Mapping[str, Any]) -> list[dict[str, Any]]:
    """V1 has `orders`, V2 the shape of getOrderDetails: `data`, or the orders themselves."""
    if isinstance(payload, Mapping):
        for name in ("orders", "data"):
            if name in payload:
                return (
                    orders_of(payload[name])
                    if name == "data" and isinstance(payload[name], dict)
                    else objects_of(payload[name], name=name)
                )
        return objects_of(dict(payload))
    return objects_of(payload)


def number_of(order: Mapping[str, Any]) -> str:
    """Our number: the reference without what EasyEcom adds to it."""
    return _SUFFIX.sub("", field_of(order, "reference_code"))


def facts_of(order: dict[str, Any]) -> OrderFacts:
    """The invoice is the row. Raises `MalformedMessage` without its id and the order's: all such would be one row."""
    ref = field_of(order, "invoice_id") or field_of(order, "order_id")
    if not ref:
        words = gettext("The message has neither the field %(one)s nor %(other)s.")
        raise MalformedMessage(words % {"one": "invoice_id", "other": "order_id"})
    return OrderFacts(
        ref=ref,
        number=number_of(order),
        waybill=field_of(order, "awb_number"),
        status=field_of(order, "order_status"),
        status_code=field_of(order, "order_status_id", limit=40),
        changed_at=moment_in_india(order.get("last_update_date"), name="last_update_date"),
        payload=order,
    )


def read_invoice(order: Mapping[str, Any]) -> Invoice:
    """Raises `MalformedMessage` for what can't be read."""
    return Invoice(
        ref=field_of(order, "invoice_id") or field_of(order, "order_id"),
        order_ref=field_of(order, "order_id", limit=40),
        number=number_of(order),
        reference=field_of(order, "reference_code"),
        waybill=field_of(order, "awb_number", limit=80),
        courier=short_text_of(order.get("courier"), 80),
        status=field_of(order, "order_status"),
        parcel_status=field_of(order, "shipping_status"),
        parcel_number=field_of(order, "shipping_status_id", limit=40),
        changed_at=moment_in_india(order.get("last_update_date"), name="last_update_date"),
        channel=field_of(order, "marketplace_id", limit=40),
        lines=[_line(each) for each in _lines_of(order)],
    )


def _lines_of(order: Mapping[str, Any]) -> list[dict[str, Any]]:
    for name in ("suborders", "order_items"):
        if order.get(name):
            return objects_of(order[name], name=name)
    return []


def _line(row: Mapping[str, Any]) -> InvoiceLine:
    """What left, or else what is to leave."""
    shipped = whole_of(row, "shipped_quantity") or 0
    ordered = whole_of(row, "item_quantity")
    if ordered is None:
        ordered = whole_of(row, "suborder_quantity") or 0
    cancelled = whole_of(row, "cancelled_quantity") or 0
    return InvoiceLine(
        sku=field_of(row, "sku") or field_of(row, "marketplace_sku"),
        quantity=shipped or max(ordered - cancelled, 0),
        item_ref=field_of(row, "suborder_num"),
    )


def whole_of(row: Mapping[str, Any], *names: str) -> int | None:
    """`2`, `"2"` and `"2.0"`, of the first of the fields that says something; None for nothing. Raises `MalformedMessage`
    for what is no whole number."""
    name, text = next(((name, text) for name in names if (text := field_of(row, name))), ("", ""))
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        words = gettext("The field %(field)s must be a whole number, not %(text)s.")
        raise MalformedMessage(words % {"field": name, "text": text})
    return int(text.partition(".")[0])


def read_levels(rows: Iterable[Mapping[str, Any]]) -> tuple[list[Level], list[MalformedMessage]]:
    """Each by itself: an account has SKUs of other channels, too, and one that can't be read holds none of the others."""
    levels, faults = list[Level](), list[MalformedMessage]()
    for row in rows:
        try:
            levels.append(read_level(row))
        except MalformedMessage as fault:
            faults.append(fault)
    return levels, faults


def read_level(row: Mapping[str, Any]) -> Level:
    """A row of the inventory webhook, or of getInventoryDetailsV3."""
    return Level(
        sku=field_of(row, "sku", limit=MOST_OF_SKU),
        location_key=field_of(row, "location_key"),
        location_number=_first(row, _PLACES, limit=40),
        count=whole_of(row, *_LEVELS),
        title=short_text_of(row.get("productName") or row.get("product_name"), 250),
        location_name=short_text_of(row.get("companyName") or row.get("company_name"), 120),
    )


def _first(row: Mapping[str, Any], names: Sequence[str], *, limit: int = 120) -> str:
    return next((text for name in names if (text := field_of(row, name, limit=limit))), "")
