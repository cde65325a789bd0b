"""Parcels that ClickPost says something else of than their state here, and what it did not take."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Final

from django.db.models import Min, QuerySet
from django.utils.translation import gettext

from apps.clickpost.client import KIND
from apps.clickpost.comparing import contradicting, delivered_early, unapplied_news
from apps.clickpost.models import FollowedParcel
from apps.clickpost.services import apply_lost_news, ask_where_they_are
from apps.common.clock import now
from apps.integrations.checking import Limits, Trouble, integration_check
from apps.integrations.selectors import is_connected
from apps.platform.dead_ends import dead_end, list_dead_ends

_NAMED: Final = 3
_DEAD_ENDS: Final = ("clickpost.refused", "clickpost.stray", "clickpost.request")


@integration_check
def check_clickpost(limits: Limits) -> Iterator[Trouble]:
    """For a store that is connected: for each thousand parcels on the way a statement and a command of documents, and
    twelve statements. What came within the time that messages may wait is left out."""
    if not is_connected(KIND):
        return
    yield from _not_taken()
    before = now() - limits.waiting
    lost = list(unapplied_news(before=before))
    if lost:
        yield Trouble(
            KIND,
            "differs",
            gettext("News of parcels is not applied: %(waybills)s")
            % {"waybills": _named(each.waybill for each in lost)},
            len(lost),
            min(each.since for each in lost),
            partial(apply_lost_news, before=before),
        )
    words = gettext("Parcels are in another state there: %(waybills)s")
    yield from _differing(contradicting(before=before), words, before, is_bad=True)
    words = gettext("Parcels are delivered here, and not there yet: %(waybills)s")
    yield from _differing(delivered_early(before=before), words, before, is_bad=False)


def _not_taken() -> Iterator[Trouble]:
    """What staff find in *Needs a decision*: bookings, waybills to cancel and decisions that were refused."""
    for code in _DEAD_ENDS:
        kind = dead_end.items()[code]
        if oldest := list_dead_ends(kind, most=1):
            words = f"{kind.title}: {oldest[0].why}"
            yield Trouble(KIND, "refused", words[:300], kind.found.count(), oldest[0].since)


def _differing(
    rows: QuerySet[FollowedParcel], words: str, before: datetime, *, is_bad: bool
) -> Iterator[Trouble]:
    if count := rows.count():
        named = rows.order_by("heard_at", "pk").values_list("waybill", flat=True)
        yield Trouble(
            KIND,
            "differs",
            words % {"waybills": _named(named[: _NAMED + 1])},
            count,
            rows.aggregate(since=Min("heard_at"))["since"],
            partial(ask_where_they_are, before=before),
            is_bad,
        )


def _named(waybills: Iterable[str]) -> str:
    """The first of them; a few are enough to look one up."""
    found = list(islice(waybills, _NAMED + 1))
    return ", ".join([*found[:_NAMED], *(["…"] if len(found) > _NAMED else [])])
