"""Postal codes as a country writes them, from the ways people type them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from apps.common.addresses.google import Row, country_row
from apps.common.text import clean_code

_SEPARATORS = re.compile(r"[\s\-./,·:_]+")
# What stands in front of a code on letters from abroad, beside the country's own code: signs of cars, words, 〒.
_IN_FRONT: Final = {
    "AT": ("A",), "BE": ("B",), "DE": ("D",), "ES": ("E",), "FI": ("FIN", "SF"), "FR": ("F",), "HU": ("H",),
    "IN": ("PINCODE", "PIN"), "IT": ("I",), "JP": ("〒",), "LI": ("FL",), "LU": ("L",), "NO": ("N",), "PT": ("P",),
    "SE": ("S",), "SI": ("SLO",), "US": ("ZIPCODE", "ZIP"), "GB": ("UK",),
}  # fmt: skip


def tidy_postal_code(country: str, text: str) -> str | None:
    """The code in the form of that country, such as `K1A 0B1` for `k1a-0b1`; None when it is none there.

    Countries without codes, or whose codes have no known form, take any text. Raises `NotText`.
    """
    typed = clean_code(text).upper()
    row = country_row(country)
    pattern = _pattern(country)
    if not typed or pattern is None:
        return typed
    for bare in _bare_codes(country, row, _SEPARATORS.sub("", typed)):
        for code in (*_shaped(row, bare), typed):
            if pattern.fullmatch(code):
                return code
    return None


def example_postal_code(country: str) -> str:
    return str(country_row(country).get("zipex", "")).partition(",")[0]


def is_numeric(country: str) -> bool:
    """Whether postal codes there are digits alone: phones show the right keyboard then."""
    examples = str(country_row(country).get("zipex", "")).split(",")
    return all(_SEPARATORS.sub("", example).isdigit() for example in examples)


@lru_cache(maxsize=512)
def _pattern(country: str) -> re.Pattern[str] | None:
    row = country_row(country)
    return re.compile(row["zip"], re.ASCII) if "%Z" in row["fmt"] and "zip" in row else None


def _bare_codes(country: str, row: Row, code: str) -> Iterator[str]:
    """As typed, without what stands in front of it, and with the country's code where it is part of it."""
    yield code
    own = _SEPARATORS.sub("", str(row.get("postprefix", "")).upper())
    for prefix in (*_IN_FRONT.get(country, ()), own, country):
        if prefix and code.startswith(prefix):
            yield code.removeprefix(prefix)
    yield country + code


def _shaped(row: Row, code: str) -> Iterator[str]:
    """With blanks and hyphens where the country's examples of that length have them, then without any."""
    for example in str(row.get("zipex", "")).split(","):
        if len(_SEPARATORS.sub("", example)) != len(code):
            continue
        letters = iter(code)
        yield "".join(mark if _SEPARATORS.fullmatch(mark) else next(letters) for mark in example)
    yield code
