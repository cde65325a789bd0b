"""Addresses as they are on a parcel of their country."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from apps.common.addresses.countries import country_name
from apps.common.addresses.formats import AddressFormat, address_format
from apps.common.addresses.regions import find_region
from apps.common.text import fold

# Countries that print the code of the region: Boulder, CO 80302.
_PRINT_CODES: Final = frozenset({"AU", "BR", "CA", "IT", "US"})
_PIECES = re.compile("(%[A-Z])")


def address_lines(address: Mapping[str, Any], language: str = "en") -> list[str]:
    """The address, one line each, in the order of its country and the country in words; empty for no address.

    Also reads addresses from before regions had codes. Everything of the address is printed, except the phone.
    """
    parts = {name: str(address.get(name) or "") for name in ("name", "line1", "line2", "city")}
    country = str(address.get("country") or "")
    form = address_format(country)
    is_local = _has_other_letters(parts["line1"] + parts["city"])
    parts["postal_code"] = str(address.get("postal_code") or "")
    parts["region"] = _region(
        country, str(address.get("region") or ""), language, is_local=is_local
    )
    name = country_name(country, language)
    if not form.uses("city") and fold(parts["city"]) == fold(country_name(country)):
        parts["city"] = ""  # Singapore, Singapore
    patterns = form.lines if is_local else form.latin_lines
    lines = [
        line for pattern in _with_rest(patterns, form, parts) for line in _fill(pattern, parts)
    ]
    return [*lines, name] if name and lines else lines


def address_line(address: Mapping[str, Any], language: str = "en") -> str:
    """The same on one line, without the name of the person."""
    return ", ".join(address_lines({**address, "name": ""}, language))


def _region(country: str, text: str, language: str, *, is_local: bool) -> str:
    region = find_region(country, text) if text else None
    if region is None:
        return text
    if country in _PRINT_CODES:
        return region.code
    return (
        region.local_name
        if is_local and _has_other_letters(region.local_name)
        else region.name_in(language)
    )


def _with_rest(
    patterns: tuple[str, ...], form: AddressFormat, parts: Mapping[str, str]
) -> tuple[str, ...]:
    """Fields that the country's format lacks are on a separate line at the end."""
    letters = {"city": "%C", "region": "%S", "postal_code": "%Z"}
    rest = [letter for part, letter in letters.items() if parts[part] and not form.uses(part)]
    return (*patterns, *rest)


def _fill(pattern: str, parts: Mapping[str, str]) -> list[str]:
    """Signs between two fields are printed when both are there, signs in front of a field when it is."""
    street = [parts["line1"], parts["line2"]]
    if pattern == "%A":
        return [line for line in street if line]
    values = {
        "%N": parts["name"],
        "%A": ", ".join(line for line in street if line),
        "%C": parts["city"],
        "%S": parts["region"],
        "%Z": parts["postal_code"],
    }
    line, sign, is_first = "", "", True
    for piece in _PIECES.split(pattern):
        if piece not in values:
            sign = piece
            continue
        if values[piece]:
            line += f"{sign if line or is_first else ''}{values[piece]}"
        sign, is_first = "", False
    return [line] if line else []


@lru_cache(maxsize=1024)
def _has_other_letters(text: str) -> bool:
    """Whether it contains non-Latin letters."""
    return not text.isascii() and any(
        letter.isalpha() and "LATIN" not in unicodedata.name(letter, "LATIN") for letter in text
    )
