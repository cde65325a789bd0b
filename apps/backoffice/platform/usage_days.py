"""What stores used, day by day: a list with filters and a table, without a form."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, DropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment, money
from apps.backoffice.filters import DayRangeFilter
from apps.backoffice.sites import platform_admin
from apps.backoffice.table_answer import Table, table_answer
from apps.backoffice.usage_charts import size_words
from apps.common.money import from_minor
from apps.platform.models import UsageMetric

_CHUNK: Final = 2_000
_NUMBERS: Final = (
    "products_created", "products_updated", "products_deleted", "products_total", "orders_created", "orders_over",
)  # fmt: skip
_MORE_NUMBERS: Final = (
    "storage_uploaded_bytes", "storage_deleted_bytes", "storage_total_bytes", "api_calls", "api_errors",
    "api_p50_ms", "api_p95_ms",
)  # fmt: skip


class CorrectedFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    """Days whose numbers differed from the store."""

    title = _("corrected")
    parameter_name = "corrected"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("corrected at night"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[UsageMetric]
    ) -> QuerySet[UsageMetric]:
        return queryset.filter(corrections__isnull=False) if self.value() else queryset


def _rows(days: QuerySet[UsageMetric]) -> Iterator[list[Any]]:
    """The headings are names for programs, the same in every language. Bytes are bytes."""
    yield [
        "day", "store", "slug", *_NUMBERS, "orders_value", "currency", *_MORE_NUMBERS, "compared_at",
        "corrections",
    ]  # fmt: skip
    for day in days.iterator(chunk_size=_CHUNK):
        yield [
            day.on.isoformat(),
            day.store.name,
            day.store.slug,
            *(getattr(day, name) for name in _NUMBERS),
            from_minor(day.orders_value_minor, day.currency).amount if day.currency else "",
            day.currency,
            *(getattr(day, name) for name in _MORE_NUMBERS),
            day.reconciled_at,
            "; ".join(f"{name} {a} -> {b}" for name, (a, b) in (day.corrections or {}).items()),
        ]


def _said(name: str, number: int, metric: UsageMetric) -> str:
    if name == "orders_value_minor" and metric.currency:
        return money(number, metric.currency)
    return size_words(number) if name == "storage_total_bytes" else f"{number:,}"


TABLE: Final = Table(
    name="usage",
    page="platform_admin:platform_usagemetric_changelist",
    sees="platform.view_usagemetric",
    rows=_rows,
    most=50_000,
    too_many=_("At most %(most)s days in a table: choose a filter."),
)


@admin.register(UsageMetric, site=platform_admin)
class UsageMetricAdmin(RecordAdmin):
    list_display = (
        "day", "store", "orders_created", "value", "products_total", "stored", "api_calls", "api_errors", "state",
    )  # fmt: skip
    card = Card(
        "day",
        side=("value",),
        facts=("store",),
        end=("orders_created",),
        badges=("state", "products_total", "stored", "api_calls"),
        named=("orders_created",),
        figures=("products_total", "stored", "api_calls"),
    )
    fields = (
        "day", "store", "orders_created", "orders_over", "value",
        "products_created", "products_updated", "products_deleted", "products_total",
        "uploaded", "deleted", "stored", "api_calls", "api_errors", "api_p50_ms", "api_p95_ms", "compared", "corrected",
    )  # fmt: skip
    list_select_related = ("store",)
    list_filter = (("on", DayRangeFilter), ("store", AutocompleteSelectFilter), CorrectedFilter)
    search_fields = ("store__name", "store__slug")
    date_hierarchy = "on"
    change_list_template = "backoffice/usage_days.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(partial(table_answer, admin=self, table=TABLE))
        return [path("export/", view, name="platform_usagemetric_export"), *super().get_urls()]

    @display(description=_("day"), ordering="on")
    def day(self, metric: UsageMetric) -> Any:
        return metric.on

    @display(description=_("order value"), ordering="orders_value_minor")
    def value(self, metric: UsageMetric) -> str:
        return money(metric.orders_value_minor, metric.currency) if metric.currency else "-"

    @display(description=_("files"), ordering="storage_total_bytes")
    def stored(self, metric: UsageMetric) -> str:
        return size_words(metric.storage_total_bytes)

    @display(description=_("files uploaded"))
    def uploaded(self, metric: UsageMetric) -> str:
        return size_words(metric.storage_uploaded_bytes)

    @display(description=_("files deleted"))
    def deleted(self, metric: UsageMetric) -> str:
        return size_words(metric.storage_deleted_bytes)

    @display(description=_("corrected"))
    def state(self, metric: UsageMetric) -> SafeString | str:
        return badge("pending", gettext("corrected")) if metric.corrections else ""

    @display(description=_("compared with the store"))
    def compared(self, metric: UsageMetric) -> Any:
        return moment(metric.reconciled_at) if metric.reconciled_at else gettext("not yet")

    @display(description=_("corrected"))
    def corrected(self, metric: UsageMetric) -> SafeString | str:
        """What was counted, and what was found."""
        lines = [
            (field.verbose_name, " → ".join(_said(field.name, one, metric) for one in numbers))
            for field in UsageMetric._meta.fields
            if (numbers := (metric.corrections or {}).get(field.name))
        ]
        return format_html_join(", ", "{}: {}", lines) or "-"
