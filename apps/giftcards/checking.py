"""Whether balances are the sums of their ledgers."""

from collections.abc import Iterator
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
from apps.platform.ledgers import LedgerDifference


def check_balances() -> list[LedgerDifference]:
    """Two queries, whatever the number of cards."""
    return [
        *_differences("gift card", GiftCard, GiftCardEntry),
        *_differences("store credit", StoreCredit, StoreCreditEntry),
    ]


def _differences(
    name: str, accounts: type[Account], entries: type[Entry]
) -> Iterator[LedgerDifference]:
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
        yield LedgerDifference(
            f"{name} {label}", "balance_minor", row.balance_minor, row.booked, "entries"
        )
