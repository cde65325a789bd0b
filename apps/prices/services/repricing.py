"""What follows when everyone's prices of many goods change: search index and history, at the right moment.

The price itself needs none of it: it is worked out from the dates whenever it is asked for. A row of `Repricing` says what the
catalog has to write again, and a wake-up that something is due.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.common.clock import now
from apps.platform.services import ensure_wake_up
from apps.prices.models import Repricing
from apps.prices.rules import Span
from apps.tenancy.context import current_store


@dataclass(frozen=True)
class Scope:
    """Some goods, or all of them."""

    is_all: bool = False
    products: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    variants: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.is_all or self.products or self.categories or self.variants)

    def __or__(self, other: Scope) -> Scope:
        if self.is_all or other.is_all:
            return Scope(is_all=True)
        return Scope(
            False,
            self.products | other.products,
            self.categories | other.categories,
            self.variants | other.variants,
        )


NOTHING = Scope()


def wake_for(spans: Iterable[Span]) -> None:
    """Before the transaction: the store's sweeps run now and at each beginning and end."""
    moment = now()
    ensure_wake_up(store_id=current_store().id, after=timedelta(0))
    for bound in {bound for span in spans for bound in span.bounds() if bound > moment}:
        ensure_wake_up(store_id=current_store().id, after=bound - moment)


def plan(scope: Scope, span: Span, *, before: Scope = NOTHING, cause: str) -> None:
    """In the transaction that changes a sale or a list: its goods are written again now, with those that it had before, and
    when it begins and ends."""
    moment = now()
    both = scope | before
    if not both.is_empty:
        _add(both, moment, cause)
    if scope.is_empty:
        return
    for bound in span.bounds():
        if bound > moment:
            _add(scope, bound, cause)


def list_due() -> list[Repricing]:
    """What is due, from the earliest."""
    return list(Repricing.objects.filter(due_at__lte=now()).order_by("due_at", "id"))


def settle(row: Repricing) -> None:
    """It is done."""
    Repricing.objects.filter(pk=row.pk).delete()


def _add(scope: Scope, due_at: datetime, cause: str) -> None:
    Repricing.objects.create(
        due_at=due_at,
        product_refs=sorted(scope.products),
        category_refs=sorted(scope.categories),
        variant_refs=sorted(scope.variants),
        cause=cause[:120],
    )
