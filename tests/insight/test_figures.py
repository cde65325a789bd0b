"""Figures of the business, computed by hand and by the nightly run."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from apps.billing import services as billing
from apps.common.clock import moved_to
from apps.insight.adding_up import Adding, Used
from apps.insight.definitions import as_markdown
from apps.insight.models import (
    AgreementChange,
    CohortMonth,
    GoneDay,
    PlatformDay,
    RevenueDay,
    SalesDay,
    StoreSpan,
)
from apps.insight.rebuilding import rebuild_figures
from apps.insight.recording import State, record_deletion
from apps.insight.replaying import replay
from apps.insight.selectors import list_slowest
from apps.operations import store_status
from apps.platform.models import Store, UsageMetric
from apps.tenancy.context import outside_store, system_scope
from tests.billing.making import invoices, make_seller, pay, plan, run_at, subscribe
from tests.platform.commands import json_of, refused

pytestmark = pytest.mark.django_db
BEGIN = datetime(2027, 3, 1, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
A, B = UUID(int=1), UUID(int=2)


def paid(yearly: int, currency: str = "INR", plan: str = "starter") -> State:
    return State(True, "active", plan, currency, yearly)


TRIAL = State(True, "trial", "starter", "INR", 0)
ENDED = State(False, "cancelled", "starter", "INR", 0)
# One store by months: what it becomes on the first of each, and the movement of that month.
MONTHS: list[tuple[State, dict[str, int]]] = [
    (TRIAL, {}),
    (paid(12_000), {"new": 12_000}),
    (paid(60_000, plan="professional"), {"expansion": 48_000}),
    (paid(50_000, plan="professional"), {"contraction": 10_000}),  # the year is cheaper
    (State(True, "past_due", "professional", "INR", 50_000), {}),
    (ENDED, {"churn": 50_000}),
    (paid(12_000), {"reactivation": 12_000}),
    (paid(2_900, "USD"), {"contraction": 12_000, "expansion": 2_900}),
]


def test_each_month_of_a_store_is_what_was_computed_by_hand() -> None:
    firsts = [date(2027, number, 1) for number in range(1, 9)]
    changes = [(A, day, state) for day, (state, _) in zip(firsts, MONTHS, strict=True)]
    # Two changes on one day count as their difference.
    changes += [(B, date(2027, 2, 1), paid(7)), (B, date(2027, 2, 1), TRIAL)]
    found = replay(changes, last=date(2027, 8, 20))
    for day, (state, moved) in zip(firsts, MONTHS, strict=True):
        rows = [row for (on, _currency, _plan), row in found.revenue.items() if on == day]
        for name in ("new", "expansion", "contraction", "churn", "reactivation"):
            assert sum(row.get(f"{name}_minor", 0) for row in rows) == moved.get(name, 0), (day, name)  # fmt: skip
        assert sum(row["yearly_minor"] for row in rows) == state.yearly, day
    level = {"INR": 0, "USD": 0}
    for (on, currency, _plan), row in sorted(found.revenue.items()):
        signs = {"new": 1, "expansion": 1, "reactivation": 1, "contraction": -1, "churn": -1}
        level[currency] += sum(sign * row.get(f"{name}_minor", 0) for name, sign in signs.items())
        at_end = sum(r["yearly_minor"] for (d, c, _), r in found.revenue.items() if (d, c) == (on, currency))  # fmt: skip
        if on.day == 2:
            assert level[currency] == at_end, (on, currency)
    days = found.days
    assert days[date(2027, 2, 1)]["trials_converted"] == 1
    assert days[date(2027, 1, 31)]["trials_running"] == 1
    assert days[date(2027, 8, 20)]["trials_running"] == 1, "the other store's goes on"
    assert found.cohorts[date(2027, 1, 1), date(2027, 6, 1)] == {"stores": 1, "active": 0, "paying": 0}  # fmt: skip
    assert found.cohorts[date(2027, 1, 1), date(2027, 7, 1)]["paying"] == 1


def test_days_of_stores_add_up() -> None:
    first = date(2027, 3, 10)
    adding = Adding(first, first + 40 * DAY)
    rows = [
        Used(A, first - 29 * DAY, 1, 100, "INR", 0, 0, 50),
        Used(A, first + 1 * DAY, 2, 300, "INR", 7, 1, 80),
        Used(B, first + 1 * DAY, 0, 0, "", 5, 0, 9),
        Used(B, first + 99 * DAY, 4, 4, "USD", 5, 0, 0),
    ]
    adding.add(rows, {A: 40, B: 10})
    found = adding.finish()
    expected = {0: (1, 60, 0), 1: (1, 89, 12), 2: (1, 89, 0), 30: (1, 89, 0), 31: (0, 89, 0)}
    for after, (active, stored, calls) in expected.items():
        day = found.days[first + after * DAY]
        assert (day["stores_active"], day["storage_bytes"], day.get("api_calls", 0)) == (active, stored, calls), after  # fmt: skip
    assert found.sales == {(first + DAY, "INR"): {"orders": 2, "value_minor": 300}}


@pytest.fixture
def scene(store: Store, other_store: Store) -> Iterator[None]:
    """The stores as if they had been opened in February, and a seller."""
    with outside_store(), system_scope("test"):
        AgreementChange.objects.all().delete()
        begin = BEGIN - 30 * DAY
        Store.objects.filter(pk__in=[store.pk, other_store.pk]).update(created_at=begin)
        for one in (store, other_store):
            one.subscriptions.update(created_at=begin)
        make_seller()
        yield


def months() -> dict[tuple[str, str], int]:
    """Every movement, by its currency and name."""
    found: dict[tuple[str, str], int] = {}
    for row in RevenueDay.objects.all():
        for name in ("new", "expansion", "contraction", "churn", "reactivation"):
            amount = getattr(row, f"{name}_minor")
            if amount:
                key = row.currency, name
                found[key] = found.get(key, 0) + amount
    return found


def everything() -> list[Any]:
    hidden = ("id", "computed_at")
    return [
        {key: value for key, value in row.items() if key not in hidden}
        for model in (PlatformDay, RevenueDay, SalesDay, CohortMonth, StoreSpan)
        for row in model.objects.order_by(*_order(model)).values()
    ]


def _order(model: Any) -> list[str]:
    return list(model._meta.constraints[0].fields) if model._meta.constraints else ["on"]


def test_what_stores_agree_to_becomes_revenue(
    scene: None, store: Store, other_store: Store
) -> None:
    subscribe(store, "starter", at=BEGIN)  # 1,499 rupees a month
    subscribe(other_store, "starter", at=BEGIN, interval="annual")  # 290 dollars a year
    pay(invoices(store)[0], at=BEGIN + DAY)
    with moved_to(BEGIN + 3 * DAY):
        billing.change_plan(store=store, plan=plan("professional"))
        store_status.suspend_store(store=other_store, reason="Fraud")
    with moved_to(BEGIN + 5 * DAY):
        store_status.reinstate_store(store=other_store)
    run_at(BEGIN + 10 * DAY)  # the invoice of the change is overdue
    run_at(BEGIN + 24 * DAY + timedelta(hours=1))  # expired
    last = BEGIN + 60 * DAY
    with moved_to(last):
        done = rebuild_figures()
        assert done.changed > 60
        assert rebuild_figures().changed == 0, "a second run changes nothing"
    year = 12 * 149_900
    assert months() == {
        ("INR", "new"): year,
        ("INR", "expansion"): 12 * 499_900 - year,
        ("INR", "churn"): 12 * 499_900,
        ("USD", "new"): 29_000,
        ("USD", "churn"): 29_000,
        ("USD", "reactivation"): 29_000,
    }
    at_end = RevenueDay.objects.filter(on=last.date(), yearly_minor__gt=0)
    assert [(row.currency, row.yearly_minor, row.stores) for row in at_end] == [("USD", 29_000, 1)]
    before = everything()
    PlatformDay.objects.filter(on=BEGIN.date() + 2 * DAY).delete()
    RevenueDay.objects.filter(on=BEGIN.date() + 2 * DAY).delete()
    SalesDay.objects.all().delete()
    with moved_to(last):
        assert rebuild_figures().first == PlatformDay.objects.order_by("on")[0].on
    assert everything() == before, "a missed day is made up for"


def test_days_of_stores_become_days_of_the_platform_and_outlive_their_store(
    scene: None, store: Store, other_store: Store
) -> None:
    """A day is the store's own: what was sold on the 2nd there counts on the 2nd."""
    gone_before = GoneDay.objects.count()  # stores that tests deleted for good
    on = BEGIN.date() + DAY
    day = {"on": on, "orders_created": 3, "api_calls": 200, "storage_total_bytes": 70}
    UsageMetric.objects.create(
        store=store, orders_value_minor=4_000, currency="INR", api_errors=50, **day
    )
    UsageMetric.objects.create(store=other_store, orders_value_minor=900, currency="USD", **day)
    # p95 by hand: (200 x 300 + 1 x 90) / 201 = 298.96; the day without a time counts in neither.
    for after, calls, times in ((-2, 1, (11, 90)), (-3, 500, (None, None)), (-40, 9, (7, 7))):
        p50, p95 = times
        UsageMetric.objects.create(
            store=other_store, on=on + after * DAY, api_calls=calls, api_p50_ms=p50, api_p95_ms=p95
        )
    UsageMetric.objects.filter(store=other_store, on=on).update(api_p50_ms=40, api_p95_ms=300)
    earlier = {**day, "on": on - 30 * DAY, "orders_created": 20}
    UsageMetric.objects.create(store=store, currency="INR", **earlier)
    with moved_to(BEGIN + 2 * DAY):
        rebuild_figures()
        found = PlatformDay.objects.get(on=on)
        assert (found.orders, found.api_calls, found.api_errors) == (6, 400, 50)
        assert (found.stores_active, found.storage_bytes) == (2, 140)
        sales = list(SalesDay.objects.filter(on=on).values_list("currency", "value_minor"))
        assert sales == [("INR", 4_000), ("USD", 900)]
        span = StoreSpan.objects.get(store=store, days=30)
        assert (span.orders, span.orders_fall, span.errors_rise) == (3, 850, 250)
        assert span.converted_minor is None
        assert (span.api_p50_ms, span.api_p95_ms) == (None, None)
        timed = StoreSpan.objects.get(store=other_store, days=30)
        assert (timed.api_calls, timed.api_p50_ms, timed.api_p95_ms) == (701, 40, 299)
        assert [row.store for row in list_slowest(30, 10)] == [other_store]
        StoreSpan.objects.filter(pk=timed.pk).update(api_calls=99)
        assert list_slowest(30, 10) == [], "too few calls"
        with outside_store():
            record_deletion(other_store.pk)
            record_deletion(other_store.pk)
            UsageMetric.objects.filter(store=other_store).delete()
            Store.objects.filter(pk=other_store.pk).update(is_sandbox=True)  # as if it were gone
        rebuild_figures()
        found = PlatformDay.objects.get(on=on)
        assert (found.orders, found.storage_bytes) == (6, 140)
        latest = PlatformDay.objects.get(on=on + DAY)
        assert (latest.storage_bytes, latest.stores_open) == (70, 1)
        assert GoneDay.objects.count() - gone_before == 5


def test_the_command_says_what_it_did(scene: None) -> None:
    done = json_of("rebuild_figures")
    assert done["changed"] > 0
    assert json_of("rebuild_figures", "--from", done["from"], "--until", done["until"])["changed"] == 0  # fmt: skip
    assert "has not come" in refused("rebuild_figures", "--from", "2999-01-01")[1]


def test_the_docs_have_the_definitions(settings: Any) -> None:
    assert as_markdown() in (settings.BASE_DIR / "docs/figures.md").read_text(encoding="utf-8")
