"""What a replacement costs, and what is kept of the goods: arithmetic on rows, up to three queries."""

from collections.abc import Iterable, Sequence

from apps.catalog.selectors import SaleableLine
from apps.checkout.repricing import taxes_of_order
from apps.common.money import allocate, part_of
from apps.discounts.selectors import is_percentage
from apps.orders.models import Order, OrderLine
from apps.orders.worth import NOTHING, Worth, worth_of_pieces
from apps.pricing.services import BasketLine, PricedLine, PricedOrder, price_order
from apps.returns.models import ExchangeLine, ReturnLine, ReturnRequest

Replaced = Sequence[tuple[ExchangeLine, int, int]]
"""The wanted variant, how many pieces, and how many pieces of the line were given back before."""


def price_replacement(order: Order, lines: Replaced) -> PricedOrder:
    """The cost of the replacement, without delivery, with the discount that the returned pieces had, in proportion.

    Pieces of the same price cost exactly what the returned ones were worth, with the same tax: nothing is left to pay.
    For dearer pieces a discount grows only where all of it was a percentage; an amount stays what it was.
    """
    if all(
        row.unit_price_minor == row.return_line.order_line.unit_price_minor for row, _, _ in lines
    ):
        return _even(order, lines)
    grows = is_percentage(order.pk, order.discount_minor)
    return price_order(
        lines=[
            _basket_line(
                row.return_line.order_line,
                _item_of(row, order.currency),
                count,
                before,
                grows=grows,
            )
            for row, count, before in lines
        ],
        shipping_method=None,
        address=order.shipping_address,
        currency=order.currency,
        taxes=taxes_of_order(order),
    )


def expected_difference(request: ReturnRequest) -> int:
    """What the replacement costs beyond the goods if all of them are accepted; below 0: what goes back to the buyer.

    For an exchange that is not ordered yet. 0 without one.
    """
    rows = ExchangeLine.objects.filter(exchange__request=request).select_related(
        "return_line__order_line"
    )
    wanted = [
        (row, row.return_line.quantity, row.return_line.order_line.given_quantity) for row in rows
    ]
    if not wanted:
        return 0
    pieces = [(row.return_line, count) for row, count, _ in wanted]
    goods = sum(worth_of_pieces(line.order_line, count).total_minor for line, count in pieces)
    kept = min(restocking_fee(request, pieces), goods)
    return price_replacement(request.order, wanted).total_minor - goods + kept


def restocking_fee(request: ReturnRequest, pieces: Iterable[tuple[ReturnLine, int]]) -> int:
    """The fee for these pieces, half up, of what is not the store's fault."""
    if not request.restocking_percent:
        return 0
    worth = sum(
        worth_of_pieces(line.order_line, count).total_minor
        for line, count in pieces
        if not line.is_our_fault
    )
    return part_of(worth, int(request.restocking_percent * 100), 10_000)


def more_for_one(order: Order, line: OrderLine, items: Sequence[SaleableLine]) -> list[int]:
    """What one piece of each of these costs beyond the next returned piece of the line, with its discount and its taxes: what
    the buyer will pay, or get below 0. Up to three queries, none where all cost the same."""
    before = line.given_quantity
    goods = worth_of_pieces(line, 1, after=before).total_minor
    if all(item.unit_price_minor == line.unit_price_minor for item in items):
        return [0] * len(items)
    grows, taxes = is_percentage(order.pk, order.discount_minor), taxes_of_order(order)
    found = []
    for item in items:
        if item.unit_price_minor == line.unit_price_minor:
            found.append(0)
            continue
        priced = price_order(
            lines=[_basket_line(line, item, 1, before, grows=grows)],
            shipping_method=None,
            address=order.shipping_address,
            currency=order.currency,
            taxes=taxes,
        )
        found.append(priced.total_minor - goods)
    return found


def _basket_line(
    line: OrderLine, item: SaleableLine, count: int, before: int, *, grows: bool
) -> BasketLine:
    had = _share(line.discount_minor, line, before + count) - _share(
        line.discount_minor, line, before
    )
    price = line.unit_price_minor
    discount = part_of(had, item.unit_price_minor or 0, price) if price else 0
    return BasketLine(item, count, discount if grows else min(discount, had))


def _share(amount: int, line: OrderLine, count: int) -> int:
    return allocate(amount, [count, line.quantity - count])[0]


def _item_of(row: ExchangeLine, currency: str) -> SaleableLine:
    """As the catalog had it when it was chosen."""
    return SaleableLine(
        product_ref=row.product_ref,
        variant_ref=row.variant_ref,
        sku=row.sku,
        title=row.title,
        variant_title=row.variant_title,
        unit_price_minor=row.unit_price_minor,
        compare_at_minor=None,
        currency=currency,
        image_url=row.image_url,
        tax_class=row.tax_class,
        weight_grams=row.weight_grams,
        is_digital=False,
        slug="",
        is_saleable=True,
        hsn_code=row.hsn_code,
    )


def _even(order: Order, lines: Replaced) -> PricedOrder:
    priced, whole = list[PricedLine](), NOTHING
    for row, count, before in lines:
        worth = worth_of_pieces(row.return_line.order_line, count, after=before)
        priced.append(_priced_line(order, row, count, worth))
        whole += worth
    return PricedOrder(
        currency=order.currency,
        prices_include_tax=order.prices_include_tax,
        lines=tuple(priced),
        subtotal_minor=sum(line.subtotal_minor for line in priced),
        discount_minor=sum(line.discount_minor for line in priced),
        shipping_minor=0,
        shipping_tax_minor=0,
        shipping_total_minor=0,
        tax_minor=whole.tax_minor,
        total_minor=whole.total_minor,
        tax_components=whole.tax_parts,
        seller_tax_number=order.seller_tax_number,
        tax_treatment=order.tax_treatment,
    )


def _priced_line(order: Order, row: ExchangeLine, count: int, worth: Worth) -> PricedLine:
    line = row.return_line.order_line
    net = worth.total_minor - worth.tax_minor
    shown = worth.total_minor if order.prices_include_tax else net
    discount = max(line.unit_price_minor * count - shown, 0)
    return PricedLine(
        product_ref=row.product_ref,
        variant_ref=row.variant_ref,
        sku=row.sku,
        title=row.title,
        variant_title=row.variant_title,
        image_url=row.image_url,
        is_digital=False,
        hsn_code=row.hsn_code or line.hsn_code,
        weight_grams=row.weight_grams,
        quantity=count,
        unit_price_minor=line.unit_price_minor,
        subtotal_minor=shown + discount,
        discount_minor=discount,
        net_minor=net,
        tax_minor=worth.tax_minor,
        tax_percent=str(line.tax_percent),
        tax_name=line.tax_name,
        tax_components=worth.tax_parts,
        total_minor=worth.total_minor,
    )
