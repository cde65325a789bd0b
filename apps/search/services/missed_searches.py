"""Searches that found nothing, for staff."""

from datetime import timedelta
from typing import Annotated, Final

from django.db.models import F

from apps.common.clock import now
from apps.common.graphemes import cut
from apps.common.search_words import search_words
from apps.common.typed_text import Said, cleans_text
from apps.search.models import MissedSearch
from apps.tenancy.errors import StorePaused

# Visitors write these rows, so there are never more.
MOST_MISSED: Final = 1_000
MISSED_ARE_KEPT: Final = timedelta(days=90)
_LONGEST: Final = 100


@cleans_text
def note_missed_search(*, text: Annotated[str, Said(_LONGEST)]) -> None:
    """Count a search of a visitor without a result. Never in the way of the page: a paused store counts nothing."""
    key = cut(" ".join(search_words(text)), _LONGEST)
    if not key:
        return
    moment = now()
    try:
        counted = MissedSearch.objects.filter(key=key).update(times=F("times") + 1, last_at=moment)
        if not counted and MissedSearch.objects.count() < MOST_MISSED:
            missed = MissedSearch(key=key, text=text, first_at=moment, last_at=moment)
            MissedSearch.objects.bulk_create([missed], ignore_conflicts=True)
    except StorePaused:
        return


def prune_missed_searches() -> int:
    """Delete those that were not searched for some months."""
    deleted, _ = MissedSearch.objects.filter(last_at__lt=now() - MISSED_ARE_KEPT).delete()
    return deleted
