"""Whether balances are the sums of their ledgers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from apps.giftcards.models import (
    Account,
    Entry,
    GiftCard,
    GiftCardEntry,
    StoreCredit,
    StoreCreditEntry,
)


@dataclass(frozen=True)
class BalanceDifference:
    """A balance that differs from the sum of its entries."""

    name: str
    counted: int
    expected: int
    counter: str = "balance_minor"
    source: str = "entries"


def check_balances() -> list[BalanceDifference]:
    """Two queries, whatever the number of cards."""
    return [
        *_differences("gift card", GiftCard, GiftCardEntry),
        *_differences("store credit", StoreCredit, StoreCreditEntry),
    ]


def _differences(
    name: str, accounts: type[Account], entries: type[Entry]
) -> Iterator[BalanceDifference]:
    every: QuerySet[Any] = entries._default_manager.order_by()
    own = every.filter(account=OuterRef("pk")).values("account")
    total = Coalesce(
        Subquery(own.annotate(sum=Sum("amount_minor")).values("sum")),
        Value(0),
        output_field=BigIntegerField(),
    )
    rows = accounts._default_manager.annotate(booked=total).exclude(balance_minor=F("booked"))
    for row in rows.order_by("pk"):
        label = getattr(row, "last_four", "") or str(row.pk)
        yield BalanceDifference(f"{name} {label}", row.balance_minor, row.booked)
