"""The sales and lists of a store, the groups of a customer, and the history of prices."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Q

from apps.common.bounded_memory import BoundedMemory
from apps.common.clock import now
from apps.prices.history import Applied, prior_price
from apps.prices.models import (
    CustomerGroup,
    GroupMember,
    ListPrice,
    PriceChange,
    PriceList,
    PriceSettings,
    PriorPrice,
    Sale,
    SalePrice,
)
from apps.prices.rules import (
    NO_GROUPS,
    NO_ROWS,
    STEPS,
    Goods,
    Groups,
    ListRule,
    OwnRow,
    Price,
    PriceBook,
    Rows,
    SaleRule,
    Span,
    Terms,
)
from apps.tenancy.context import current_store, system_scope
from apps.tenancy.page_versions import end_pages_at
from apps.tenancy.single_rows import single_row
from apps.tenancy.versioned_cache import Memory, cached_by_version

# Directive 98/6/EC is in the EEA Agreement (annex XIX), so also Iceland, Liechtenstein and Norway.
_EEA: Final = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
_MOST_CUSTOMERS: Final = 10_000

_memberships: Memory = BoundedMemory(lambda: _MOST_CUSTOMERS)


@cached_by_version("prices")
def get_book() -> PriceBook:
    """The sales and lists that are not over: five statements after a change of prices, none otherwise. What is kept of the
    store's pages ends when the next of them begins or ends."""
    moment = now()
    not_over = Q(ends_at__isnull=True) | Q(ends_at__gt=moment)
    sales = list(Sale.objects.filter(not_over, is_active=True).order_by("created_at", "id"))
    lists = list(
        PriceList.objects.filter(not_over, is_active=True).order_by("-priority", "created_at", "id")
    )
    general: dict[UUID, list[tuple[int, int]]] = {}
    rows = ListPrice.objects.filter(price_list__in=lists, variant_ref="") if lists else ()
    for row in rows:
        steps = percent_steps(row.percent)
        general.setdefault(row.price_list_id, []).append((row.min_quantity, steps))
    book = PriceBook(
        sales=tuple(map(_sale_rule, sales)),
        lists=tuple(_list_rule(each, general.get(each.pk, ())) for each in lists),
        has_sale_rows=bool(sales) and SalePrice.objects.filter(sale__in=sales).exists(),
        has_list_rows=bool(lists)
        and ListPrice.objects.filter(price_list__in=lists).exclude(variant_ref="").exists(),
        shows_prior=_shows_prior(),
    )
    bound = book.next_bound(moment)
    if bound is not None:
        end_pages_at(bound)
    return book


def read_terms(goods: Iterable[Goods]) -> dict[str, Terms]:
    """What decides about the price of each variant: at most two statements, none for a store whose sales and lists have no
    prices of single variants. Empty without sales and lists."""
    book = get_book()
    if book.is_empty:
        return {}
    goods = list(goods)
    rows = _read_rows(book, [each.variant_ref for each in goods])
    return {each.variant_ref: book.terms(each, rows) for each in goods}


def groups_of(customer_ref: UUID | str | None) -> Groups:
    """The groups of that customer, kept in memory: one statement after a change of prices, none for a guest."""
    return NO_GROUPS if customer_ref is None else _read_groups(str(customer_ref))


def price_groups_of(customer_ref: UUID | str | None) -> Groups:
    """The same as far as prices depend on it: none, and no statement, where no list is for a group."""
    if not customer_ref or not get_book().has_groups:
        return NO_GROUPS
    used = {each.group for each in get_book().lists}
    return tuple(each for each in groups_of(customer_ref) if each in used)


def list_groups() -> list[tuple[str, str]]:
    """Every group, as a form offers it."""
    return [(str(pk), name) for pk, name in CustomerGroup.objects.values_list("pk", "name")]


def read_prior_prices(prices: Mapping[str, Price], currency: str) -> dict[str, int | None]:
    """By variant, the lowest price of the 30 days before its present one, for those that are announced as reduced; None where
    there is none. One statement; none where the store does not name it, or nothing is reduced."""
    reduced = {
        ref: price
        for ref, price in prices.items()
        if price.is_public and price.compare_at_minor is not None
    }
    if not reduced or not get_book().shows_prior:
        return {}
    histories = read_histories(reduced, currency)
    return {
        ref: prior_price(histories.get(ref, ()), price.amount_minor, since=price.since)
        for ref, price in reduced.items()
    }


def read_histories(variant_refs: Collection[str], currency: str) -> dict[str, list[Applied]]:
    """What applied when, ascending. One statement."""
    found: dict[str, list[Applied]] = {}
    rows = PriceChange.objects.filter(variant_ref__in=sorted(variant_refs), currency=currency)
    for ref, at, amount in rows.order_by("at", "id").values_list(
        "variant_ref", "at", "amount_minor"
    ):
        found.setdefault(ref, []).append(Applied(at, amount))
    return found


def get_price_settings() -> PriceSettings:
    """The store's; unsaved defaults where there are none yet."""
    return single_row(PriceSettings)


def percent_steps(percent: Decimal | None) -> int:
    return int((percent or 0) * STEPS)


def _shows_prior() -> bool:
    chosen = get_price_settings().prior_price
    if chosen == PriorPrice.AUTOMATIC:
        return current_store().country in _EEA
    return chosen == PriorPrice.ALWAYS


@cached_by_version("prices", memory=_memberships)
def _read_groups(customer_ref: str) -> Groups:
    with system_scope("prices"):  # customers ask about themselves, and staff about them
        found = GroupMember.objects.filter(customer_id=UUID(customer_ref))
        return tuple(sorted(found.values_list("group_id", flat=True)))


def _read_rows(book: PriceBook, variant_refs: Collection[str]) -> Rows:
    if not variant_refs:
        return NO_ROWS
    lists: dict[tuple[UUID, str], tuple[OwnRow, ...]] = {}
    if book.has_list_rows:
        kept = [each.id for each in book.lists]
        for row in ListPrice.objects.filter(price_list__in=kept, variant_ref__in=variant_refs):
            key = (row.price_list_id, row.variant_ref)
            own = OwnRow(row.min_quantity, row.amount_minor, percent_steps(row.percent))
            lists[key] = (*lists.get(key, ()), own)
    sales: dict[tuple[UUID, str], int] = {}
    if book.has_sale_rows:
        running = [each.id for each in book.sales]
        for sale in SalePrice.objects.filter(sale__in=running, variant_ref__in=variant_refs):
            sales[(sale.sale_id, sale.variant_ref)] = sale.amount_minor
    return Rows(lists, sales)


def _sale_rule(row: Sale) -> SaleRule:
    return SaleRule(
        id=row.pk,
        name=row.name,
        currency=row.currency,
        span=Span(row.starts_at, row.ends_at),
        percent_steps=percent_steps(row.percent),
        products=frozenset(row.product_refs),
        categories=frozenset(row.category_refs),
    )


def _list_rule(row: PriceList, percents: Iterable[tuple[int, int]]) -> ListRule:
    return ListRule(
        id=row.pk,
        name=row.name,
        currency=row.currency,
        group=row.group_id,
        span=Span(row.starts_at, row.ends_at),
        joins_sales=row.joins_sales,
        percents=tuple(percents),
    )
