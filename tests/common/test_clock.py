"""Days of 23, 24 and 25 hours, and times that a clock shows twice or never."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from apps.common.clock import day_of, end_of, moment_at, moved_to, now, start_of
from apps.common.time_zones import (
    known_time_zones,
    only_zone_of,
    time_zone_choices,
    time_zone_names,
)

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Asia/Kolkata", date(2026, 11, 29), 24),
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # from 0:00 to 1:00
        ("Africa/Cairo", date(2026, 10, 29), 25),
        ("America/Havana", date(2026, 3, 8), 23),  # from 0:00 to 1:00
        ("America/Havana", date(2026, 11, 1), 25),  # 0:00 comes twice
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Pacific/Apia", date(2011, 12, 30), 0),  # Samoa had none
    ],
)
def test_a_day_is_as_long_as_it_is(zone: str, day: date, hours: float) -> None:
    with timezone.override(ZoneInfo(zone)):
        begin, end = start_of(day), end_of(day)
        assert end - begin == hours * HOUR
        if hours:
            assert day_of(begin) == day_of(end - timedelta(seconds=1)) == day
            assert day_of(begin - timedelta(seconds=1)) == day - timedelta(days=1)


def test_an_indian_day_begins_on_the_evening_before() -> None:
    with timezone.override(ZoneInfo("Asia/Kolkata")):
        assert start_of(date(2026, 11, 29)) == datetime(2026, 11, 28, 18, 30, tzinfo=UTC)
        assert day_of(datetime(2026, 11, 28, 18, 29, 59, tzinfo=UTC)) == date(2026, 11, 28)


def test_what_a_clock_shows_twice_or_never_has_a_moment() -> None:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        autumn, spring, half_past_two = date(2026, 10, 25), date(2026, 3, 29), time(2, 30)
        first, last = (
            moment_at(autumn, half_past_two),
            moment_at(autumn, half_past_two, is_last=True),
        )
        assert (first.hour, last.hour) == (0, 1)
        skipped = datetime(2026, 3, 29, 1, tzinfo=UTC)
        assert moment_at(spring, half_past_two) == skipped
        assert moment_at(spring, half_past_two, is_last=True) == skipped


def test_a_moved_clock_goes_on_from_there_and_comes_back() -> None:
    then = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with moved_to(then):
        first = now()
        assert then <= first < then + HOUR
        with moved_to(then + HOUR):
            assert now() >= then + HOUR
        assert first <= now() < then + HOUR
    assert abs(now() - datetime.now(UTC)) < HOUR


def test_time_zones_to_choose_from_are_places() -> None:
    names = time_zone_names()
    assert {"Asia/Kolkata", "America/New_York", "UTC"} <= set(names)
    odd = {"localtime", "Zulu", "GMT0", "Etc/GMT+5", "Factory", "EST5EDT", "US/Eastern", "Eire"}
    assert odd.isdisjoint(names)
    assert "Asia/Calcutta" not in names
    assert "Asia/Calcutta" in known_time_zones()
    assert known_time_zones().isdisjoint({"localtime", "Factory", "posixrules"})
    assert ("Asia/Kolkata", "Asia/Kolkata (UTC+05:30)") in time_zone_choices(datetime.now(UTC))


def test_a_country_with_one_time_zone_has_that_one() -> None:
    assert only_zone_of("NP") == "Asia/Kathmandu"
    assert only_zone_of("US") == ""
    assert only_zone_of("XX") == ""
