"""The time zones of lists: places, without technical names such as `localtime`, `Zulu` or `posixrules`."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import TZPATH, ZoneInfo, available_timezones

_AREAS: Final = frozenset((
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
))  # fmt: skip
_NOT_NAMES: Final = frozenset(("localtime", "Factory", "posixrules"))


@cache
def time_zone_names() -> tuple[str, ...]:
    """The options of a list: the current name of each place in the time zone database, and UTC."""
    places = {name for names in _listed_places().values() for name in names} & available_timezones()
    if not places:
        places = {name for name in available_timezones() if name.split("/")[0] in _AREAS}
    return (*sorted(name for name in places if "/" in name), "UTC")


@cache
def known_time_zones() -> frozenset[str]:
    """The accepted names of typed input, including older names such as Asia/Calcutta."""
    return frozenset(available_timezones() - _NOT_NAMES)


def only_zone_of(country: str) -> str:
    """The time zone of a country with a single one; "" for other countries."""
    names = _listed_places().get(country, [])
    return names[0] if len(names) == 1 else ""


def time_zone_choices(at: datetime) -> list[tuple[str, str]]:
    """`("Asia/Kolkata", "Asia/Kolkata (UTC+05:30)")`, with the offset of that moment."""
    return [(name, f"{name.replace('_', ' ')}{_offset(name, at)}") for name in time_zone_names()]


def _offset(name: str, at: datetime) -> str:
    return "" if name == "UTC" else f" (UTC{at.astimezone(ZoneInfo(name)).isoformat()[-6:]})"


@cache
def _listed_places() -> dict[str, list[str]]:
    """The zones of each country by `zone.tab` of the time zone data; empty if the machine lacks the file."""
    found: dict[str, list[str]] = {}
    table = next((path for path in map(Path, TZPATH) if (path / "zone.tab").is_file()), None)
    if table is not None:
        for line in (table / "zone.tab").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                country, _place, name = line.split("\t")[:3]
                found.setdefault(country, []).append(name)
    return found
