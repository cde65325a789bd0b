"""Whether gift cards and store credit are the sums of their entries."""

from collections.abc import Iterable
from datetime import datetime

from apps.giftcards.checking import check_balances, check_sold
from apps.platform.ledgers import LedgerDifference, checks_ledger


@checks_ledger
def check_accounts(since: datetime | None) -> Iterable[LedgerDifference]:
    """All of them, whatever `since` is: two queries."""
    return check_balances()


@checks_ledger
def check_sold_cards(since: datetime | None) -> Iterable[LedgerDifference]:
    """Each piece that was sold has one card, and no card more: two queries."""
    return check_sold(since)
