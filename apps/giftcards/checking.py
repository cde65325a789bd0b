"""Whether balances are the sums of their ledgers."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
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
from apps.orders.models import OrderLine
from apps.platform.ledgers import LedgerDifference, in_portions, started_after


def check_balances() -> list[LedgerDifference]:
    """Two queries, whatever the number of cards."""
    return [
        *_differences("gift card", GiftCard, GiftCardEntry),
        *_differences("store credit", StoreCredit, StoreCreditEntry),
    ]


def check_sold(since: datetime | None) -> Iterator[LedgerDifference]:
    """Of paid orders that were not cancelled: two queries for a thousand lines."""
    rows = OrderLine.objects.filter(
        gift__isnull=False, order__paid_at__isnull=False, order__cancelled_at__isnull=True
    ).select_related("order")
    for lines in in_portions(started_after(rows.order_by("pk"), since, "order__placed_at")):
        found = GiftCard.objects.filter(order_ref__in={line.order_id for line in lines})
        causes = found.order_by().values_list("cause", flat=True)
        issued = Counter((cause or "").split(":")[1] for cause in causes)
        for line in lines:
            sold = line.quantity - line.cancelled_quantity
            if sold != issued[str(line.pk)]:
                yield LedgerDifference(
                    f"order {line.order.number}",
                    "gift cards",
                    issued[str(line.pk)],
                    sold,
                    "pieces",
                    order_id=line.order_id,
                )


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
