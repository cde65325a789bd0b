"""The log of API calls of all stores: a list with filters and a table."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, DropdownFilter
from unfold.decorators import display

from apps.backoffice.api_calls import (
    ANSWERS,
    CountedPaginator,
    answer_badge,
    by_answer,
)
from apps.backoffice.base import RecordAdmin
from apps.backoffice.cards import Card
from apps.backoffice.columns import milliseconds, moment
from apps.backoffice.filters import DayRangeFilter
from apps.backoffice.sites import platform_admin
from apps.backoffice.table_answer import Table, table_answer
from apps.common.clock import today
from apps.metering.models import ApiCall

# A list without a day shows these days: some logs have a million calls a day.
RECENT: Final = timedelta(days=1)
_CHUNK: Final = 2_000


class AnswerFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, words) for name, (words, _statuses) in ANSWERS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiCall]) -> QuerySet[ApiCall]:
        return by_answer(queryset, self.value())


def _rows(calls: QuerySet[ApiCall]) -> Iterator[list[Any]]:
    """The headings are names for programs, the same in every language."""
    yield [
        "at", "store", "key", "method", "endpoint", "status", "error", "duration_ms", "address", "user_agent",
        "request_id",
    ]  # fmt: skip
    for call in calls.iterator(chunk_size=_CHUNK):
        yield [
            call.at, call.store.slug, call.key_name, call.method, call.endpoint, call.status, call.error,
            call.duration_ms, call.address or "", call.user_agent, call.request_id,
        ]  # fmt: skip


TABLE: Final = Table(
    name="api-calls",
    page="platform_admin:metering_apicall_changelist",
    sees="metering.view_apicall",
    rows=_rows,
    most=50_000,
    too_many=_("At most %(most)s calls in a table: choose a filter."),
)


@admin.register(ApiCall, site=platform_admin)
class ApiCallAdmin(RecordAdmin):
    """Today's and yesterday's, without a chosen day."""

    list_display = ("when", "store", "key_name", "shown_call", "answer", "took")
    list_display_links = ("when", "shown_call")
    card = Card(
        "shown_call", side=("answer",), facts=("store", "key_name"), end=("when",), badges=("took",)
    )
    fields = (
        "when", "store", "key_name", "shown_call", "answer", "took", "address", "user_agent", "request_id",
    )  # fmt: skip
    list_select_related = ("store",)
    list_filter = (
        ("on", DayRangeFilter), ("store", AutocompleteSelectFilter), AnswerFilter,
    )  # fmt: skip
    search_fields = ("endpoint", "error", "=request_id", "key_name")
    change_list_template = "backoffice/api_calls.html"
    paginator = CountedPaginator
    empty_advice = _("Calls with an API key appear here half a minute later.")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(partial(table_answer, admin=self, table=TABLE))
        return [path("export/", view, name="metering_apicall_export"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiCall]:
        calls = super().get_queryset(request)
        match = request.resolver_match
        is_one = match is not None and "object_id" in match.kwargs
        if is_one or any(name.startswith("on_") and request.GET[name] for name in request.GET):
            return calls
        return calls.filter(on__gte=today() - RECENT)

    @display(description=_("time"), ordering="id")
    def when(self, call: ApiCall) -> Any:
        return moment(call.at)

    @display(description=_("call"), ordering="endpoint")
    def shown_call(self, call: ApiCall) -> str:
        return str(call)

    @display(description=_("answer"), ordering="status")
    def answer(self, call: ApiCall) -> SafeString:
        return answer_badge(call)

    @display(description=_("time to answer"), ordering="duration_ms")
    def took(self, call: ApiCall) -> str:
        return milliseconds(call.duration_ms)
