"""The business in figures: revenue and what moves it, trials, sales, use of all stores. Rows of days, never of stores."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from apps.accounts.roles import SEES_BUSINESS
from apps.backoffice.charts import bar_chart, category_bars
from apps.backoffice.columns import money, round_amount
from apps.backoffice.platform.figure_lists import help_lists, largest_lists
from apps.backoffice.posting import posted
from apps.backoffice.sites import platform_admin
from apps.backoffice.usage_charts import size_words
from apps.common.clock import today
from apps.common.errors import InvalidInput
from apps.common.fields import CodeField
from apps.insight.definitions import BY_CODE, DEFINITIONS
from apps.insight.reading import Reading, read_figures
from apps.insight.rebuilding import first_day
from apps.insight.selectors import SIGNS, USUAL_DAYS, Span, list_cohorts, list_plans, monthly
from apps.insight.spans import SPANS
from apps.insight.tasks import rebuild_figures

# More bars than this are drawn as weeks.
_MOST_BARS: Final = 100
_WEEK: Final = 7


class ChoiceForm(forms.Form):
    """What is shown. `days` end today; `begin` and `end` are a range of their own."""

    days = forms.TypedChoiceField(
        choices=[(days, days) for days in SPANS], coerce=int, required=False
    )
    begin = forms.DateField(required=False)
    end = forms.DateField(required=False)
    currency = CodeField(max_length=3, required=False)


@dataclass(frozen=True)
class Asked:
    span: Span
    days: int  # 0: a range of its own
    currency: str  # empty: all, in the platform's


def read_asked(request: HttpRequest) -> tuple[Asked, str]:
    """What is asked for, and what is wrong with it; the usual days where something is."""
    form = ChoiceForm(request.GET)
    if not form.is_valid():
        return _usual(), " ".join(str(text) for texts in form.errors.values() for text in texts)
    values = form.cleaned_data
    try:
        return _asked(values["days"], values["begin"], values["end"], values["currency"]), ""
    except InvalidInput as error:
        return _usual(), " ".join(text for texts in error.fields.values() for text in texts)


def _usual() -> Asked:
    return _asked(0, None, None, "")


def _asked(days: int | str, begin: date | None, end: date | None, currency: str) -> Asked:
    if begin or end:
        return Asked(Span.of(begin, end), 0, currency.upper())
    chosen = int(days or USUAL_DAYS)
    first = today() - timedelta(days=chosen - 1)
    return Asked(Span.of(first, None), chosen, currency.upper())


def show_figures(request: HttpRequest) -> HttpResponse:
    """The page."""
    if not request.user.has_perm(SEES_BUSINESS):
        raise PermissionDenied
    asked, fault = read_asked(request)
    found = read_figures(asked.span, asked.currency)
    query = request.GET.urlencode() if not fault else ""
    context: dict[str, Any] = {
        **platform_admin.each_context(request),
        "title": gettext("Figures"),
        "fault": fault,
        "asked": asked,
        "spans": SPANS,
        "platform_currency": settings.PLATFORM_CURRENCY,
        "query": query,
        "since": first_day(),
        "definitions": DEFINITIONS,
        "meant": BY_CODE,
        "found": found,
        "may_rate": request.user.has_perm("insight.view_exchangerate"),
    }
    if found.days:
        context |= _parts(asked, found)
    return TemplateResponse(request, "backoffice/figures.html", context)


def _parts(asked: Asked, found: Reading) -> dict[str, Any]:
    days = asked.days or next(
        (days for days in reversed(SPANS) if days <= len(asked.span.days)), SPANS[0]
    )
    return {
        "cards": _cards(found),
        "charts": _charts(found),
        "movements": _movement_bars(found),
        "months": _month_rows(found),
        "plans": _plan_bars(found),
        "cohorts": cohort_table(asked.span.last),
        "largest": largest_lists(days),
        "largest_days": days,
        "help": help_lists(),
    }


@posted("platform_admin:figures")
def rebuild(request: HttpRequest) -> HttpResponse:
    """A worker computes; a second press changes nothing."""
    if not request.user.has_perm(SEES_BUSINESS):
        raise PermissionDenied
    try:
        rebuild_figures.apply_async(retry=False)
    except OperationalError:
        messages.error(request, gettext("No worker can be reached now. Try again in a minute."))
    else:
        messages.success(
            request, gettext("The figures are being computed. Load the page again in a moment.")
        )
    return HttpResponseRedirect(reverse("platform_admin:figures"))


def _cards(found: Reading) -> list[dict[str, Any]]:
    last, code = found.days[-1], found.currency
    sums, begin = found.sums, found.revenue.level(found.span.before)
    mrr = found.revenue.level(found.span.last)
    moved = sum(SIGNS[name] * amount for name, amount in found.moved.items())
    rate = sums["trials_converted"] * 100 // sums["trials_ended"] if sums["trials_ended"] else None
    errors = sums["api_errors"] * 100 / sums["api_calls"] if sums["api_calls"] else None
    shown = (
        ("mrr", money(monthly(mrr), code), _trend(mrr, begin)),
        ("new", _signed(monthly(moved), code), None),
        ("gmv", money(sum(found.sales.values()), code), None),
        ("orders", f"{sums['orders']:,}", None),
        ("stores_paying", f"{last.stores_paying:,}", None),
        ("stores_active", f"{last.stores_active:,}", None),
        ("stores_open", f"{last.stores_open:,}", None),
        ("trials_running", f"{last.trials_running:,}", None),
        ("conversion", "-" if rate is None else f"{rate} %", None),
        ("storage", size_words(last.storage_bytes), None),
        ("api_calls", f"{sums['api_calls']:,}", None),
        ("api_errors", "-" if errors is None else f"{errors:.1f} %", None),
    )
    names = {
        "new": gettext("Net movement a month"),
        "api_errors": gettext("Share of API errors"),
    }
    return [
        {
            "definition": BY_CODE[key],
            "title": names.get(key, BY_CODE[key].name),
            "value": value,
            "trend": trend,
        }
        for key, value, trend in shown
    ]


def _trend(now: int, before: int) -> int | None:
    return (now - before) * 100 // before if before else None


def _signed(minor: int, currency: str) -> str:
    return f"{'+' if minor > 0 else ''}{money(minor, currency)}"


def _charts(found: Reading) -> list[dict[str, Any]]:
    code = found.currency
    levels = {day: monthly(found.revenue.level(day)) for day in found.span.days}
    by_day = {day.on: day for day in found.days}

    def of(name: str) -> dict[date, int]:
        return {on: getattr(day, name) for on, day in by_day.items()}

    def amount(value: int) -> str:
        return money(value, code)

    def axis(value: int) -> str:
        return round_amount(value, code)

    def number(value: int) -> str:
        return f"{value:,}"

    drawn: tuple[
        tuple[str, Any, Mapping[date, int], bool, Callable[[int], str], Callable[[int], str]], ...
    ] = (
        ("mrr", _("Monthly recurring revenue"), levels, True, amount, axis),
        ("gmv", _("Gross merchandise value"), found.sales, False, amount, axis),
        ("stores_active", _("Active stores"), of("stores_active"), True, number, number),
        ("orders", _("Orders"), of("orders"), False, number, number),
        ("trials", _("Trials running"), of("trials_running"), True, number, number),
        ("calls", _("API calls"), of("api_calls"), False, number, number),
    )
    return [
        {
            "key": key,
            "title": title,
            "chart": bar_chart(_points(found.span.days, values, is_level, say), mark),
        }
        for key, title, values, is_level, say, mark in drawn
    ]


def _points(
    days: list[date], values: Mapping[date, int], is_level: bool, say: Callable[[int], str]
) -> list[tuple[date, int, str]]:
    """Of many days the weeks: a level as it was at their end, else their sum."""
    size = _WEEK if len(days) > _MOST_BARS else 1
    points = []
    for start in range(len(days) % size if size > 1 else 0, len(days), size):
        week = [values.get(day, 0) for day in days[start : start + size]]
        value = week[-1] if is_level else sum(week)
        points.append((days[start], value, say(value)))
    return points


def _movement_bars(found: Reading) -> list[dict[str, Any]]:
    bars = []
    for name, sign in SIGNS.items():
        value = sign * monthly(found.moved[name])
        bars.append((str(BY_CODE[name].name), value, money(value, found.currency)))
    return category_bars(bars)


def _month_rows(found: Reading) -> list[dict[str, Any]]:
    return [
        {
            "month": date_format(month.month, "YEAR_MONTH_FORMAT"),
            "amounts": [
                money(amount, found.currency)
                for amount in (
                    month.begin,
                    *(SIGNS[name] * month.moved[name] for name in SIGNS),
                    month.rates,
                    month.end,
                )
            ],
        }
        for month in reversed(found.months)
    ]


def _plan_bars(found: Reading) -> list[dict[str, Any]]:
    rows = [
        (
            f"{row.plan} · {row.currency}",
            row.stores,
            gettext("stores: %(stores)s, %(amount)s")
            % {
                "stores": f"{row.stores:,}",
                "amount": money(monthly(row.yearly_minor), row.currency),
            },
        )
        for row in list_plans(found.span.last)
    ]
    return category_bars(rows)


def cohort_table(last: date) -> dict[str, Any]:
    """A line for each month of opening, a column for each month since."""
    cohorts: dict[date, dict[date, Any]] = {}
    for row in list_cohorts(last):
        cohorts.setdefault(row.opened, {})[row.month] = row
    lines = []
    for opened, months in sorted(cohorts.items(), reverse=True):
        cells = [
            {
                "active": 100 * row.active // row.stores,
                "paying": 100 * row.paying // row.stores,
                "month": date_format(month, "YEAR_MONTH_FORMAT"),
            }
            for month, row in sorted(months.items())
        ]
        size = max(row.stores for row in months.values())
        lines.append(
            {"opened": date_format(opened, "YEAR_MONTH_FORMAT"), "stores": size, "cells": cells}
        )
    longest = max((len(line["cells"]) for line in lines), default=0)
    return {"lines": lines, "columns": list(range(longest))}
