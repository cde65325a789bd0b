"""The places that a warehouse serves first, as staff type them, one in a line: a country (`IN`), a region of it (`IN-KA`),
postal codes (`IN 5600*`).

A preference, not a border: what no warehouse of the place has is sent from any other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext

from apps.common.addresses import country_name, find_country, find_region, split_country
from apps.common.addresses.postal_patterns import PostalPatterns, read_patterns
from apps.common.text import NotText, clean_block

MOST_PLACES: Final = 300
NO_MATCH, COUNTRY, REGION, POSTAL_CODE = range(4)


def read_places(text: str) -> str:
    """The typed places in their normal form, each once. Raises `ValueError` with the sentence for the form."""
    places: dict[str, None] = {}
    try:
        lines = clean_block(text).splitlines()
    except NotText as error:
        raise ValueError(str(error)) from error
    for line in filter(None, map(str.strip, lines)):
        places.update(dict.fromkeys(_read_line(line)))
        if len(places) > MOST_PLACES:
            sentence = gettext("At most %(most)s places; write beginnings with a star.")
            raise ValueError(sentence % {"most": MOST_PLACES})
    return "\n".join(places)


def match_of(places: str, address: Mapping[str, Any]) -> int:
    """How well an address fits the places of a warehouse: its postal code best, then its region, then its country."""
    if not places:
        return NO_MATCH
    area, country = _area_of(places), str(address.get("country") or "")
    patterns = area.postal_codes.get(country)
    if patterns is not None and patterns.match(str(address.get("postal_code") or "")):
        return POSTAL_CODE
    if f"{country}-{address.get('region') or ''}" in area.regions:
        return REGION
    return COUNTRY if country in area.countries else NO_MATCH


@dataclass(frozen=True)
class _Area:
    countries: frozenset[str]
    regions: frozenset[str]
    postal_codes: Mapping[str, PostalPatterns]


def _read_line(line: str) -> list[str]:
    if country := find_country(line):
        return [country]
    country, rest = split_country(line)
    if country is None:
        sentence = gettext("%(line)s is no place. Write IN, IN-KA or IN 5600*, one in each line.")
        raise ValueError(sentence % {"line": line[:60]})
    if re.search(r"[\d*]", rest):
        return [f"{country} {each}" for each in read_patterns(rest, country)]
    region = find_region(country, rest)
    if region is None:
        sentence = gettext("%(name)s is no region of %(country)s.")
        raise ValueError(sentence % {"name": rest[:60], "country": country_name(country)})
    return [f"{country}-{region.code}"]


@lru_cache(maxsize=512)
def _area_of(places: str) -> _Area:
    """Of the normal form, which is short: parsed once, not for each order."""
    lines = places.splitlines()
    codes: dict[str, list[str]] = {}
    for line in lines:
        country, blank, pattern = line.partition(" ")
        if blank:
            codes.setdefault(country, []).append(pattern)
    return _Area(
        frozenset(line for line in lines if len(line) == 2),
        frozenset(line for line in lines if "-" in line and " " not in line),
        {country: PostalPatterns.of(patterns) for country, patterns in codes.items()},
    )
