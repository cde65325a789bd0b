"""A store's day on MariaDB, whose time zones nobody loaded: the same days as Python's, and as on PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models.functions import ExtractHour, TruncDate, TruncHour, TruncMonth
from django.utils import timezone

from apps.events.models import AuditEntry
from tests.support.acting import seeing_all
from tests.support.mariadb import placed_on
from tests.support.mariadb_server import MariaDB

pytestmark = [pytest.mark.matrix, pytest.mark.mariadbd, pytest.mark.django_db(transaction=True)]

ZONES = [
    "Asia/Kolkata",
    "Europe/Berlin",
    "America/New_York",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "UTC",
]


@pytest.fixture(scope="module")
def placed(django_db_setup: None, django_db_blocker: Any, mariadb: MariaDB) -> Iterator[Any]:
    with django_db_blocker.unblock(), placed_on(mariadb) as store:
        yield store


@pytest.fixture
def moments(placed: Any) -> Iterator[list[datetime]]:
    """An entry of the audit log at each hour around changes of the clock, in a transaction that is rolled back."""
    begins = (datetime(2026, 3, 28), datetime(2026, 10, 24), datetime(2026, 4, 23))
    wanted = [
        begin.replace(tzinfo=UTC) + timedelta(minutes=30 * step, microseconds=5)
        for begin in begins
        for step in range(96)
    ]
    with seeing_all(placed), transaction.atomic():
        entries = [
            AuditEntry(action="sample", actor_kind="system", target_label="x", created_at=moment)
            for moment in wanted
        ]
        AuditEntry.objects.bulk_create(entries)
        yield wanted
        transaction.set_rollback(True)


def test_the_server_knows_no_time_zones(mariadb: MariaDB) -> None:
    rows = mariadb.run("SELECT CONVERT_TZ('2026-11-28 20:29:00', 'UTC', 'Asia/Kolkata')")
    assert rows == ((None,),)


@pytest.mark.parametrize("zone", ZONES)
def test_days_and_hours_are_those_of_python(moments: list[datetime], zone: str) -> None:
    with timezone.override(ZoneInfo(zone)):
        rows = AuditEntry.objects.filter(action="sample").annotate(
            day=TruncDate("created_at"), hour=ExtractHour("created_at")
        )
        found = {row.created_at: (row.day, row.hour) for row in rows}
    assert set(found) == set(moments)
    for moment, seen in found.items():
        local = moment.astimezone(ZoneInfo(zone))
        assert seen == (local.date(), local.hour), moment


def test_links_by_day_and_questions_for_a_day_work(moments: list[datetime]) -> None:
    everything = AuditEntry.objects.filter(action="sample")
    local = [moment.astimezone(ZoneInfo("Asia/Kolkata")) for moment in moments]
    days = [moment.date() for moment in everything.datetimes("created_at", "day")]
    assert days == sorted({one.date() for one in local})
    day = local[10].date()
    assert everything.filter(created_at__date=day).count() == sum(
        one.date() == day for one in local
    )
    months = everything.annotate(month=TruncMonth("created_at")).values_list("month", flat=True)
    assert {month.month for month in months} == {3, 4, 10}
    hours = everything.annotate(start=TruncHour("created_at")).values("start").distinct()
    assert hours.count() == len({one.replace(minute=0, microsecond=0) for one in local})
