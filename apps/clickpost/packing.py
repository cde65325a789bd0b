"""What a carrier has to know of a parcel, read from the order, the warehouse, the catalog and the invoice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from apps.catalog.selectors import read_lines
from apps.clickpost.client import COD, PREPAID
from apps.clickpost.models import Booking, ClickPostSettings
from apps.clickpost.selectors import get_settings
from apps.common.addresses import region_name
from apps.common.clock import day_of
from apps.common.money import part_of
from apps.common.text import ascii_digits, fold
from apps.content.selectors import get_theme
from apps.fulfilment.selectors import cash_due_with, cash_due_with_next
from apps.inventory.models import Warehouse
from apps.invoices.selectors import find_invoice
from apps.orders.models import Order, OrderLine
from apps.orders.worth import (
    NOTHING,
    Worth,
    worth_of_fee,
    worth_of_pieces,
    worth_of_shipping,
)
from apps.tenancy.context import current_store

INDIA = "IN"
_PHONES = range(10, 12)
_STEPS = 10_000  # of a percent: rates have at most four decimals


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
    amount by the name of the tax. Taxable value and tax are those of the value: they add up to it."""

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
    settings, invoice = get_settings(), find_invoice(order)
    cod_minor = booking.cod_minor if booking.is_asked else _cash_of(booking, order, pieces)
    worth = _worth(order, lines, pieces, cod_minor)
    return Packed(
        reference=booking.reference,
        order_number=order.number,
        currency=order.currency,
        items=[_item(line, pieces[line.pk]) for line in lines],
        pickup=pickup_of(booking.warehouse, settings),
        drop=drop_of(order),
        value_minor=max(worth.total_minor, cod_minor),
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
        taxes=tax_rates(worth, lines=len(lines)),
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


def _worth(
    order: Order, lines: Sequence[OrderLine], pieces: Mapping[UUID, int], cod_minor: int
) -> Worth:
    """What the pieces cost; of a whole order with its delivery and its fee, of which else so much as is to be collected with
    this parcel."""
    every_line = list(order.lines.all())
    found = sum((worth_of_pieces(line, pieces[line.pk]) for line in lines), NOTHING)
    beside = worth_of_shipping(order, every_line) + worth_of_fee(order)
    sent = sum(pieces[line.pk] for line in lines)
    if sent == sum(line.quantity for line in every_line if not line.is_digital):
        return found + beside
    collected = min(max(cod_minor - found.total_minor, 0), beside.total_minor)
    return found + beside.share(collected) if collected else found


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


def tax_rates(worth: Worth, *, lines: int) -> dict[str, tuple[str, int]]:
    """IGST, CGST and SGST with their sums; that of a union territory counts as SGST. The form has one rate of each: where
    goods of several rates, or without tax, are in the parcel, it is what the sum is of the whole, so that the two agree."""
    sums: dict[str, int] = {}
    rates: dict[str, set[str]] = {}
    for part in worth.tax_parts:
        name = fold(part.name).replace("utgst", "sgst")
        sums[name] = sums.get(name, 0) + part.amount_minor
        rates.setdefault(name, set()).add(part.percent)
    taxable = worth.total_minor - worth.tax_minor
    return {
        name: (_rate(rates[name], taxable, amount, lines), amount) for name, amount in sums.items()
    }


def _rate(rates: set[str], taxable_minor: int, amount_minor: int, lines: int) -> str:
    most_rounded = lines + 2  # each line is, and the delivery and the fee
    for rate in rates if len(rates) == 1 else ():
        expected = part_of(taxable_minor, int(Decimal(rate) * _STEPS), 100 * _STEPS)
        if abs(expected - amount_minor) <= most_rounded:
            return rate
    hundredths = part_of(100 * 100, amount_minor, taxable_minor) if taxable_minor else 0
    return str(Decimal(hundredths).scaleb(-2))


def phone_digits(phone: str, country: str) -> str:
    """Ten digits of an Indian number; of others all of them, with the country's. Carriers take no extension."""
    number = ascii_digits(phone.partition(";")[0])
    digits = "".join(each for each in number if each.isdigit())
    if country == INDIA and len(digits) == 12 and digits.startswith("91"):
        return digits[2:]
    return digits


def is_indian_phone(digits: str) -> bool:
    return len(digits) in _PHONES


def _postal_code(code: str, country: str) -> str:
    return ascii_digits(code).replace(" ", "") if country == INDIA else code


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
