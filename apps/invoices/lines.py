"""Lines of documents: what was sold or given back, with the tax of each, as JSON keeps it.

The lines of an invoice add up to its order, to the smallest unit and in every named part of the tax; so do those of a
credit note to what it gives back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext

from apps.catalog.selectors import full_title
from apps.common.money import allocate, part_of
from apps.orders.models import Order, OrderLine
from apps.orders.worth import Worth, worth_of_fee, worth_of_shipping
from apps.pricing.rules import TaxComponent, percent_text, read_components

GOODS: Final = "goods"
SHIPPING: Final = "shipping"
FEE: Final = "fee"
ADJUSTMENT: Final = "adjustment"
VOUCHER: Final = "voucher"
"""A gift card: selling a voucher that pays for anything is no supply, so no tax return has it."""
_STEPS: Final = 10_000

Signature = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DocumentLine:
    """`total_minor` is what the buyer pays for it, tax included; `net_minor` the value that is taxed.

    `unit_price_minor` is the price as the shop showed it. `quantity` 0: an amount, no pieces.
    """

    kind: str
    title: str
    total_minor: int
    net_minor: int
    tax_minor: int
    tax_percent: str = "0"
    tax_name: str = ""
    parts: tuple[TaxComponent, ...] = ()
    sku: str = ""
    hsn_code: str = ""
    quantity: int = 0
    unit_price_minor: int = 0
    discount_minor: int = 0
    is_digital: bool = False
    order_line: str = ""

    @property
    def signature(self) -> Signature:
        """The taxes on it, without their amounts."""
        return tuple((part.name, part.percent) for part in self.parts)

    @property
    def is_service(self) -> bool:
        """In the sense of GST: its code begins with 99."""
        return self.hsn_code.startswith("99")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read_line(stored: dict[str, Any]) -> DocumentLine:
    return DocumentLine(**{**stored, "parts": read_components(stored["parts"])})


def lines_of_order(
    order: Order, lines: Sequence[OrderLine], *, shipping_code: str = ""
) -> list[DocumentLine]:
    """Goods, then shipping and a fee by their rates. `shipping_code` is their HSN or SAC code; empty: that of the goods."""
    goods = [_goods_line(line) for line in lines]
    name = order.shipping_method_name or gettext("Shipping")
    included, fee_name = order.prices_include_tax, gettext("Cash on delivery fee")
    sent = worth_of_shipping(order, lines)
    delivery = _Service(SHIPPING, name, sent, order.shipping_minor, included)
    fee = _Service(FEE, fee_name, worth_of_fee(order), order.fee_minor, included)
    found = [
        *goods,
        *_service_lines(order, lines, goods, shipping_code, delivery),
        *_service_lines(order, lines, goods, shipping_code, fee),
    ]
    assert sum(line.total_minor for line in found) == order.total_minor
    assert sum(line.tax_minor for line in found) == order.tax_minor
    return found


def _goods_line(line: OrderLine) -> DocumentLine:
    return DocumentLine(
        kind=VOUCHER if line.is_gift_card else GOODS,
        title=full_title(line.title, line.variant_title),
        total_minor=line.total_minor,
        net_minor=line.total_minor - line.tax_minor,
        tax_minor=line.tax_minor,
        tax_percent=percent_text(Decimal(line.tax_percent)),
        tax_name=line.tax_name,
        parts=line.tax_parts,
        sku=line.sku,
        hsn_code=line.hsn_code,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        discount_minor=line.discount_minor,
        is_digital=line.is_digital,
        order_line=str(line.pk),
    )


@dataclass
class _Rate:
    """The goods of one rate that are sent: the dearest of them, and what they cost together."""

    like: DocumentLine
    worth_minor: int = 0


@dataclass(frozen=True)
class _Service:
    """What goes along with the goods: their delivery, or a fee. `shown_minor` is the amount as the shop showed it."""

    kind: str
    name: str
    worth: Worth
    shown_minor: int
    is_tax_included: bool


def _service_lines(
    order: Order,
    lines: Sequence[OrderLine],
    goods: Sequence[DocumentLine],
    code: str,
    service: _Service,
) -> list[DocumentLine]:
    """One line for each rate at which it was taxed: at one rate, or in proportion to the goods."""
    worth = service.worth
    if not worth.total_minor:
        return []
    rates = _rates_of(order, lines, goods)
    single = _single_rate(worth, list(rates.values()), is_included=order.prices_include_tax)
    if single is not None or not worth.tax_minor:
        return [_service_line(service, worth, single, code)]
    shares = allocate(service.shown_minor, [rate.worth_minor for rate in rates.values()])
    found = []
    for rate, share in zip(rates.values(), shares, strict=True):
        own = [part for part in worth.tax_parts if (part.name, part.percent) in rate.like.signature]
        tax = sum(part.amount_minor for part in own)
        total = share if order.prices_include_tax else share + tax
        if total:
            found.append(_service_line(service, Worth(total, tax, tuple(own)), rate, code))
    is_whole = sum(found_line.tax_minor for found_line in found) == worth.tax_minor
    return found if is_whole else [_service_line(service, worth, None, code)]


def _rates_of(
    order: Order, lines: Sequence[OrderLine], goods: Sequence[DocumentLine]
) -> dict[Signature, _Rate]:
    rates: dict[Signature, _Rate] = {}
    for row, line in zip(lines, goods, strict=True):
        if not row.is_digital:
            rate = rates.setdefault(line.signature, _Rate(line))
            rate.worth_minor += row.subtotal_minor - row.discount_minor
            if line.total_minor > rate.like.total_minor:
                rate.like = line
    return rates


def _single_rate(worth: Worth, rates: Sequence[_Rate], *, is_included: bool) -> _Rate | None:
    """The rate at which all of it was taxed, to a smallest unit for each part; None where it was taxed in parts."""
    named = {(part.name, part.percent) for part in worth.tax_parts}
    for rate in rates:
        if named != set(rate.like.signature):
            continue
        steps = int(Decimal(rate.like.tax_percent) * _STEPS)
        shown = worth.total_minor if is_included else worth.total_minor - worth.tax_minor
        tax = part_of(shown, steps, 100 * _STEPS + (steps if is_included else 0))
        if abs(tax - worth.tax_minor) <= 2 * max(len(named), 1):
            return rate
    return None


def _service_line(service: _Service, worth: Worth, rate: _Rate | None, code: str) -> DocumentLine:
    percent = sum((Decimal(part.percent) for part in worth.tax_parts), Decimal(0))
    return DocumentLine(
        kind=service.kind,
        title=service.name,
        total_minor=worth.total_minor,
        net_minor=worth.total_minor - worth.tax_minor,
        tax_minor=worth.tax_minor,
        tax_percent=percent_text(percent) if percent else "0",
        tax_name=rate.like.tax_name if rate is not None and percent else "",
        parts=worth.tax_parts,
        hsn_code=code or (rate.like.hsn_code if rate is not None else ""),
        quantity=1,
        unit_price_minor=worth.total_minor - (0 if service.is_tax_included else worth.tax_minor),
    )


@dataclass(frozen=True)
class Returned:
    """Something of an invoice's line that comes back: pieces and what they were sold for."""

    line: DocumentLine
    quantity: int
    worth_minor: int


