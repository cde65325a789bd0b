"""The tables of the figures as files. Headings are names for programs, the same in every language."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from apps.accounts.roles import SEES_BUSINESS
from apps.backoffice.platform.figures import Asked, read_asked, rebuild, show_figures
from apps.backoffice.sites import platform_admin
from apps.backoffice.table_answer import file_answer
from apps.common.money import from_minor
from apps.insight.reading import Reading, read_figures
from apps.insight.selectors import SIGNS, list_cohorts, monthly

_COUNTS: Final = (
    "stores_open", "stores_opened", "stores_active", "stores_paying",
    "trials_running", "trials_started", "trials_ended", "trials_converted",
    "orders", "storage_bytes", "api_calls", "api_errors",
)  # fmt: skip


def _amount(minor: int, currency: str) -> Any:
    return from_minor(minor, currency).amount


def _days(asked: Asked) -> Iterator[list[Any]]:
    found = read_figures(asked.span, asked.currency)
    yield ["day", "mrr", *SIGNS, "gmv", "currency", *_COUNTS, "not_converted"]
    for day in found.days:
        yield [
            day.on.isoformat(),
            *_revenue_of(found, day.on),
            _amount(found.sales.get(day.on, 0), found.currency),
            found.currency,
            *(getattr(day, name) for name in _COUNTS),
            " ".join(found.unconverted),
        ]


def _revenue_of(found: Reading, on: Any) -> list[Any]:
    moved = found.revenue.moved.get(on, {})
    level = found.revenue.level(on)
    yearly = [level, *(SIGNS[name] * moved.get(name, 0) for name in SIGNS)]
    return [_amount(monthly(amount), found.currency) for amount in yearly]


def _months(asked: Asked) -> Iterator[list[Any]]:
    found = read_figures(asked.span, asked.currency)
    yield ["month", "begin", *SIGNS, "exchange_rates", "end", "currency", "not_converted"]
    for month in found.months:
        moved = (SIGNS[name] * month.moved[name] for name in SIGNS)
        amounts = (month.begin, *moved, month.rates, month.end)
        yield [
            f"{month.month:%Y-%m}",
            *(_amount(minor, found.currency) for minor in amounts),
            found.currency,
            " ".join(found.unconverted),
        ]


def _cohorts(asked: Asked) -> Iterator[list[Any]]:
    yield ["opened", "month", "stores", "active", "paying"]
    for row in list_cohorts(asked.span.last):
        yield [f"{row.opened:%Y-%m}", f"{row.month:%Y-%m}", row.stores, row.active, row.paying]


_TABLES: Final[dict[str, Callable[[Asked], Iterator[list[Any]]]]] = {
    "days": _days,
    "months": _months,
    "cohorts": _cohorts,
}


def export(request: HttpRequest, table: str) -> HttpResponseBase:
    """The same days and the same currency as the page."""
    if not request.user.has_perm(SEES_BUSINESS):
        raise PermissionDenied
    if table not in _TABLES:
        raise Http404
    asked, fault = read_asked(request)
    if fault:
        page = reverse("platform_admin:figures")
        return HttpResponseRedirect(f"{page}?{request.GET.urlencode()}")
    covers = f"{asked.span.first}-{asked.span.last}"
    return file_answer(table, _TABLES[table](asked), request.GET.get("format", ""), covers=covers)


platform_admin.add_page("figures", show_figures)
platform_admin.add_page("figures_rebuild", rebuild, address="figures/rebuild/")
platform_admin.add_page("figures_export", export, address="figures/export/<slug:table>/")
