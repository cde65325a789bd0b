"""The address format of a country: fields, required fields, labels and order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext, gettext_noop

from apps.common.addresses.google import country_row

FIELDS: Final = ("name", "line1", "line2", "city", "region", "postal_code", "country", "phone")
# Fields that some countries do not have.
VARIABLE: Final = ("city", "region", "postal_code")

_TOKENS: Final = {
    "N": "name", "A": "street", "C": "city", "S": "region", "Z": "postal_code",
}  # fmt: skip
_STATES: Final = {
    "area": gettext_noop("Area"), "county": gettext_noop("County"), "department": gettext_noop("Department"), "district": gettext_noop("District"),
    "do_si": gettext_noop("Province or city"), "emirate": gettext_noop("Emirate"), "island": gettext_noop("Island"), "oblast": gettext_noop("Oblast"), "parish": gettext_noop("Parish"),
    "prefecture": gettext_noop("Prefecture"), "province": gettext_noop("Province"), "state": gettext_noop("State"),
}  # fmt: skip
_TOWNS: Final = {
    "district": gettext_noop("District"),
    "post_town": gettext_noop("Town or city"),
    "suburb": gettext_noop("Suburb or town"),
}
_CODES: Final = {
    "pin": gettext_noop("PIN code"),
    "zip": gettext_noop("ZIP code"),
    "eircode": gettext_noop("Eircode"),
    "cep": gettext_noop("CEP"),
}
_POSTCODE: Final = frozenset({"AU", "BD", "GB", "GG", "IM", "JE", "MY", "NL", "NZ"})
_STREETS: Final = {
    "IN": gettext_noop("House number, street, area"),
    "GB": gettext_noop("Address"),
    "JP": gettext_noop("Block and building number"),
}
# Labels that differ from those of the data.
_LABELS: Final[dict[str, dict[str, str]]] = {
    "AU": {"region": gettext_noop("State or territory")},
    "CA": {"region": gettext_noop("Province or territory")},
    "JP": {"city": gettext_noop("City or ward")},
}
_PIECES = re.compile("(%[A-Z])")


@dataclass(frozen=True)
class AddressFormat:
    """`lines` and `latin_lines` are patterns as in Google's data (`%C, %S %Z`), without company, suburb, sorting code."""

    country: str
    lines: tuple[str, ...]
    latin_lines: tuple[str, ...]
    labels: Mapping[str, str]
    used: tuple[str, ...]
    required: frozenset[str]
    language: str

    def uses(self, name: str) -> bool:
        return name not in VARIABLE or name in self.used

    def label(self, name: str) -> str:
        """In the language of the reader."""
        return gettext(self.labels[name])

    def order(self, language: str = "en") -> tuple[str, ...]:
        """The fields in the order of a form: name and country first, then the order of printing.

        A reader in the country's own language gets its own order: prefecture before street in Japanese.
        """
        is_own = language.replace("_", "-").partition("-")[0] == self.language
        found = ["name", "country"]
        for token in _PIECES.findall("".join(self.lines if is_own else self.latin_lines)):
            found += {"%A": ["line1", "line2"], "%N": []}.get(token, [_TOKENS[token[1]]])
        return (*found, "phone")


@lru_cache(maxsize=512)
def address_format(country: str) -> AddressFormat:
    """The format of that country; for an unknown code the most common format."""
    row = country_row(country.upper())
    lines, latin = _lines(row["fmt"]), _lines(row.get("lfmt", row["fmt"]))
    order = [_TOKENS[token[1]] for line in latin for token in _PIECES.findall(line)]
    used = tuple(name for name in order if name in VARIABLE)
    required = {"name", "line1", "country"}
    required |= {_TOKENS[letter] for letter in row["require"] if letter in "CSZ"} & set(used)
    return AddressFormat(
        country=country.upper(),
        lines=lines,
        latin_lines=latin,
        labels=_labels(country.upper(), row),
        used=used,
        required=frozenset(required),
        language=str(row.get("lang", "en")).partition("-")[0],
    )


def _labels(country: str, row: Mapping[str, str]) -> Mapping[str, str]:
    code = _CODES.get(row["zip_name_type"], gettext_noop("Postal code"))
    if country in _POSTCODE:
        code = gettext_noop("Postcode")
    return {
        "name": gettext_noop("Full name"),
        "line1": _STREETS.get(country, gettext_noop("Street and house number")),
        "line2": gettext_noop("Flat, floor, company"),
        "city": _TOWNS.get(row["locality_name_type"], gettext_noop("City")),
        "region": _STATES.get(row["state_name_type"], gettext_noop("State or region")),
        "postal_code": code,
        "country": gettext_noop("Country"),
        "phone": gettext_noop("Phone"),
        **_LABELS.get(country, {}),
    }


def _lines(pattern: str) -> tuple[str, ...]:
    """The lines without unsupported parts and the blanks and commas before them."""
    found = []
    for line in pattern.split("%n"):
        kept: list[str] = []
        for piece in _PIECES.split(line):
            if piece.startswith("%") and piece[1] not in _TOKENS:
                if kept and not kept[-1].startswith("%"):
                    kept.pop()
            elif piece:
                kept.append(piece)
        if any(piece.startswith("%") for piece in kept):
            found.append("".join(kept).strip(" ,"))
    return tuple(found)
