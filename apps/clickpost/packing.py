"""What a carrier has to know of a parcel, read from the order, the warehouse, the catalog and the invoice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.catalog.selectors import read_lines
from apps.clickpost.client import COD, PREPAID
from apps.clickpost.models import Booking, ClickPostSettings
from apps.clickpost.selectors import get_settings
from apps.common.addresses import region_name
from apps.common.clock import day_of
from apps.common.text import ascii_digits, fold
from apps.content.selectors import get_theme
from apps.fulfilment.selectors import cash_due_with, cash_due_with_next
from apps.inventory.models import Warehouse
from apps.invoices.selectors import find_invoice
from apps.orders.models import Order, OrderLine
from apps.orders.worth import NOTHING, Worth, worth_of_pieces
from apps.tenancy.context import current_store

INDIA = "IN"


@dataclass(frozen=True)
class Place:
    """One end of the way. `phone` has digits alone."""

    name: str
    phone: str
    email: str
    address: str
    city: str
    region: str
    postal_code: str
    country: str


@dataclass(frozen=True)
class Item:
    sku: str
    title: str
    quantity: int
    price_minor: int
    hsn_code: str


@dataclass(frozen=True)
class Packed:
    """A parcel as a carrier is to have it. Amounts are in the order's currency, tax included; `taxes` are percent and
    amount by the name of the tax."""

    reference: str
    order_number: str
    currency: str
    items: Sequence[Item]
    pickup: Place
    drop: Place
    value_minor: int
    cod_minor: int
    weight_grams: int
    length_cm: int
    breadth_cm: int
    height_cm: int
    invoice_number: str
    invoice_date: date
    order_date: date
    seller_gstin: str
    buyer_gstin: str
    taxable_minor: int
    tax_minor: int
    taxes: Mapping[str, tuple[str, int]]

    @property
    def order_type(self) -> str:
        return COD if self.cod_minor else PREPAID

    @property
    def is_indian(self) -> bool:
        return self.pickup.country == self.drop.country == INDIA


def pack(booking: Booking) -> Packed:
    """A constant number of queries, a document read."""
    order = Order.objects.get(pk=booking.order_id)
    pieces = pieces_of(booking)
    lines = [line for line in order.lines.order_by("position") if line.pk in pieces]
    worth = sum((worth_of_pieces(line, pieces[line.pk]) for line in lines), NOTHING)
    settings, invoice = get_settings(), find_invoice(order)
    cod_minor = booking.cod_minor if booking.is_asked else _cash_of(booking, order, pieces)
    return Packed(
        reference=booking.reference,
        order_number=order.number,
        currency=order.currency,
        items=[_item(line, pieces[line.pk]) for line in lines],
        pickup=pickup_of(booking.warehouse, settings),
        drop=drop_of(order),
        value_minor=max(_value(order, lines, pieces, worth), cod_minor),
        cod_minor=cod_minor,
        weight_grams=_weigh(order, lines, pieces, settings),
        length_cm=settings.length_cm,
        breadth_cm=settings.breadth_cm,
        height_cm=settings.height_cm,
        invoice_number=invoice.number if invoice is not None else order.number,
        invoice_date=invoice.issued_on if invoice is not None else day_of(order.placed_at),
        order_date=day_of(order.placed_at),
        seller_gstin=order.seller_tax_number,
        buyer_gstin=order.tax_number,
        taxable_minor=worth.total_minor - worth.tax_minor,
        tax_minor=worth.tax_minor,
        taxes=_taxes(worth),
    )


def _cash_of(booking: Booking, order: Order, pieces: Mapping[UUID, int]) -> int:
    """What is due with the parcel: of one that has left already, with it."""
    left = booking.replaces.shipment if booking.replaces is not None else None
    if left is not None:
        return cash_due_with(left, order=order)
    return cash_due_with_next(order, pieces)


def pieces_of(booking: Booking) -> dict[UUID, int]:
    return {UUID(line): int(count) for line, count in booking.pieces.items()}


def pickup_of(warehouse: Warehouse | None, settings: ClickPostSettings) -> Place:
    """Where the carrier fetches it: the warehouse, or the first one of the store."""
    source = warehouse or Warehouse.objects.filter(is_active=True).first() or Warehouse()
    country = source.country or current_store().country
    return Place(
        name=source.name or current_store().name,
        phone=phone_digits(source.phone, country),
        email=settings.pickup_email or get_theme().contact_email,
        address=_joined(source.line1, source.line2),
        city=source.city,
        region=region_name(country, source.region) or source.region,
        postal_code=_postal_code(source.postal_code, country),
        country=country,
    )


def drop_of(order: Order) -> Place:
    """Where it goes."""
    given = {name: str(value or "") for name, value in order.shipping_address.items()}
    country = given.get("country", "")
    return Place(
        name=given.get("name", ""),
        phone=phone_digits(given.get("phone") or order.phone, country),
        email=order.email,
        address=_joined(given.get("line1", ""), given.get("line2", "")),
        city=given.get("city", ""),
        region=region_name(country, given.get("region", "")) or given.get("region", ""),
        postal_code=_postal_code(given.get("postal_code", ""), country),
        country=country,
    )


def _item(line: OrderLine, count: int) -> Item:
    title = f"{line.title} ({line.variant_title})" if line.variant_title else line.title
    return Item(line.sku, title[:250], count, line.unit_price_minor, line.hsn_code)


def _value(
    order: Order, lines: Sequence[OrderLine], pieces: Mapping[UUID, int], worth: Worth
) -> int:
    """What the pieces cost; of a whole order all that is to be paid of it, with its delivery."""
    sent = sum(pieces[line.pk] for line in lines)
    ordered = sum(line.quantity for line in order.lines.all() if not line.is_digital)
    return order.payable_minor if sent == ordered else worth.total_minor


def _weigh(
    order: Order,
    lines: Sequence[OrderLine],
    pieces: Mapping[UUID, int],
    settings: ClickPostSettings,
) -> int:
    found = read_lines({line.variant_ref for line in lines}, order.currency)
    weight = settings.packing_weight_grams
    for line in lines:
        known = found.get(line.variant_ref)
        own = known.weight_grams if known is not None else 0
        weight += pieces[line.pk] * (own or settings.piece_weight_grams)
    return weight


def _taxes(worth: Worth) -> dict[str, tuple[str, int]]:
    """IGST, CGST and SGST; that of a union territory counts as SGST."""
    found: dict[str, tuple[str, int]] = {}
    for part in worth.tax_parts:
        name = fold(part.name).replace("utgst", "sgst")
        before = found.get(name, (part.percent, 0))
        found[name] = (before[0], before[1] + part.amount_minor)
    return found


def phone_digits(phone: str, country: str) -> str:
    """Ten digits of an Indian number; of others all of them, with the country's. Carriers take no extension."""
    number = ascii_digits(phone.partition(";")[0])
    digits = "".join(each for each in number if each.isdigit())
    if country == INDIA and len(digits) == 12 and digits.startswith("91"):
        return digits[2:]
    return digits


def _postal_code(code: str, country: str) -> str:
    return ascii_digits(code).replace(" ", "") if country == INDIA else code


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
