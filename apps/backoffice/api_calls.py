"""Calls of programs, as both admin sites show them."""

from functools import cached_property
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.backoffice.columns import badge
from apps.metering.models import ApiCall

MOST_COUNTED: Final = 5_000
ANSWERS: Final = {
    "good": (_("answered"), range(100, 400)),
    "refused": (_("refused (400 to 499)"), range(400, 500)),
    "failed": (_("failed (500 and above)"), range(500, 600)),
}


class CountedPaginator(Paginator):
    """Counts up to `MOST_COUNTED`: the newest ones, the rest by a filter."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows[:MOST_COUNTED].count())


def by_answer(calls: QuerySet[ApiCall], name: str | None) -> QuerySet[ApiCall]:
    """Those that were answered so; all without a name that there is."""
    if name not in ANSWERS:
        return calls
    statuses = ANSWERS[name][1]
    return calls.filter(status__gte=statuses.start, status__lt=statuses.stop)


def answer_badge(call: ApiCall) -> SafeString:
    is_good = call.status in ANSWERS["good"][1]
    words = f"{call.status} {call.error}".strip()
    return badge("ok" if is_good else "failed", words)
