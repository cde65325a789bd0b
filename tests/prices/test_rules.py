"""The price of a variant for a buyer, by lists and sales: without a database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.selectors import SaleableLine
from apps.prices.rules import (
    NO_ROWS,
    Goods,
    ListRule,
    OwnRow,
    PriceBook,
    Rows,
    SaleRule,
    Source,
    Span,
    Terms,
    Why,
    less,
)
from apps.pricing.models import ShippingMethod
from apps.pricing.rules import AppliedRate, TaxRules
from apps.pricing.services import BasketLine, price_order

MOMENT = datetime(2026, 5, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TRADE, VIP = UUID(int=1), UUID(int=2)
LIST, OTHER, SALE, SECOND = (UUID(int=number) for number in range(11, 15))
ALWAYS = Span()
PERCENT = 10_000


def goods(own: int = 10_000, **changes: object) -> Goods:
    values = {"product_ref": "p", "variant_ref": "v", "currency": "INR", "own_minor": own}
    return Goods(**{**values, **changes})  # type: ignore[arg-type]  # of several kinds


def a_list(
    pk: UUID = LIST, *, group: UUID | None = TRADE, percent: int = 0, **changes: object
) -> ListRule:
    values = {"id": pk, "name": f"list {pk.int}", "currency": "INR", "group": group, "span": ALWAYS}
    percents = ((1, percent * PERCENT),) if percent else ()
    return ListRule(**{**values, "joins_sales": True, "percents": percents, **changes})  # type: ignore[arg-type]


def a_sale(
    pk: UUID = SALE, *, percent: int = 0, span: Span = ALWAYS, **changes: object
) -> SaleRule:
    values = {"id": pk, "name": f"sale {pk.int}", "currency": "INR", "span": span}
    empty = {"percent_steps": percent * PERCENT, "products": frozenset(), "categories": frozenset()}
    return SaleRule(**{**values, **empty, **changes})  # type: ignore[arg-type]


def paid(
    terms: Terms, quantity: int = 1, groups: tuple[UUID, ...] = (), at: datetime = MOMENT
) -> int:
    return terms.price(quantity=quantity, groups=groups, moment=at).amount_minor


def test_a_list_is_for_its_group_alone() -> None:
    terms = PriceBook(lists=(a_list(percent=20),)).terms(goods(), NO_ROWS)
    assert paid(terms) == 10_000
    assert paid(terms, groups=(VIP,)) == 10_000
    assert paid(terms, groups=(VIP, TRADE)) == 8_000


def test_the_highest_quantity_that_is_reached_counts_and_own_rows_go_before_everything() -> None:
    book = PriceBook(lists=(a_list(group=None, percents=((1, 5 * PERCENT), (50, 50 * PERCENT))),))
    rows = Rows({(LIST, "v"): (OwnRow(10, 9_000), OwnRow(20, None, 12 * PERCENT))}, {})
    terms = book.terms(goods(), rows)
    assert [paid(terms, quantity) for quantity in (1, 9, 10, 19, 20, 99)] == [
        9_500, 9_500, 9_000, 9_000, 8_800, 8_800,
    ]  # fmt: skip
    steps = terms.tiers(groups=(), moment=MOMENT)
    assert [(each.min_quantity, each.amount_minor) for each in steps] == [
        (1, 9_500), (10, 9_000), (20, 8_800),
    ]  # fmt: skip


def test_the_list_with_the_highest_priority_that_has_a_price_counts() -> None:
    """The first has a price from ten pieces on only; the second is dearer than the third, and asked before it."""
    first, second = a_list(LIST, group=None), a_list(OTHER, group=None, percent=5)
    third = a_list(UUID(int=19), group=None, percent=30)
    rows = Rows({(LIST, "v"): (OwnRow(10, 7_000),)}, {})
    terms = PriceBook(lists=(first, second, third)).terms(goods(), rows)
    assert (paid(terms, 1), paid(terms, 10)) == (9_500, 7_000)
    reasons = [each.reason for each in terms.explain(quantity=1, groups=(), moment=MOMENT)]
    assert reasons == [Why.QUANTITY, Why.CHOSEN, Why.PRIORITY]


def test_of_overlapping_sales_the_lowest_price_counts_and_none_is_added_to_another() -> None:
    book = PriceBook(
        sales=(a_sale(percent=10), a_sale(SECOND, percent=30)), lists=(a_list(percent=20),)
    )
    terms = book.terms(goods(), NO_ROWS)
    assert paid(terms) == 7_000
    assert paid(terms, groups=(TRADE,)) == 7_000
    price = terms.price(quantity=1, groups=(TRADE,), moment=MOMENT)
    assert (price.source, price.name, price.compare_at_minor) == (Source.SALE, "sale 14", 10_000)


def test_a_list_may_keep_sales_away_and_a_sale_never_makes_dearer() -> None:
    closed = PriceBook(sales=(a_sale(percent=50),), lists=(a_list(percent=20, joins_sales=False),))
    terms = closed.terms(goods(), NO_ROWS)
    assert (paid(terms), paid(terms, groups=(TRADE,))) == (5_000, 8_000)
    dear = PriceBook(sales=(a_sale(),)).terms(goods(), Rows({}, {(SALE, "v"): 12_000}))
    assert paid(dear) == 10_000


def test_a_sale_begins_with_its_first_moment_and_is_over_at_its_last() -> None:
    sale = a_sale(percent=25, span=Span(MOMENT, MOMENT + DAY))
    terms = PriceBook(sales=(sale,)).terms(goods(), NO_ROWS)
    tick = timedelta(microseconds=1)
    at = (MOMENT - tick, MOMENT, MOMENT + DAY - tick, MOMENT + DAY)
    assert [paid(terms, at=each) for each in at] == [10_000, 7_500, 7_500, 10_000]
    assert PriceBook(sales=(sale,)).next_bound(MOMENT) == MOMENT + DAY


def test_a_sale_is_about_products_and_categories_and_fixed_prices_about_one_currency() -> None:
    book = PriceBook(
        sales=(a_sale(percent=10, categories=frozenset({"tea"}), products=frozenset({"q"})),)
    )
    assert paid(book.terms(goods(), NO_ROWS)) == 10_000
    assert paid(book.terms(goods(product_ref="q"), NO_ROWS)) == 9_000
    assert paid(book.terms(goods(categories=frozenset({"tea", "drinks"})), NO_ROWS)) == 9_000
    fixed = PriceBook(sales=(a_sale(),)).terms(goods(currency="USD"), Rows({}, {(SALE, "v"): 1}))
    assert paid(fixed) == 10_000


def test_percentages_are_rounded_half_up_on_what_is_taken_off() -> None:
    """12.5 % of 1.00 is 12.5 minor units, so 13 are taken off; of 999 yen 124.875, so 125."""
    assert [less(minor, 125_000) for minor in (100, 999, 1)] == [87, 874, 1]


currencies = st.sampled_from(["INR", "USD", "JPY", "KWD"])


@given(
    currency=currencies,
    lines=st.lists(
        st.tuples(st.integers(1, 5_000_000), st.integers(1, 500)), min_size=1, max_size=6
    ),
    percent=st.integers(1, 1_000_000),
    sale=st.integers(1, 1_000_000),
    included=st.booleans(),
)
def test_lines_at_prices_of_lists_and_sales_add_up_to_the_total(
    currency: str, lines: list[tuple[int, int]], percent: int, sale: int, included: bool
) -> None:
    rules = PriceBook(
        sales=(a_sale(percent_steps=sale),),
        lists=(a_list(group=None, currency=currency, percents=((3, percent),)),),
    )
    basket = [
        BasketLine(_item(str(place), own, currency, rules).for_buyer(quantity, ()), quantity)
        for place, (own, quantity) in enumerate(lines)
    ]
    order = price_order(
        lines=basket,
        shipping_method=ShippingMethod(code="s", currency=currency, amount_minor=4_900),
        address={},
        currency=currency,
        taxes=TaxRules(included, rates={"standard": AppliedRate("VAT", Decimal(19))}),
    )
    assert (
        sum(each.total_minor for each in order.lines) + order.shipping_total_minor
        == order.total_minor
    )
    for line, (own, quantity) in zip(order.lines, lines, strict=True):
        listed = less(own, percent) if quantity >= 3 else own
        assert line.unit_price_minor == min(listed, less(own, sale))
        assert line.subtotal_minor == line.unit_price_minor * quantity


def _item(ref: str, own: int, currency: str, book: PriceBook) -> SaleableLine:
    terms = book.terms(goods(own, variant_ref=ref, currency=currency), NO_ROWS)
    return SaleableLine(
        product_ref="p", variant_ref=ref, sku=ref, title="Mug", variant_title="", unit_price_minor=own,
        compare_at_minor=None, currency=currency, image_url="", tax_class="standard", weight_grams=0,
        is_digital=False, slug="mug", is_saleable=True, terms=terms,
    )  # fmt: skip
