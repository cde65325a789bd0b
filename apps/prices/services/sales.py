"""Sales as staff make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext

from apps.common.money import MAX_MINOR
from apps.platform.auditing import audited
from apps.prices.errors import InvalidSale
from apps.prices.models import Sale, SalePrice
from apps.prices.rules import Span
from apps.prices.services.repricing import NOTHING, Scope, plan, wake_for


@dataclass(frozen=True)
class SalePriceInput:
    variant_ref: str
    sku: str
    amount_minor: int


def save_sale(*, sale: Sale, prices: Sequence[SalePriceInput] = ()) -> Sale:
    """Write a new or changed sale with its fixed prices, which are all it has afterwards. It begins and ends by itself.

    Raises `InvalidSale` for one without a percentage and without prices, or that ends before it begins.
    """
    _check(sale, prices)
    is_new = sale._state.adding
    before = NOTHING if is_new else _scope_of(Sale.objects.get(pk=sale.pk))
    span = Span(sale.starts_at, sale.ends_at)
    wake_for([span])
    with transaction.atomic(), audited("sale.created" if is_new else "sale.changed", sale):
        sale.save()
        sale.prices.all().delete()
        SalePrice.objects.bulk_create(
            SalePrice(
                sale=sale,
                variant_ref=each.variant_ref,
                sku=each.sku,
                amount_minor=each.amount_minor,
            )
            for each in prices
        )
        plan(_scope_of(sale), span, before=before, cause=sale.name)
    return sale


def delete_sale(*, sale: Sale) -> None:
    """Its prices end at once. Orders keep what they have."""
    wake_for([])
    scope = _scope_of(sale)
    with transaction.atomic(), audited("sale.deleted", sale):
        sale.delete()
        plan(NOTHING, Span(), before=scope, cause=sale.name)


def _scope_of(sale: Sale) -> Scope:
    variants = frozenset(sale.prices.values_list("variant_ref", flat=True))
    if not sale.percent:
        return Scope(variants=variants)
    products, categories = frozenset(sale.product_refs), frozenset(sale.category_refs)
    return Scope(not products and not categories, products, categories, variants)


def _check(sale: Sale, prices: Sequence[SalePriceInput]) -> None:
    errors: dict[str, list[str]] = {}
    if not sale.percent and not prices:
        errors["percent"] = [gettext("A sale has a percentage, or prices of its own.")]
    if not sale.percent and (sale.product_refs or sale.category_refs):
        errors["percent"] = [gettext("Products and categories need a percentage.")]
    if sale.ends_at is not None and sale.ends_at <= sale.starts_at:
        errors["ends_at"] = [gettext("The end must be after the beginning.")]
    if len({each.variant_ref for each in prices}) < len(prices):
        errors["prices"] = [gettext("One SKU has two prices.")]
    if any(not 0 <= each.amount_minor <= MAX_MINOR for each in prices):
        errors["prices"] = [gettext("This is not an amount of money.")]
    if errors:
        raise InvalidSale(fields=errors)
