"""Local time in SQL without the server's time zone tables, which an administrator has to load and which are often
missing.

`CONVERT_TZ` then answers NULL, and lists by day are empty. So the offsets of a zone are written into the statement, from
the same data that Python uses; MariaDB finds the right one by a binary search.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

FIRST_YEAR: Final = 2000
YEARS_AHEAD: Final = 10
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STEP: Final = timedelta(days=1)


def local_time_sql(sql: str, params: Sequence[Any], zone: str) -> tuple[str, tuple[Any, ...]]:
    """Converts the SQL expression `sql`, a moment in UTC, to local time of `zone`. Outside 2000 to ten years from now
    by the nearest offset."""
    first, changes = list_offsets(zone, datetime.now(UTC).year + YEARS_AHEAD)
    if not changes:
        return f"({sql} + INTERVAL {first} SECOND)", tuple(params)
    moments = ", ".join(str(moment) for moment, _offset in changes)
    offsets = ", ".join(str(offset) for offset in (first, *(offset for _moment, offset in changes)))
    seconds = f"TIMESTAMPDIFF(SECOND, '1970-01-01', {sql})"
    return (
        f"({sql} + INTERVAL ELT(1 + INTERVAL({seconds}, {moments}), {offsets}) SECOND)",
        (*params, *params),
    )


@lru_cache(maxsize=512)
def list_offsets(zone: str, last_year: int) -> tuple[int, tuple[tuple[int, int], ...]]:
    """The offset at the start of 2000, and every later change, as (seconds since 1970, new offset), in seconds."""
    place = ZoneInfo(zone)
    moment, end = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    first = offset = _offset(place, moment)
    changes = []
    while moment < end:
        later = moment + _STEP
        after = _offset(place, later)
        if after != offset:
            changed = _find_change(place, moment, later)
            changes.append((int((changed - _EPOCH).total_seconds()), after))
            offset = after
        moment = later
    return first, tuple(changes)


def _find_change(place: tzinfo, before: datetime, after: datetime) -> datetime:
    """The first second with the offset of `after`; there is one change between the two."""
    old = _offset(place, before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if _offset(place, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(place: tzinfo, moment: datetime) -> int:
    offset = moment.astimezone(place).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
