"""Working time, compared with times counted by hand."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.support.hours import WorkingHours, add_working_time, is_working, working_time_between

NINE_TO_FIVE = {day: (time(9), time(17)) for day in range(5)}
BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
OFFICE = WorkingHours(BERLIN, NINE_TO_FIVE, frozenset({date(2026, 12, 25)}))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        # Monday 23 November, 10:00 in Berlin (UTC+1): the same day at 14:00
        ("2026-11-23T09:00", 4, "2026-11-23T13:00"),
        # Friday 15:00: two hours, then Monday from 9:00 to 11:00
        ("2026-11-27T14:00", 4, "2026-11-30T10:00"),
        # Saturday: from Monday 9:00 on
        ("2026-11-28T12:00", 1, "2026-11-30T09:00"),
        # Thursday before Christmas, 16:00: an hour; Friday is a holiday; Monday 9:00 to 10:00
        ("2026-12-24T15:00", 2, "2026-12-28T09:00"),
        # to the minute at which work ends
        ("2026-11-23T08:00", 8, "2026-11-23T16:00"),
        # Friday 27 March 2026, 16:00 (UTC+1); clocks go forward on Sunday; Monday 10:00 is 8:00 UTC
        ("2026-03-27T15:00", 2, "2026-03-30T08:00"),
        # Friday 23 October 2026, 16:00 (UTC+2); clocks go back on Sunday; Monday 10:00 is 9:00 UTC
        ("2026-10-23T14:00", 2, "2026-10-26T09:00"),
    ],
)
def test_due_moments_in_berlin(start: str, hours: int, due: str) -> None:
    assert add_working_time(utc(start), timedelta(hours=hours), OFFICE) == utc(due)
    assert working_time_between(utc(start), utc(due), OFFICE) == timedelta(hours=hours)


def test_a_shift_over_the_change_of_clocks_has_the_hours_that_pass() -> None:
    """Sunday 0:00 to 6:00: five hours on 29 March 2026, seven on 25 October."""
    night = WorkingHours(BERLIN, {6: (time(0), time(6))})
    assert working_time_between(
        utc("2026-03-28T00:00"), utc("2026-03-30T00:00"), night
    ) == timedelta(hours=5)
    assert working_time_between(
        utc("2026-10-24T00:00"), utc("2026-10-26T00:00"), night
    ) == timedelta(hours=7)


def test_a_day_until_midnight_and_half_hours_of_india() -> None:
    late = WorkingHours(KOLKATA, {0: (time(22), time(0))})
    # Monday 23:30 in Kolkata is 18:00 UTC: half an hour is left, the rest on the Monday after, 22:00 = 16:30 UTC
    assert add_working_time(utc("2026-11-23T18:00"), timedelta(hours=1), late) == utc(
        "2026-11-30T17:00"
    )
    assert is_working(utc("2026-11-23T18:29"), late)
    assert not is_working(utc("2026-11-23T18:30"), late)


def test_without_days_time_always_runs_and_holidays_alone_have_an_end() -> None:
    always = WorkingHours(KOLKATA, {})
    assert add_working_time(utc("2026-11-28T00:00"), timedelta(hours=30), always) == utc(
        "2026-11-29T06:00"
    )
    assert working_time_between(
        utc("2026-11-29T06:00"), utc("2026-11-28T00:00"), always
    ) == -timedelta(hours=30)
    closed = frozenset(date(2026, 1, 1) + timedelta(days=number) for number in range(2000))
    never = WorkingHours(KOLKATA, NINE_TO_FIVE, closed)
    assert add_working_time(utc("2026-11-28T00:00"), timedelta(hours=1), never) == utc(
        "2026-11-28T01:00"
    )


@settings(max_examples=40)
@given(
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)),
    st.integers(min_value=0, max_value=60 * 100),
    st.integers(min_value=0, max_value=60 * 100),
)
def test_time_adds_up(start: datetime, first: int, second: int) -> None:
    at = start.replace(tzinfo=UTC)
    one, two = timedelta(minutes=first), timedelta(minutes=second)
    middle = add_working_time(at, one, OFFICE)
    end = add_working_time(middle, two, OFFICE)
    assert working_time_between(at, end, OFFICE) == one + two
