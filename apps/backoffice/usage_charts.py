"""What a store used in the last 30 days, as charts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.backoffice.charts import bar_chart
from apps.common.clock import today_in
from apps.platform.models import Store, UsageMetric
from apps.tenancy.context import outside_store

_DAYS: Final = 30
_UNITS: Final = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


class _Shown(NamedTuple):
    field: str
    title: StrOrPromise
    empty: StrOrPromise
    say: Callable[[int], str]
    is_total: bool = False


def size_words(size: int) -> str:
    """As plans count them: 1 GB is 1,000,000,000 bytes."""
    for unit, name in _UNITS:
        if size >= unit:
            shown = number_format(round(size / unit, 1), force_grouping=True)
            return f"{shown} {name}"
    return gettext("%(size)s bytes") % {"size": size}


def _number(value: int) -> str:
    return number_format(value, force_grouping=True)


_SHOWN: Final = (
    _Shown(
        "orders_created", _("Orders in the last 30 days"), _("No orders in these days."), _number
    ),
    _Shown(
        "api_calls",
        _("API calls in the last 30 days"),
        _("No calls with an API key in these days."),
        _number,
    ),
    _Shown("storage_total_bytes", _("Files in the last 30 days"), _("No files."), size_words, True),
)


def usage_charts(store: Store) -> list[dict[str, Any]]:
    """One statement. The day of today is not over; API calls of the last half a minute are missing."""
    last = today_in(ZoneInfo(store.time_zone))
    days = [last - timedelta(days=back) for back in range(_DAYS - 1, -1, -1)]
    with outside_store():
        rows = {
            row.on: row
            for row in UsageMetric.objects.filter(store_id=store.pk, on__range=(days[0], last))
        }
    return [
        {
            "key": shown.field,
            "title": shown.title,
            "empty": shown.empty,
            "chart": bar_chart(_points(shown, days, rows), shown.say),
        }
        for shown in _SHOWN
    ]


def _points(
    shown: _Shown, days: list[date], rows: dict[date, UsageMetric]
) -> list[tuple[date, int, str]]:
    """A total goes on over days without a row."""
    points, value = [], 0
    for day in days:
        if day in rows:
            value = getattr(rows[day], shown.field)
        elif not shown.is_total:
            value = 0
        points.append((day, value, shown.say(value)))
    return points
