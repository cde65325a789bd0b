"""What was added to an order after its invoice: the lines of another one. Arithmetic on rows, no query."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext

from apps.invoices.lines import GOODS, SHIPPING, DocumentLine
from apps.orders.models import Order, OrderLine
from apps.orders.worth import Worth, worth_of_shipping
from apps.pricing.rules import percent_text


def lines_added(
    order: Order,
    lines: Sequence[OrderLine],
    whole: Sequence[DocumentLine],
    known: Sequence[DocumentLine],
    *,
    shipping_code: str = "",
) -> list[DocumentLine]:
    """The lines of `whole`, the order as it is, that are on no invoice, and what the delivery costs more."""
    on_invoices = {line.order_line for line in known if line.order_line}
    fresh = [line for line in whole if line.order_line and line.order_line not in on_invoices]
    more = worth_of_shipping(order, lines) - _worth(line for line in known if line.kind == SHIPPING)
    if more.total_minor > 0:
        fresh.append(_delivery(order, more, shipping_code or _code_of(whole)))
    return fresh


def _worth(lines: Iterable[DocumentLine]) -> Worth:
    worth = Worth()
    for line in lines:
        worth += Worth(line.total_minor, line.tax_minor, line.parts)
    return worth


def _delivery(order: Order, more: Worth, code: str) -> DocumentLine:
    percent = sum((Decimal(part.percent) for part in more.tax_parts), Decimal(0))
    return DocumentLine(
        kind=SHIPPING,
        title=order.shipping_method_name or gettext("Shipping"),
        total_minor=more.total_minor,
        net_minor=more.total_minor - more.tax_minor,
        tax_minor=more.tax_minor,
        tax_percent=percent_text(percent) if percent else "0",
        parts=more.tax_parts,
        hsn_code=code,
        quantity=1,
        unit_price_minor=more.total_minor - (0 if order.prices_include_tax else more.tax_minor),
    )


def _code_of(whole: Sequence[DocumentLine]) -> str:
    goods = [line for line in whole if line.kind == GOODS]
    return max(goods, key=lambda line: line.total_minor).hsn_code if goods else ""
