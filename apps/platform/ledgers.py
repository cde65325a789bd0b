"""Whether the books of a store agree: counters with their ledgers, and what one app counts with what another one wrote.

An app registers a function of its `ledger_checks.py` with `@checks_ledger`. `manage.py check_ledger` and a page of the
store's admin show what they find.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from apps.common.hooks import Hook

AT_ONCE: Final = 1_000
T = TypeVar("T")


@dataclass(frozen=True)
class LedgerDifference:
    """A number that differs from its source. `name` is what people know the row by; `order_id` is that of its order."""

    name: str
    counter: str
    counted: int
    expected: int
    source: str
    order_id: UUID | None = None

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.counter} is {self.counted}, the {self.source} say {self.expected}"
        )


Check = Callable[[datetime | None], Iterable[LedgerDifference]]
checks_ledger: Final = Hook[Check]("ledger_checks")


def check_ledgers(since: datetime | None = None) -> list[LedgerDifference]:
    """What does not agree in the active store, of everything or of what began after that moment. Reads only.

    A few queries for a thousand rows. Run it in a quiet moment: what happens between two of them, and what the outbox is
    still to bring, can appear as a difference.
    """
    return [found for check in checks_ledger for found in check(since)]


def in_portions(rows: QuerySet[Any, T]) -> Iterator[list[T]]:
    """The rows in lists of a thousand, so that a large store does not fill the memory."""
    every = rows.iterator(chunk_size=AT_ONCE)
    while some := list(islice(every, AT_ONCE)):
        yield some


def started_after(rows: QuerySet[Any, T], since: datetime | None, field: str) -> QuerySet[Any, T]:
    return rows if since is None else rows.filter(**{f"{field}__gte": since})
