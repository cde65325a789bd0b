"""Figures from the truth: the history of agreements and the days of stores. A second run changes nothing.

One process at a time, in one transaction: readers see the old figures or the new ones.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Min, Model, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext

from apps.common.clock import day_of, today
from apps.common.errors import InvalidInput
from apps.insight.adding_up import ACTIVE_DAYS, Adding, Used
from apps.insight.models import (
    AgreementChange,
    CohortMonth,
    GoneDay,
    PlatformDay,
    RevenueDay,
    SalesDay,
)
from apps.insight.recording import State, compare_agreements
from apps.insight.replaying import Change, Replay, month_of, next_month, replay
from apps.insight.spans import rebuild_spans
from apps.platform.models import UsageMetric
from apps.tenancy.context import outside_store
from apps.tenancy.locks import LockSpace, PlatformLock, lock_in_transaction
from apps.tenancy.routers import PLATFORM
from apps.tenancy.transactions import atomic_on_platform

# Days of stores are compared with the store for as long: what was corrected late is computed again.
AGAIN_DAYS: Final = 35
_CHUNK: Final = 5_000
_USED: Final = (
    "orders_created", "orders_value_minor", "currency", "api_calls", "api_errors", "storage_total_bytes",
)  # fmt: skip
_OF_USAGE: Final = ("stores_active", "orders", "storage_bytes", "api_calls", "api_errors")


class Rebuilt(NamedTuple):
    first: date | None
    last: date
    changed: int


def rebuild_figures(*, first: date | None = None, last: date | None = None) -> Rebuilt:
    """Compute the days from `first` to `last` again; without `first` the last 35 and all that are missing.

    Raises `InvalidInput` for a range that is none. Days whose usage is deleted already (`USAGE_DAYS`) keep what they have of
    it.
    """
    until = min(last or today(), today())
    if first is not None and first > until:
        raise InvalidInput(gettext("The first day is after the last one, or has not come yet."))
    compare_agreements()
    with outside_store(), atomic_on_platform():
        lock_in_transaction(PLATFORM, LockSpace.PLATFORM, PlatformLock.FIGURES)
        replayed = replay(_changes(), last=today())
        begin = _first_of(replayed, first, until)
        if begin is None or begin > until:
            return Rebuilt(None, until, 0)
        changed = _write_days(replayed, begin, until)
        changed += _write_cohorts(replayed, begin, until)
        if until == today():
            changed += rebuild_spans(until)
        _prune()
    return Rebuilt(begin, until, changed)


def _changes() -> Iterator[Change]:
    rows = AgreementChange.objects.order_by("store_key", "at", "id")
    for row in rows.iterator(chunk_size=_CHUNK):
        yield row.store_key, day_of(row.at), State.of(row)


def _first_of(replayed: Replay, first: date | None, until: date) -> date | None:
    """Never before the first agreement."""
    earliest = min(replayed.days, default=None)
    if earliest is None:
        return None
    if first is not None:
        return max(first, earliest)
    begin = until - timedelta(days=AGAIN_DAYS - 1)
    if PlatformDay.objects.filter(on__lt=begin).count() < (begin - earliest).days:
        return earliest  # some are missing
    return max(begin, earliest)


def _write_days(replayed: Replay, first: date, last: date) -> int:
    adding = Adding(first, last)
    for rows, base in _read_usage(adding.begin, last):
        adding.add(rows, base)
    used = adding.finish()
    kept = today() - timedelta(days=settings.USAGE_DAYS - ACTIVE_DAYS)
    known = {row.on: row for row in PlatformDay.objects.filter(on__range=(first, last))}
    days, sales = {}, {(day, code): row for (day, code), row in used.sales.items()}
    for day, counts in replayed.days.items():
        if first <= day <= last:
            of_usage = used.days[day]
            if day < kept and day in known:
                of_usage = {name: getattr(known[day], name) for name in _OF_USAGE}
            days[(day,)] = {**counts, **of_usage}
    kept_days = {day for day in known if day < kept}
    sales = {key: row for key, row in sales.items() if key[0] not in kept_days}
    revenue = {key: row for key, row in replayed.revenue.items() if first <= key[0] <= last}
    within = {"on__range": (first, last)}
    return (
        _write(PlatformDay.objects.filter(**within), ("on",), days)
        + _write(RevenueDay.objects.filter(**within), ("on", "currency", "plan"), revenue)
        + _write(
            SalesDay.objects.filter(**within).exclude(on__in=kept_days), ("on", "currency"), sales
        )
    )


def _sources() -> tuple[tuple[QuerySet[Any], str], ...]:
    """Days of stores that are there and of those that are gone, each with the column that has the store."""
    of_stores = UsageMetric.objects.filter(store__is_sandbox=False)
    return (of_stores, "store_id"), (GoneDay.objects.all(), "store_key")


def _read_usage(begin: date, last: date) -> Iterator[tuple[Iterator[Used], dict[UUID, int]]]:
    for rows, key in _sources():
        before = rows.filter(on__lt=begin).order_by(key, "-on").distinct(key)
        base = dict(before.values_list(key, "storage_total_bytes"))
        found = rows.filter(on__range=(begin, last)).order_by(key, "on")
        lines = found.values_list(key, "on", *_USED).iterator(chunk_size=_CHUNK)
        yield (Used(*line) for line in lines), base


def _write_cohorts(replayed: Replay, first: date, last: date) -> int:
    begin, end = month_of(first), month_of(last)
    cohorts = {
        key: {**counts} for key, counts in replayed.cohorts.items() if begin <= key[1] <= end
    }
    kept = today() - timedelta(days=settings.USAGE_DAYS)
    within = CohortMonth.objects.filter(month__range=(begin, end))
    known = {(row.opened, row.month): row.active for row in within if row.month < kept}
    for store, month in _active_months(begin, min(next_month(end) - timedelta(days=1), today())):
        opened = replayed.opened.get(store)
        if (opened, month) in cohorts:
            cohorts[opened, month]["active"] += 1  # type: ignore[index]  # it is in there
    for key, active in known.items():
        if key in cohorts:
            cohorts[key]["active"] = active
    return _write(within, ("opened", "month"), cohorts)


def _active_months(begin: date, last: date) -> set[tuple[UUID, date]]:
    found: set[tuple[UUID, date]] = set()
    for rows, key in _sources():
        active = rows.filter(on__range=(begin, last), orders_created__gt=0)
        months = active.annotate(month=TruncMonth("on")).order_by()
        found |= set(months.values_list(key, "month").distinct())
    return found


def _write(
    rows: QuerySet[Any], keys: tuple[str, ...], wanted: Mapping[Any, Mapping[str, int]]
) -> int:
    """Make `rows` what is wanted, by their keys; only what differs is written. The number of rows that were."""
    model: type[Model] = rows.model
    names = [
        field.name
        for field in model._meta.concrete_fields
        if field.name not in ("id", "computed_at", *keys)
    ]
    known = {tuple(getattr(row, key) for key in keys): row for row in rows}
    new, changed = [], []
    for key, counts in wanted.items():
        values = {name: counts.get(name, 0) for name in names}
        row = known.pop(key, None)
        if row is None:
            new.append(model(**dict(zip(keys, key, strict=True)), **values))
        elif values != {name: getattr(row, name) for name in names}:
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    model._default_manager.bulk_create(new, batch_size=_CHUNK)
    model._default_manager.bulk_update(changed, names, batch_size=500)
    if known:
        model._default_manager.filter(pk__in=[row.pk for row in known.values()]).delete()
    return len(new) + len(changed) + len(known)


def _prune() -> None:
    GoneDay.objects.filter(on__lt=today() - timedelta(days=settings.USAGE_DAYS)).delete()


def first_day() -> date | None:
    """The first day that has figures."""
    found: date | None = PlatformDay.objects.aggregate(day=Min("on"))["day"]
    return found
