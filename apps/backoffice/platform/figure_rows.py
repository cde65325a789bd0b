"""Lists behind the figures: every store of a span, and the exchange rates."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import path
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from apps.accounts.roles import SEES_BUSINESS
from apps.backoffice.base import Admin, RecordAdmin
from apps.backoffice.cards import Card
from apps.backoffice.columns import milliseconds, money
from apps.backoffice.sites import platform_admin
from apps.backoffice.table_answer import Table, table_answer
from apps.backoffice.usage_charts import size_words
from apps.common.money import from_minor
from apps.common.places import currency_choices
from apps.insight.models import ExchangeRate, StoreSpan
from apps.insight.selectors import ERRORS_ROSE, ORDERS_FELL
from apps.insight.spans import LEAST_CALLS, SPANS

_CHUNK: Final = 2_000
_NUMBERS: Final = (
    "orders", "orders_before", "storage_bytes", "api_calls", "api_calls_before", "api_errors", "api_errors_before",
    "api_p50_ms", "api_p95_ms",
)  # fmt: skip


class SpanFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    """One span at a time: a store has a row in each."""

    title = _("days")
    parameter_name = "days"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(days), str(days)) for days in SPANS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {str(days) for days in SPANS}
        return queryset.filter(days=self.value() if self.value() in known else SPANS[0])


class HelpFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    title = _("needs help")
    parameter_name = "help"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("orders", _("orders fell")), ("errors", _("more API errors"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "orders":
            return queryset.filter(orders_fall__gte=ORDERS_FELL)
        if self.value() == "errors":
            return queryset.filter(errors_rise__gte=ERRORS_ROSE)
        return queryset


class CallsFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    """Response times of few calls say little."""

    title = _("API calls")
    parameter_name = "calls"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("many", _("at least %(calls)s") % {"calls": LEAST_CALLS})]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(api_calls__gte=LEAST_CALLS) if self.value() == "many" else queryset


def _rows(spans: QuerySet[StoreSpan]) -> Iterator[list[Any]]:
    yield ["store", "slug", "days", "gmv", "currency", *_NUMBERS]
    for span in spans.iterator(chunk_size=_CHUNK):
        yield [
            span.store.name,
            span.store.slug,
            span.days,
            from_minor(span.value_minor, span.currency).amount if span.currency else "",
            span.currency,
            *(getattr(span, name) for name in _NUMBERS),
        ]


TABLE: Final = Table(
    name="stores",
    page="platform_admin:insight_storespan_changelist",
    sees=SEES_BUSINESS,
    rows=_rows,
    most=50_000,
    too_many=_("At most %(most)s stores in a table: choose a filter."),
)


@admin.register(StoreSpan, site=platform_admin)
class StoreSpanAdmin(RecordAdmin):
    list_display = (
        "name", "orders", "orders_before", "value", "stored", "api_calls", "api_errors", "half_in", "most_in",
    )  # fmt: skip
    list_display_links = None
    card = Card(
        "name",
        side=("value",),
        facts=("orders",),
        end=("orders_before",),
        badges=("stored", "api_calls", "api_errors", "most_in"),
        named=("orders", "orders_before"),
        figures=("stored", "api_calls", "api_errors", "most_in"),
    )
    list_select_related = ("store",)
    list_filter = (SpanFilter, HelpFilter, CallsFilter)
    search_fields = ("store__name", "store__slug")
    ordering = ("-orders", "store")
    change_list_template = "backoffice/figure_stores.html"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(SEES_BUSINESS)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(partial(table_answer, admin=self, table=TABLE))
        return [path("export/", view, name="insight_storespan_export"), *super().get_urls()]

    @display(description=_("store"), ordering="store__name")
    def name(self, span: StoreSpan) -> str:
        return span.store.name

    @display(description=_("order value"), ordering="converted_minor")
    def value(self, span: StoreSpan) -> str:
        return money(span.value_minor, span.currency)

    @display(description=_("files"), ordering="storage_bytes")
    def stored(self, span: StoreSpan) -> str:
        return size_words(span.storage_bytes)

    # Stores without a time are at the end where the slowest come first.
    @display(description=_("API p50"), ordering=Coalesce(F("api_p50_ms"), Value(-1)))
    def half_in(self, span: StoreSpan) -> str:
        return milliseconds(span.api_p50_ms)

    @display(description=_("API p95"), ordering=Coalesce(F("api_p95_ms"), Value(-1)))
    def most_in(self, span: StoreSpan) -> str:
        return milliseconds(span.api_p95_ms)


class RateForm(forms.ModelForm):
    currency = forms.ChoiceField(
        label=_("Currency"), choices=currency_choices, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = ExchangeRate
        fields = ("currency", "on", "rate")


@admin.register(ExchangeRate, site=platform_admin)
class ExchangeRateAdmin(Admin):
    """A rate counts from its day on, until the next one of its currency. Figures are converted when they are read."""

    form = RateForm
    list_display = ("currency", "on", "worth")
    list_filter = ("currency",)
    card = Card("currency", side=("worth",), facts=("on",))

    @display(description=_("rate"), ordering="rate")
    def worth(self, rate: ExchangeRate) -> str:
        return number_format(Decimal(f"{rate.rate.normalize():f}"))
