"""Postal codes as a country writes them, from the ways people type them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from apps.common.addresses.countries import find_country
from apps.common.addresses.google import Row, country_row
from apps.common.addresses.regions import find_region, region_key
from apps.common.text import NotText, clean_code, words_of

_SEPARATORS = re.compile(r"[\s\-./,·:_()#]+")
# Prefixes of codes on international letters beside the country's own code: car codes, words, 〒.
_IN_FRONT: Final = {
    "AT": ("A",), "BE": ("B",), "DE": ("D",), "ES": ("E",), "FI": ("FIN", "SF"), "FR": ("F",), "HU": ("H",),
    "IT": ("I",), "JP": ("〒",), "LI": ("FL",), "LU": ("L",), "NO": ("N",), "PT": ("P",),
    "SE": ("S",), "SG": ("S",), "SI": ("SLO",),
}  # fmt: skip
# Labels that people write before a postal code, folded and without blanks.
_NAMES: Final = frozenset({
    "cap", "cedex", "cep", "code", "codepostal", "codigopostal", "cp", "eircode", "index", "pc", "pin", "pincode", "pinno",
    "plz", "postalcode", "postcode", "postleitzahl", "psc", "zip", "zipcode", "zipno", "पिन", "पिनकोड", "郵便番号", "邮编",
    "邮政编码", "우편번호", "индекс",
})  # fmt: skip


def tidy_postal_code(country: str, text: str, region: str = "") -> str | None:
    """The code in the form of that country, such as `K1A 0B1` for `k1a-0b1`; None for an invalid code.

    Removes other text of the field: the country, the word for the code, and the region (`CA 94105`), which must match
    the address's region. Countries without codes, or whose codes have no known form, take any text. Raises `NotText`.
    """
    typed = clean_code(text).upper()
    pattern = _pattern(country)
    if not typed or pattern is None:
        return typed
    found = _fitting(country, pattern, typed)
    for inner, words in _without_words(typed) if found is None else ():
        if all(_may_stand_around(country, region, word) for word in words if word):
            found = found or _fitting(country, pattern, inner)
    return found


def known_postal_code(country: str, text: str, region: str = "") -> str:
    """As `tidy_postal_code`; "" for what is no code, or none yet while it is typed."""
    try:
        return tidy_postal_code(country, text, region) or ""
    except NotText:
        return ""


def _fitting(country: str, pattern: re.Pattern[str], typed: str) -> str | None:
    row = country_row(country)
    for bare in _bare_codes(country, row, _SEPARATORS.sub("", typed)):
        for code in (*_shaped(row, bare), typed):
            if pattern.fullmatch(code):
                return code
    return None


def _without_words(typed: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """The text without letters in front of it, behind it, or both: `CA` and `94105`. Only whole words, or all letters
    up to a digit."""
    for front_end in _ends_of_words(typed):
        for length in _ends_of_words(typed[::-1]):
            start = len(typed) - length
            if front_end < start and (front_end or length):
                yield typed[front_end:start], (typed[:front_end], typed[start:])


def _ends_of_words(typed: str) -> list[int]:
    """Places up to which `typed` has no digit, and before which a word ends."""
    first = re.search("[0-9]", typed)
    letters = typed[: first.start()] if first else ""
    ends = [found.end() for found in _SEPARATORS.finditer(letters)]
    return [0, *ends] if not letters or ends[-1:] == [len(letters)] else [0, *ends, len(letters)]


def _may_stand_around(country: str, region: str, words: str) -> bool:
    key = "".join(words_of(words))
    if not key or key in _NAMES or find_country(words) == country:
        return True
    named = find_region(country, words)
    return named is not None and region in ("", named.code, region_key(country, words))


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
    """As typed, without a prefix, and with the country's code if it is part of the format."""
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
