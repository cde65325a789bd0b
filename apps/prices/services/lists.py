"""Price lists as staff make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext

from apps.common.money import MAX_MINOR
from apps.platform.auditing import audited
from apps.prices.errors import InvalidPriceList
from apps.prices.models import ListPrice, PriceList
from apps.prices.rules import Span
from apps.prices.services.repricing import NOTHING, Scope, plan, wake_for

_MOST_PIECES = 1_000_000


@dataclass(frozen=True)
class ListPriceInput:
    """An amount or a percentage from a quantity on; without a variant a percentage off everything."""

    variant_ref: str = ""
    sku: str = ""
    min_quantity: int = 1
    amount_minor: int | None = None
    percent: Decimal | None = None


def save_price_list(*, price_list: PriceList, prices: Sequence[ListPriceInput]) -> PriceList:
    """Write a new or changed list with its prices, which are all it has afterwards.

    Raises `InvalidPriceList` for one without prices, with two prices for one quantity, or that ends before it begins.
    """
    _check(price_list, prices)
    is_new = price_list._state.adding
    before = NOTHING if is_new else _public_scope(PriceList.objects.get(pk=price_list.pk))
    span = Span(price_list.starts_at, price_list.ends_at)
    wake_for([span])
    verb = "created" if is_new else "changed"
    with transaction.atomic(), audited(f"price_list.{verb}", price_list):
        price_list.save()
        price_list.prices.all().delete()
        ListPrice.objects.bulk_create(
            (ListPrice(price_list=price_list, **vars(each)) for each in prices), batch_size=1_000
        )
        plan(_public_scope(price_list), span, before=before, cause=price_list.name)
    return price_list


def delete_price_list(*, price_list: PriceList) -> None:
    """Its prices end at once. Orders keep what they have."""
    wake_for([])
    scope = _public_scope(price_list)
    with transaction.atomic(), audited("price_list.deleted", price_list):
        price_list.delete()
        plan(NOTHING, Span(), before=scope, cause=price_list.name)


def _public_scope(price_list: PriceList) -> Scope:
    """The goods of which everyone's price of one piece depends on it."""
    if price_list.group_id is not None:
        return NOTHING
    refs = set(price_list.prices.filter(min_quantity=1).values_list("variant_ref", flat=True))
    return Scope(is_all="" in refs, variants=frozenset(refs - {""}))


def _check(price_list: PriceList, prices: Sequence[ListPriceInput]) -> None:
    errors: dict[str, list[str]] = {}
    starts, ends = price_list.starts_at, price_list.ends_at
    if starts is not None and ends is not None and ends <= starts:
        errors["ends_at"] = [gettext("The end must be after the beginning.")]
    if not prices:
        errors["prices"] = [gettext("A price list needs at least one price.")]
    steps = {(each.variant_ref, each.min_quantity) for each in prices}
    if len(steps) < len(prices):
        errors["prices"] = [gettext("There are two prices for one quantity.")]
    if not all(map(_is_right, prices)):
        errors["prices"] = [gettext("One of the prices is not valid.")]
    if errors:
        raise InvalidPriceList(fields=errors)


def _is_right(price: ListPriceInput) -> bool:
    if not 1 <= price.min_quantity <= _MOST_PIECES:
        return False
    if price.percent is not None:
        return price.amount_minor is None and 0 < price.percent <= 100
    return (
        bool(price.variant_ref)
        and 0 <= (price.amount_minor or 0) <= MAX_MINOR
        and (price.amount_minor is not None)
    )
