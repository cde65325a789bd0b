"""What each store did lately, against the time before: the lists of the largest stores, and of those that need help."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import BigIntegerField, F, Q, Sum

from apps.insight.models import StoreSpan
from apps.insight.rates import Rates
from apps.platform.models import Store, UsageMetric

SPANS: Final = (30, 90, 365)
# Fewer orders or calls before say nothing about a trend.
LEAST_ORDERS: Final = 10
LEAST_CALLS: Final = 100
_CHUNK: Final = 2_000
_TIMES: Final = ("api_p50_ms", "api_p95_ms")


def rebuild_spans(last: date) -> int:
    """Every store's row of each span, ending with that day. The number of rows that were written."""
    rates, changed = Rates(), 0
    stores = {
        key: (currency, stored)
        for key, currency, stored in Store.objects.filter(is_sandbox=False).values_list(
            "id", "currency", "storage_used_bytes"
        )
    }
    for days in SPANS:
        sums = _sums(last, days)
        known = {row.store_id: row for row in StoreSpan.objects.filter(days=days)}
        new, other = [], []
        for key, (currency, stored) in stores.items():
            values = _values(sums.get(key, {}), currency, stored)
            values["converted_minor"] = rates.convert(values["value_minor"], currency, last)
            row = known.get(key)
            if row is None:
                new.append(StoreSpan(store_id=key, days=days, **values))
            elif any(getattr(row, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(row, name, value)
                other.append(row)
        names = [f.name for f in StoreSpan._meta.concrete_fields if f.name not in _KEYS]
        StoreSpan.objects.bulk_create(
            [*new, *other],
            batch_size=_CHUNK,
            update_conflicts=True,
            unique_fields=["store", "days"],
            update_fields=names,
        )
        changed += len(new) + len(other)
    return changed


_KEYS: Final = ("id", "store", "days")


def _sums(last: date, days: int) -> dict[UUID, dict[str, int]]:
    begin, before = last - timedelta(days=days - 1), last - timedelta(days=2 * days - 1)
    is_now, is_before = Q(on__gte=begin), Q(on__lt=begin)
    rows = UsageMetric.objects.filter(on__range=(before, last)).order_by().values("store_id")
    # Named apart from the columns: an aggregate may not be called like one that another sums up.
    found = rows.annotate(
        sum_orders=Sum("orders_created", filter=is_now),
        sum_orders_before=Sum("orders_created", filter=is_before),
        sum_value_minor=Sum("orders_value_minor", filter=is_now & Q(currency=F("store__currency"))),
        sum_api_calls=Sum("api_calls", filter=is_now),
        sum_api_calls_before=Sum("api_calls", filter=is_before),
        sum_api_errors=Sum("api_errors", filter=is_now),
        sum_api_errors_before=Sum("api_errors", filter=is_before),
        sum_timed_calls=Sum("api_calls", filter=is_now & Q(api_p95_ms__isnull=False)),
        **{f"sum_{name}": _weighted(name, is_now) for name in _TIMES},
    )
    lines: list[dict[str, Any]] = [{**row} for row in found]
    return {
        row.pop("store_id"): {name.removeprefix("sum_"): n or 0 for name, n in row.items()}
        for row in lines
    }


def _weighted(name: str, within: Q) -> Sum:
    """Days without a time are in neither this sum nor that of the calls."""
    product = F("api_calls") * F(name)
    return Sum(product, filter=within & Q(api_p95_ms__isnull=False), output_field=BigIntegerField())


def _mean(total: int, calls: int) -> int | None:
    """Rounded half up."""
    return int((2 * total + calls) // (2 * calls)) if calls else None


def _values(sums: dict[str, int], currency: str, stored: int) -> dict[str, Any]:
    names = (
        "orders", "orders_before", "value_minor", "api_calls", "api_calls_before", "api_errors", "api_errors_before",
    )  # fmt: skip
    values: dict[str, Any] = {name: sums.get(name, 0) for name in names}
    fall = rise = 0
    if values["orders_before"] >= LEAST_ORDERS:
        fall = max(0, 1000 - 1000 * values["orders"] // values["orders_before"])
    if min(values["api_calls"], values["api_calls_before"]) >= LEAST_CALLS:
        now = 1000 * values["api_errors"] // values["api_calls"]
        rise = max(0, now - 1000 * values["api_errors_before"] // values["api_calls_before"])
    return {
        **values,
        **{name: _mean(sums.get(name, 0), sums.get("timed_calls", 0)) for name in _TIMES},
        "currency": currency,
        "storage_bytes": stored,
        "orders_fall": fall,
        "errors_rise": rise,
    }
