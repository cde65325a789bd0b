"""Countries from any usual spelling, and the continents they lie on."""

import re
from functools import cache
from typing import Final

import pycountry

from apps.common.places import country_choices, locale_of
from apps.common.text import fold, words_of

_ALSO: Final = {
    "UK": "GB", "GREAT BRITAIN": "GB", "ENGLAND": "GB", "SCOTLAND": "GB", "WALES": "GB", "NORTHERN IRELAND": "GB",
    "USA": "US", "U.S.A.": "US", "UAE": "AE", "BHARAT": "IN", "HOLLAND": "NL", "TURKEY": "TR", "CZECH REPUBLIC": "CZ",
    "SWAZILAND": "SZ", "BURMA": "MM", "IVORY COAST": "CI", "MACAU": "MO", "HONG KONG": "HK", "KOSOVO": "XK", "EL": "GR",
}  # fmt: skip
_LANGUAGES: Final = (
    "ar",
    "bn",
    "de",
    "es",
    "fr",
    "hi",
    "it",
    "ja",
    "ko",
    "ml",
    "mr",
    "pt",
    "ru",
    "ta",
    "te",
    "zh",
)
_GAP: Final = re.compile(r"[\s:;,/]+|\s*[-–]\s*")
# The United Nations' regions (M49), Antarctica's bases left out.
CONTINENTS: Final[dict[str, str]] = {
    "Africa": "DZ AO BJ BW BF BI CV CM CF TD KM CG CD CI DJ EG GQ ER SZ ET GA GM GH GN GW IO KE LS LR LY MG MW ML MR MU YT "
    "MA MZ NA NE NG RE RW SH ST SN SC SL SO ZA SS SD TZ TF TG TN UG EH ZM ZW",
    "Asia": "AF AM AZ BH BD BT BN KH CN CY GE HK IN ID IR IQ IL JP JO KZ KW KG LA LB MO MY MV MN MM NP KP OM PK PS PH QA "
    "SA SG KR LK SY TW TJ TH TL TR TM AE UZ VN YE",
    "Europe": "AX AL AD AT BY BE BA BG HR CZ DK EE FO FI FR DE GI GR GG VA HU IS IE IM IT JE XK LV LI LT LU MT MD MC ME "
    "NL MK NO PL PT RO RU SM RS SK SI ES SJ SE CH UA GB",
    "North America": "AI AG AW BS BB BZ BM BQ VG CA KY CR CU CW DM DO SV GL GD GP GT HT HN JM MQ MX MS NI PA PR BL KN LC MF "
    "PM VC SX TT TC US VI",
    "South America": "AR BO BR CL CO EC FK GF GY PY PE GS SR UY VE",
    "Oceania": "AS AU CX CC CK FJ PF GU KI MH FM NR NC NZ NU NF MP PW PG PN WS SB TK TO TV UM VU WF",
}


def find_country(spelling: str) -> str | None:
    """The two-letter code of `IN`, `in`, `IND`, `India`, `भारत`; None for other text."""
    key = _key(spelling)
    return _spellings().get(key) or (
        _names_abroad().get(key) if len(key) > 3 or not key.isascii() else None
    )


def split_country(text: str) -> tuple[str | None, str]:
    """The country that a text begins with, in its longest spelling, and the rest: of `US-CA`, `United States: California`.
    None and the whole text where it begins with none."""
    cuts = [(gap.start(), gap.end()) for gap in _GAP.finditer(text)]
    for place, (end, rest) in enumerate([(len(text), len(text)), *reversed(cuts)]):
        is_one_word = place == len(cuts)
        country = find_country(text[:end])
        # `ES-P` is Palencia, though ESP is Spain
        if country and (is_one_word or len(_key(text[:end])) > 3):
            return country, text[rest:].strip()
    return None, text


def country_name(code: str, language: str = "en") -> str:
    """The country in words of that language; an unknown code as it is."""
    return str(locale_of(language).territories.get(code, code))


def is_country(code: str) -> bool:
    return code in _codes()


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for code, _name in country_choices())


@cache
def _spellings() -> dict[str, str]:
    """Codes have priority over names; a name that two countries share is ignored."""
    found = {_key(code): code for code in _codes()}
    found |= {_key(text): code for text, code in _ALSO.items()}
    names = [(code, name) for code, name in country_choices() if code in _codes()]
    for country in pycountry.countries:
        if country.alpha_2 not in _codes():
            continue
        found.setdefault(_key(country.alpha_3), country.alpha_2)
        for part in ("name", "official_name", "common_name"):
            names.append((country.alpha_2, getattr(country, part, "")))
    return _unshared(names) | found


@cache
def _names_abroad() -> dict[str, str]:
    """Read only when English does not know the name: a locale of Babel's takes some 20 ms."""
    names = [pair for language in _LANGUAGES for pair in country_choices(language)]
    return _unshared([(code, name) for code, name in names if code in _codes()])


def _unshared(names: list[tuple[str, str]]) -> dict[str, str]:
    meanings: dict[str, set[str]] = {}
    for code, name in names:
        meanings.setdefault(_key(name), set()).add(code)
    return {key: codes.pop() for key, codes in meanings.items() if key and len(codes) == 1}


def _key(text: str) -> str:
    return "".join(words_of(fold(text).replace("&", " and ")))
