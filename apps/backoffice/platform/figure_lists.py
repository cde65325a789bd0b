"""The largest and slowest stores, and those that need help, as lists that lead to the store. A new measure is a line here."""

from typing import Any, Final, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.backoffice.columns import milliseconds, money
from apps.backoffice.usage_charts import size_words
from apps.insight.models import StoreSpan
from apps.insight.selectors import (
    TREND_DAYS,
    list_erring,
    list_falling,
    list_largest,
    list_past_due,
    list_slowest,
)
from apps.platform.models import Store

_MOST: Final = 10


class _Measure(NamedTuple):
    field: str
    title: StrOrPromise


_MEASURES: Final = (
    _Measure("converted_minor", _("By gross merchandise value")),
    _Measure("orders", _("By orders")),
    _Measure("storage_bytes", _("By storage")),
    _Measure("api_calls", _("By API calls")),
)


def largest_lists(days: int) -> list[dict[str, Any]]:
    """One statement each."""
    slowest = [
        _row(span.store, milliseconds(span.api_p95_ms)) for span in list_slowest(days, _MOST)
    ]
    largest = [
        {
            "key": measure.field,
            "title": measure.title,
            "rows": [
                _row(span.store, _said(measure.field, span))
                for span in list_largest(days, measure.field, _MOST)
            ],
        }
        for measure in _MEASURES
    ]
    return [*largest, {"key": "slowest", "title": _("Slowest API (p95)"), "rows": slowest}]


def help_lists() -> list[dict[str, Any]]:
    """One statement each, of the last 30 days."""
    stores = reverse("platform_admin:insight_storespan_changelist") + f"?days={TREND_DAYS}&help="
    due = reverse("platform_admin:platform_subscription_changelist") + "?status__exact=past_due"
    falling = [_row(span.store, _fall_of(span)) for span in list_falling(_MOST)]
    erring = [_row(span.store, _rise_of(span)) for span in list_erring(_MOST)]
    late = [_row(one.store, one.plan.name) for one in list_past_due(_MOST)]
    return [
        {"key": "falling", "title": _("Orders fell"), "rows": falling, "all": f"{stores}orders"},
        {"key": "erring", "title": _("More API errors"), "rows": erring, "all": f"{stores}errors"},
        {"key": "late", "title": _("Past due"), "rows": late, "all": due},
    ]


def _row(store: Store, value: str) -> dict[str, Any]:
    days = reverse("platform_admin:platform_usagemetric_changelist")
    return {
        "name": store.name,
        "url": reverse("platform_admin:platform_store_change", args=[store.pk]),
        "days": f"{days}?store__id__exact={store.pk}",
        "value": value,
    }


def _said(field: str, span: StoreSpan) -> str:
    if field == "storage_bytes":
        return size_words(span.storage_bytes)
    if field != "converted_minor":
        return f"{getattr(span, field):,}"
    own = money(span.value_minor, span.currency)
    if span.converted_minor is None or span.currency == settings.PLATFORM_CURRENCY:
        return own
    return f"{own} ({money(span.converted_minor, settings.PLATFORM_CURRENCY)})"


def _fall_of(span: StoreSpan) -> str:
    return gettext("%(before)s to %(now)s") % {
        "before": f"{span.orders_before:,}",
        "now": f"{span.orders:,}",
    }


def _rise_of(span: StoreSpan) -> str:
    before = 100 * span.api_errors_before / span.api_calls_before
    now = 100 * span.api_errors / span.api_calls
    return gettext("%(before)s to %(now)s") % {"before": f"{before:.1f} %", "now": f"{now:.1f} %"}
