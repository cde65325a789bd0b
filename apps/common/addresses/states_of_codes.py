"""In which states or provinces a postal code of the USA or Canada can be.

Source: the beginnings of codes by state in Google's address metadata (`sub_zips`), and the codes that the post delivers across
a state's border. A code of another state is refused, as Shopify's checkout does by the same beginnings (`Shopify/worldwide`,
`zip_prefixes`): with it the sales tax would be wrong and the parcel misrouted, and the buyer has a typing error to correct.
"""

import re
from functools import lru_cache
from typing import Final

from apps.common.addresses.google import country_row
from apps.common.addresses.pin_codes import states_of_pin

# Whole codes that belong to two states: US Census, ZIP codes that cross state lines.
_ACROSS: Final = {
    "02861": "MA RI", "42223": "KY TN", "59221": "MT ND", "63673": "MO IL", "71749": "AR LA", "73949": "OK TX",
    "81137": "CO NM", "84536": "UT AZ", "86044": "AZ UT", "86515": "AZ NM", "88063": "NM TX", "89439": "NV CA",
    "97635": "OR CA",
}  # fmt: skip
# Post offices of the armed forces: the "state" is a part of the world, and people mix them up.
_FORCES: Final = frozenset({"AA", "AE", "AP"})
COMPARED: Final = frozenset({"IN", "US", "CA"})


def states_of_code(country: str, code: str) -> tuple[str, ...]:
    """The codes of the possible states of a postal code in its normal form; empty if any state is possible."""
    if country == "IN":
        return states_of_pin(code)
    if country not in COMPARED or not code:
        return ()
    if across := _ACROSS.get(code[:5]) if country == "US" else None:
        return tuple(across.split())
    found = tuple(state for state, pattern in _beginnings(country) if pattern.match(code))
    return tuple(sorted(_FORCES)) if _FORCES & set(found) else found


def has_places(country: str, code: str) -> bool:
    """Whether a place can have that postal code, in its normal form. True for countries of which no list is kept."""
    is_field_post = country == "IN" and code.startswith("9")
    return (
        country not in COMPARED or not code or is_field_post or bool(states_of_code(country, code))
    )


@lru_cache(maxsize=8)
def _beginnings(country: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    row = country_row(country)
    states, patterns = row["sub_keys"].split("~"), row["sub_zips"].split("~")
    return tuple(
        (state, re.compile(f"(?:{pattern})"))
        for state, pattern in zip(states, patterns, strict=True)
        if pattern
    )
