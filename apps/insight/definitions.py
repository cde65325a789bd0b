"""What each figure means, as data: the admin shows it, `docs/figures.md` and the API have it from here."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Definition:
    code: str
    name: StrOrPromise
    meaning: StrOrPromise
    formula: StrOrPromise
    source: StrOrPromise


_AGREEMENTS: Final = _("agreements of stores (AgreementChange)")
_USAGE: Final = _("days of stores (UsageMetric)")

DEFINITIONS: Final = (
    Definition(
        "mrr",
        _("Monthly recurring revenue"),
        _("What paying stores pay a month, without tax, at the end of the day. A store pays when its subscription is active or past due, costs something, is billed, and the store is open."),
        _("sum of the monthly prices + sum of the annual prices / 12"),
        _AGREEMENTS,
    ),
    Definition(
        "new", _("New"), _("Revenue of stores that pay for the first time."), _("their revenue at the end of the day"), _AGREEMENTS,
    ),
    Definition(
        "expansion", _("Expansion"), _("More revenue from stores that paid the day before: a dearer plan or interval. A store that changes its currency expands in the new one."), _("revenue at the end of the day - that of the day before, where it is more"), _AGREEMENTS,
    ),
    Definition(
        "reactivation", _("Reactivation"), _("Revenue of stores that paid once, then did not, and pay again."), _("their revenue at the end of the day"), _AGREEMENTS,
    ),
    Definition(
        "contraction", _("Contraction"), _("Less revenue from stores that still pay. A store that changes its currency contracts in the old one."), _("revenue of the day before - that at the end of the day, where it is less"), _AGREEMENTS,
    ),
    Definition(
        "churn", _("Churn"), _("Revenue of stores that do not pay any more: the subscription was cancelled or has expired, the plan is free now, the store was suspended, archived or deleted."), _("their revenue at the end of the day before"), _AGREEMENTS,
    ),
    Definition(
        "stores_open", _("Open stores"), _("Stores that serve their shop at the end of the day, sandboxes not counted."), _("number of stores with the status active"), _AGREEMENTS,
    ),
    Definition(
        "stores_active", _("Active stores"), _("Stores with at least one order in the last 30 days, that day included."), _("number of stores with orders > 0 in 30 days"), _USAGE,
    ),
    Definition(
        "stores_paying", _("Paying stores"), _("Stores with monthly recurring revenue at the end of the day."), _("number of stores with revenue > 0"), _AGREEMENTS,
    ),
    Definition(
        "trials_running", _("Trials running"), _("Stores whose subscription is in its trial at the end of the day."), _("number of subscriptions with the status trial"), _AGREEMENTS,
    ),
    Definition(
        "trials_ended", _("Trials ended"), _("Stores that were in a trial at the end of the day before and are not any more, whatever came then."), _("number of stores"), _AGREEMENTS,
    ),
    Definition(
        "trials_converted", _("Trials converted"), _("Of the trials that ended: those whose store pays at the end of that day."), _("number of stores"), _AGREEMENTS,
    ),
    Definition(
        "conversion", _("Conversion rate"), _("The share of ended trials that were converted."), _("trials converted / trials ended, of the chosen days"), _AGREEMENTS,
    ),
    Definition(
        "gmv", _("Gross merchandise value"), _("Value of the orders that were placed, with tax and shipping, before refunds and cancellations, by the day of the store's own time zone."), _("sum of the orders' totals"), _USAGE,
    ),
    Definition(
        "orders", _("Orders"), _("Orders that were placed, by the day of the store's own time zone."), _("number of orders"), _USAGE,
    ),
    Definition(
        "storage", _("Storage"), _("Bytes of all stores' files at the end of the day."), _("sum of the stores' bytes; a day without a row has those of the day before"), _USAGE,
    ),
    Definition(
        "api_calls", _("API calls"), _("Calls of stores' programs with an API key that has the scope."), _("number of calls"), _USAGE,
    ),
    Definition(
        "api_errors", _("API errors"), _("API calls that were answered with 400 or above."), _("number of calls; the share is errors / calls"), _USAGE,
    ),
    Definition(
        "api_times", _("Response times"), _("In how many milliseconds half of the API calls of a store were answered on a usual day (p50), and 95 % of them (p95). It is the mean of the days' values, so not the percentile of all calls of the span. Slowest stores are those with the highest p95, of at least 100 calls in the span."), _("sum of (calls x value of the day) / calls, of the days that have a value"), _USAGE,
    ),
    Definition(
        "cohort", _("Cohorts"), _("Of the stores that opened in a month of the platform's time zone: the share that had an order in a later month (active), and that paid at the end of it (paying). Stores that were deleted since count."), _("active, or paying, stores / stores of the cohort"), _("agreements and days of stores"),
    ),
    Definition(
        "failing", _("Stores that need help"), _("Of the last 30 days against the 30 before: orders fell by 30 % or more (from at least 10), or the share of API errors rose by 5 points or more (of at least 100 calls in both). Or the subscription is past due."), _("1 - orders / orders before; errors / calls - errors / calls before"), _USAGE,
    ),
    Definition(
        "conversion_of_money", _("The platform's currency"), _("Amounts of a day are converted by the exchange rate of that day, the latest one that is not later. What has no rate is shown in its own currency alone, and named. Where rates change, revenue changes without a movement: the difference is the line Exchange rates."), _("amount x rate"), _("exchange rates of the platform's staff"),
    ),
)  # fmt: skip
BY_CODE: Final = {one.code: one for one in DEFINITIONS}


def as_markdown() -> str:
    """The table of `docs/figures.md`."""
    lines = ["| figure | what it is | how it is computed | from |", "|---|---|---|---|"]
    lines += [
        f"| {one.name} | {one.meaning} | {one.formula} | {one.source} |" for one in DEFINITIONS
    ]
    return "\n".join(lines)