def spread(
    given: Worth, returned: Sequence[Returned], whole: Sequence[DocumentLine]
) -> list[DocumentLine]:
    """The lines of a credit note over `given`, by what came back; without it, or where the amount is more than
    that, in proportion over all lines of the invoice.

    Every part of the tax goes to the lines that bear it, so lines and parts add up to `given` exactly.
    """
    if given.total_minor == sum(line.total_minor for line in whole) and not returned:
        return list(whole)
    goods = [line for line in whole if line.kind != VOUCHER] or whole
    everything = [Returned(line, 0, line.total_minor) for line in goods if line.total_minor]
    fits = 0 < given.total_minor <= sum(each.worth_minor for each in returned)
    for candidates in ([returned] if fits else []) + [everything]:
        if {(part.name, part.percent) for part in given.tax_parts} <= {
            key for each in candidates for key in each.line.signature
        }:
            return _spread(given, candidates)
    return [_adjustment(given)]


def spread_vouchers(amount_minor: int, whole: Sequence[DocumentLine]) -> list[DocumentLine]:
    """The lines of a credit note for gift cards that were closed."""
    found = [Returned(line, 0, line.total_minor) for line in whole if line.kind == VOUCHER]
    return _spread(Worth(amount_minor), found) if found and amount_minor else []


def _spread(given: Worth, candidates: Sequence[Returned]) -> list[DocumentLine]:
    groups: dict[Signature, list[Returned]] = {}
    for each in candidates:
        groups.setdefault(each.line.signature, []).append(each)
    weights = [sum(each.worth_minor for each in group) for group in groups.values()]
    amounts = {(part.name, part.percent): part.amount_minor for part in given.tax_parts}
    found = []
    for (signature, group), total in zip(
        groups.items(), allocate(given.total_minor, weights), strict=True
    ):
        shares = [each.worth_minor for each in group]
        totals = allocate(total, shares)
        parts = [
            [TaxComponent(*key, share) for share in allocate(amounts.get(key, 0), shares)]
            for key in signature
        ]
        for place, each in enumerate(group):
            own = tuple(column[place] for column in parts)
            if totals[place] or any(part.amount_minor for part in own):
                found.append(_given_line(each, totals[place], own))
    return found


def _given_line(each: Returned, total: int, parts: tuple[TaxComponent, ...]) -> DocumentLine:
    tax = sum(part.amount_minor for part in parts)
    return DocumentLine(
        kind=each.line.kind,
        title=each.line.title,
        total_minor=total,
        net_minor=total - tax,
        tax_minor=tax,
        tax_percent=each.line.tax_percent,
        tax_name=each.line.tax_name,
        parts=parts,
        sku=each.line.sku,
        hsn_code=each.line.hsn_code,
        quantity=each.quantity,
        unit_price_minor=each.line.unit_price_minor if each.quantity else 0,
        discount_minor=_discount_of(each),
        is_digital=each.line.is_digital,
        order_line=each.line.order_line,
    )


def _discount_of(each: Returned) -> int:
    """The part of the line's discount that was given on the pieces that come back."""
    line = each.line
    if not (each.quantity and line.quantity):
        return 0
    return allocate(line.discount_minor, [each.quantity, line.quantity - each.quantity])[0]


def _adjustment(given: Worth) -> DocumentLine:
    """For an amount whose tax no line of the invoice bears."""
    return DocumentLine(
        kind=ADJUSTMENT,
        title=gettext("Credit"),
        total_minor=given.total_minor,
        net_minor=given.total_minor - given.tax_minor,
        tax_minor=given.tax_minor,
        parts=given.tax_parts,
    )


def sum_taxes(lines: Iterable[DocumentLine]) -> list[dict[str, Any]]:
    """The table of taxes: for each rate its named parts, with the value they are computed on."""
    nets: dict[tuple[str, str], int] = {}
    taxes: dict[tuple[str, str], int] = {}
    for line in lines:
        for part in line.parts:
            key = (part.name, part.percent)
            nets[key] = nets.get(key, 0) + line.net_minor
            taxes[key] = taxes.get(key, 0) + part.amount_minor
    return [
        {"name": key[0], "percent": key[1], "net_minor": nets[key], "amount_minor": taxes[key]}
        for key in nets
    ]
