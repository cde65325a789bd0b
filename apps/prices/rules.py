"""Which price a buyer pays for a variant, and why. Integers only, without queries.

1. The product's own price in the currency.
2. Price lists that are valid, in that currency, for everyone or for one of the buyer's groups: the first one, by priority, with
   a price for the variant at this quantity takes the place of the own price. A price of the variant itself goes before a
   percentage off everything; of several quantities the highest that is reached counts.
3. Sales that run now: the lowest of their prices counts, if it is lower than what 1 and 2 gave. A list may say that no
   sale joins it.

Percentages are always of the own price, so lists and sales are never multiplied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from apps.common.money import part_of

STEPS: Final = 10_000  # of a percent: they have at most four decimals

# Sorted, so that it can be part of a key.
Groups = tuple[UUID, ...]
NO_GROUPS: Final[Groups] = ()


class Source(StrEnum):
    PRODUCT = "product"
    LIST = "list"
    SALE = "sale"


@dataclass(frozen=True, slots=True)
class Price:
    """What a piece costs. `own_minor` is the product's own price, `compare_at_minor` what it is compared with on pages (None:
    it is no reduction); `since` is when the sale or the list began, as far as it has a beginning."""

    amount_minor: int
    own_minor: int
    compare_at_minor: int | None
    source: Source = Source.PRODUCT
    name: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_public(self) -> bool:
        """Whether it is no price of a list: those are agreed, not announced as reduced."""
        return self.source != Source.LIST


@dataclass(frozen=True, slots=True)
class Reduction:
    """What a page shows beside a price: what is struck out, and the lowest price of 30 days. None: neither."""

    compare_at_minor: int | None = None
    prior_minor: int | None = None


NO_REDUCTION: Final = Reduction()


def shown_reduction(price: Price, prior: Mapping[str, int | None], variant_ref: str) -> Reduction:
    """`prior` has the variants of which the lowest price is named: then this one is struck out, and nothing is where it was
    not higher than the present price."""
    if variant_ref not in prior:
        return Reduction(price.compare_at_minor)
    lowest = prior[variant_ref]
    if lowest is None or lowest <= price.amount_minor:
        return NO_REDUCTION
    return Reduction(lowest, lowest)


@dataclass(frozen=True, slots=True)
class Step:
    """A price from a quantity on."""

    min_quantity: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Span:
    """From the beginning, which belongs to it, to the end, which does not."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        if self.starts_at is not None and moment < self.starts_at:
            return False
        return self.ends_at is None or moment < self.ends_at

    def bounds(self) -> Iterator[datetime]:
        yield from (each for each in (self.starts_at, self.ends_at) if each is not None)


