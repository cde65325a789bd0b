"""SQL for migrations: regions as people wrote them become codes, in one statement that every kind of database takes."""

from collections.abc import Iterator
from typing import Final

from apps.common.addresses.regions import Region, list_regions
from apps.common.addresses.spellings import SPELLINGS

# Where a tax or a carrier has asked for the region so far; elsewhere it is understood when it is read.
_COUNTRIES: Final = ("AE", "AU", "BR", "CA", "IN", "JP", "MX", "US")


def region_code_sql(*, country: str, region: str) -> str:
    """An expression of two columns: the region's code, or what stands there where it is none we know."""
    cases = [
        f"WHEN {_text(code)} THEN CASE lower({region}) {_whens(code)} ELSE {region} END"
        for code in _COUNTRIES
    ]
    return f"CASE {country} {' '.join(cases)} ELSE {region} END"


def _whens(country: str) -> str:
    meanings: dict[str, str] = {}
    for region in list_regions(country):
        for spelling in _spellings(country, region):
            meanings.setdefault(spelling.lower(), region.code)
    return " ".join(f"WHEN {_text(text)} THEN {_text(code)}" for text, code in meanings.items())


def _spellings(country: str, region: Region) -> Iterator[str]:
    yield from (
        region.code,
        f"{country}-{region.code}",
        region.name,
        *sorted(region.names.values()),
    )
    yield from sorted(text for text in region.spellings if text)
    for text, code in SPELLINGS.get(country, {}).items():
        if code == region.code:
            yield text


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
