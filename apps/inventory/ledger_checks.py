"""Whether stock adds up to its movements and reservations."""

from collections.abc import Iterator
from datetime import datetime

from apps.inventory.selectors import check_ledger
from apps.platform.ledgers import LedgerDifference, checks_ledger


@checks_ledger
def check_stock(since: datetime | None) -> Iterator[LedgerDifference]:
    """All of it, whatever `since` is: a counter has no beginning."""
    for found in check_ledger():
        yield LedgerDifference(
            found.sku, found.counter, found.counted, found.expected, found.source
        )
