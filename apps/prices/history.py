"""The lowest price of the 30 days before a reduction, from the history of a variant's prices. Without queries.

Directive 98/6/EC, article 6a (inserted by Directive (EU) 2019/2161): an announcement of a price reduction indicates the prior
price, which is the lowest price applied during a period of at least 30 days before the reduction. The Court of Justice (C-330/23,
Aldi Süd, 26 September 2024): the reduction itself, such as a struck-out price or a percentage, is to be computed from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Applied:
    """From `at` on everyone paid that; None: it was not sold."""

    at: datetime
    amount_minor: int | None


def lowest_before(history: Sequence[Applied], reduced_at: datetime) -> int | None:
    """The lowest price that applied at any time of the 30 days before that moment; None if it was not sold in them. `history`
    is ascending. A price that began before the window applies in it until the next one."""
    begin = reduced_at - WINDOW
    found: list[int] = []
    for place, each in enumerate(history):
        until = history[place + 1].at if place + 1 < len(history) else reduced_at
        overlaps = each.at < reduced_at and until > begin and until > each.at
        if overlaps and each.amount_minor is not None:
            found.append(each.amount_minor)
    return min(found, default=None)


def reduced_at(history: Sequence[Applied], amount_minor: int) -> datetime | None:
    """When the present price began to apply without interruption; None if the history ends with another one."""
    began = None
    for each in reversed(history):
        if each.amount_minor != amount_minor:
            break
        began = each.at
    return began


def prior_price(
    history: Sequence[Applied], amount_minor: int, *, since: datetime | None
) -> int | None:
    """The lowest price before the present one began. `since` is when its sale began: used where the history has not heard of
    it yet. Of a reduction in steps each step is one of its own, which is the strictest of the readings that Member States
    may choose (article 6a(5))."""
    began = reduced_at(history, amount_minor) or since
    return lowest_before(history, began) if began is not None else None