@dataclass(frozen=True, slots=True)
class SaleOffer:
    """A sale's price of one variant."""

    name: str
    span: Span
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ListOffer:
    """A list's prices of one variant, by ascending quantity. `group` None: for everyone."""

    name: str
    group: UUID | None
    span: Span
    joins_sales: bool
    steps: tuple[Step, ...]

    def is_for(self, groups: Groups, moment: datetime) -> bool:
        return (self.group is None or self.group in groups) and self.span.holds(moment)

    def at(self, quantity: int) -> int | None:
        fitting = [each.amount_minor for each in self.steps if each.min_quantity <= quantity]
        return fitting[-1] if fitting else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sale or list, what it offers, and why it decides the price or does not: for staff."""

    source: Source
    name: str
    amount_minor: int | None
    reason: Why


class Why(StrEnum):
    CHOSEN = "chosen"
    TIME = "time"
    GROUP = "group"
    QUANTITY = "quantity"
    PRIORITY = "priority"
    DEARER = "dearer"
    NO_SALES = "no_sales"


@dataclass(frozen=True, slots=True)
class Terms:
    """All that decides about the price of one variant in one currency, for every buyer, moment and quantity. Lists are in the
    order in which they are asked."""

    own_minor: int
    compare_at_minor: int | None = None
    sales: tuple[SaleOffer, ...] = ()
    lists: tuple[ListOffer, ...] = ()

    def price(self, *, quantity: int, groups: Groups, moment: datetime) -> Price:
        chosen = self._list_for(quantity, groups, moment)
        listed = chosen.at(quantity) if chosen is not None else None
        before = self.own_minor if listed is None else listed
        sale = self._sale_at(moment) if chosen is None or chosen.joins_sales else None
        if sale is not None and sale.amount_minor < before:
            usual = max(self.compare_at_minor or 0, self.own_minor)
            return Price(
                sale.amount_minor, self.own_minor, usual, Source.SALE, sale.name, *_ends(sale.span)
            )
        if chosen is not None and listed is not None:
            compared = self.own_minor if listed < self.own_minor else None
            return Price(
                listed, self.own_minor, compared, Source.LIST, chosen.name, *_ends(chosen.span)
            )
        return Price(self.own_minor, self.own_minor, self.compare_at_minor)

    def tiers(self, *, groups: Groups, moment: datetime) -> tuple[Step, ...]:
        """The quantities from which a piece costs something else, with the price; empty where quantity does not matter."""
        asked = {1} | {
            step.min_quantity
            for offer in self.lists
            if offer.is_for(groups, moment)
            for step in offer.steps
        }
        found: list[Step] = []
        for quantity in sorted(asked):
            amount = self.price(quantity=quantity, groups=groups, moment=moment).amount_minor
            if not found or found[-1].amount_minor != amount:
                found.append(Step(quantity, amount))
        return tuple(found) if len(found) > 1 else ()

    def explain(self, *, quantity: int, groups: Groups, moment: datetime) -> list[Verdict]:
        """Every list and sale that has a price for the variant, in the order in which they are asked."""
        price = self.price(quantity=quantity, groups=groups, moment=moment)
        chosen = self._list_for(quantity, groups, moment)
        best = self._sale_at(moment)
        verdicts = []
        for offer in self.lists:
            amount = offer.at(quantity)
            why = Why.PRIORITY
            if not offer.span.holds(moment):
                why = Why.TIME
            elif not offer.is_for(groups, moment):
                why = Why.GROUP
            elif amount is None:
                why = Why.QUANTITY
            elif offer is chosen:
                why = Why.CHOSEN if price.source == Source.LIST else Why.DEARER
            verdicts.append(Verdict(Source.LIST, offer.name, amount, why))
        for sale in self.sales:
            why = Why.DEARER
            if not sale.span.holds(moment):
                why = Why.TIME
            elif chosen is not None and not chosen.joins_sales:
                why = Why.NO_SALES
            elif sale is best and price.source == Source.SALE:
                why = Why.CHOSEN
            verdicts.append(Verdict(Source.SALE, sale.name, sale.amount_minor, why))
        return verdicts

    def _list_for(self, quantity: int, groups: Groups, moment: datetime) -> ListOffer | None:
        fitting = (each for each in self.lists if each.is_for(groups, moment))
        return next((each for each in fitting if each.at(quantity) is not None), None)

    def _sale_at(self, moment: datetime) -> SaleOffer | None:
        """The lowest price; of equal ones that of the older sale."""
        running = [each for each in self.sales if each.span.holds(moment)]
        return min(running, key=lambda each: each.amount_minor, default=None)


def _ends(span: Span) -> tuple[datetime | None, datetime | None]:
    return span.starts_at, span.ends_at


@dataclass(frozen=True)
class Goods:
    """One variant with its own price; `categories` are those of its product and everything above them."""

    product_ref: str
    variant_ref: str
    currency: str
    own_minor: int
    compare_at_minor: int | None = None
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SaleRule:
    id: UUID
    name: str
    currency: str
    span: Span
    percent_steps: int
    products: frozenset[str]
    categories: frozenset[str]

    def covers(self, goods: Goods) -> bool:
        if not self.percent_steps:
            return False
        if not self.products and not self.categories:
            return True
        return goods.product_ref in self.products or not self.categories.isdisjoint(
            goods.categories
        )


@dataclass(frozen=True)
class ListRule:
    """`percents` are for everything: quantity and hundredths of a basis point off."""

    id: UUID
    name: str
    currency: str
    group: UUID | None
    span: Span
    joins_sales: bool
    percents: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class OwnRow:
    """A row about one variant: an amount, or a percentage off."""

    min_quantity: int
    amount_minor: int | None
    percent_steps: int = 0

    def price(self, own_minor: int) -> int:
        return (
            less(own_minor, self.percent_steps) if self.amount_minor is None else self.amount_minor
        )


@dataclass(frozen=True)
class Rows:
    """The rows about some variants: by list and variant, by sale and variant."""

    lists: dict[tuple[UUID, str], tuple[OwnRow, ...]]
    sales: dict[tuple[UUID, str], int]


NO_ROWS: Final = Rows({}, {})


@dataclass(frozen=True)
class PriceBook:
    """The sales and lists of a store that are not over, without their rows about single variants. Sales are from the oldest,
    lists from the highest priority."""

    sales: tuple[SaleRule, ...] = ()
    lists: tuple[ListRule, ...] = ()
    has_sale_rows: bool = False
    has_list_rows: bool = False
    shows_prior: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.sales or self.lists)

    @property
    def has_groups(self) -> bool:
        return any(each.group is not None for each in self.lists)

    @property
    def asks_categories(self) -> bool:
        return any(each.categories for each in self.sales)

    def next_bound(self, after: datetime) -> datetime | None:
        """When something begins or ends next."""
        spans = [*(each.span for each in self.sales), *(each.span for each in self.lists)]
        coming = [bound for span in spans for bound in span.bounds() if bound > after]
        return min(coming, default=None)

    def terms(self, goods: Goods, rows: Rows) -> Terms:
        return Terms(
            goods.own_minor,
            goods.compare_at_minor,
            tuple(self._sales_of(goods, rows)),
            tuple(self._lists_of(goods, rows)),
        )

    def _sales_of(self, goods: Goods, rows: Rows) -> Iterator[SaleOffer]:
        for sale in self.sales:
            fixed = rows.sales.get((sale.id, goods.variant_ref))
            if fixed is not None and sale.currency == goods.currency:
                yield SaleOffer(sale.name, sale.span, fixed)
            elif sale.covers(goods):
                yield SaleOffer(sale.name, sale.span, less(goods.own_minor, sale.percent_steps))

    def _lists_of(self, goods: Goods, rows: Rows) -> Iterator[ListOffer]:
        for each in self.lists:
            if each.currency != goods.currency:
                continue
            steps = _steps(
                goods.own_minor, each.percents, rows.lists.get((each.id, goods.variant_ref), ())
            )
            if steps:
                yield ListOffer(each.name, each.group, each.span, each.joins_sales, steps)


def _steps(
    own_minor: int, percents: Iterable[tuple[int, int]], rows: Iterable[OwnRow]
) -> tuple[Step, ...]:
    """The list's prices by quantity: from the first quantity of the variant's own rows on, they alone count."""
    own = sorted((row.min_quantity, row.price(own_minor)) for row in rows)
    first = own[0][0] if own else None
    general = [
        (quantity, less(own_minor, steps))
        for quantity, steps in sorted(percents)
        if first is None or quantity < first
    ]
    return tuple(Step(quantity, amount) for quantity, amount in [*general, *own])


def less(minor: int, percent_steps: int) -> int:
    """That percentage off, the part that is taken off rounded half up."""
    return minor - part_of(minor, percent_steps, 100 * STEPS)
