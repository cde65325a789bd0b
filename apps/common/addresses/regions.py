"""States, provinces, prefectures: the list of a country, and the code for any usual spelling.

A region is kept as its ISO 3166-2 code without the country (`KA`, `CA`, `13`), shown by its name, and compared by
`region_key`. Where a country's addresses name a region, `list_regions` has them all; elsewhere a region is free text.
"""

import gettext
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice, takewhile, zip_longest
from typing import Final

import pycountry
from babel.languages import get_official_languages

from apps.common.addresses.countries import find_country
from apps.common.addresses.google import Row, country_row, language_rows
from apps.common.addresses.spellings import GENERIC, GENERIC_ENDS, NAMES, SPELLINGS
from apps.common.text import fold, words_of

# Countries whose list is ISO's: their addresses name a region, and Google's data has none.
_BY_ISO: Final = frozenset({"CR", "HN", "PA", "PG", "PT", "RO", "ZA"})
# Newer regions of ISO that Google's list lacks.
_NEWER: Final = {"ID": ("PD", "PE", "PS", "PT"), "PH": ("MGN", "MGS"), "KP": ("14", "15")}
# Rows of Google's list that are countries of their own, or of another country by ISO.
_ELSEWHERE: Final = {
    "CN": frozenset({"台湾", "香港", "澳门"}),
    "RU": frozenset({"Автономна Республіка Крим", "Севастополь"}),
}
_NAMES_ARE_KEYS: Final = frozenset({"IN"})  # whose other names are abbreviated: "Jammu & Kashmir"
# Countries where many cities and counties have the name of a region, but never are one: Kansas City is in Missouri.
_CITIES_ARE_NO_REGIONS: Final = frozenset({"AR", "AU", "CA", "PH", "US"})
# Countries where the kind is part of a region's name: Columbia is a city, not a district.
_PARTS_OF_NAMES: Final = frozenset({
    "district", "island", "islands", "state", "territory", "union", "the", "of",
})  # fmt: skip
_BETWEEN: Final = re.compile(r"\s*[-–—:/(（\[]\s*")
_MOST_GAPS: Final = 5
_MOST_NEAR: Final = 4
_SMALLER_PLACES: Final = frozenset({
    "city", "ciudad", "county", "co", "parish", "district", "department", "departamento", "island", "islands",
})  # fmt: skip
_IN_ISO_ORDER: Final = frozenset({"JP"})  # from north to south, as every Japanese form has it
# CLDR says "English" for many countries; pycountry's names are English already.
_ALREADY_READ: Final = "en"


@dataclass(frozen=True)
class Region:
    """`name` is in Latin letters; `names` by language, the country's first one in front."""

    country: str
    code: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)
    spellings: frozenset[str] = field(default=frozenset(), hash=False, compare=False)

    def name_in(self, language: str) -> str:
        """In that language if it is one of the country's, in Latin letters otherwise."""
        base = language.replace("_", "-").partition("-")[0]
        return self.names.get(base, self.name) if base != "en" else self.name

    @property
    def local_name(self) -> str:
        """In the country's first language: 東京都."""
        return next(iter(self.names.values()), self.name)


@dataclass(frozen=True)
class _Table:
    listed: Mapping[str, Region]
    known: Mapping[str, Region]
    by_spelling: Mapping[str, str]


def list_regions(country: str) -> tuple[Region, ...]:
    """The regions of addresses in that country; empty if addresses name no region or accept any text."""
    return tuple(_table(country.upper()).listed.values())


def has_regions(country: str) -> bool:
    return bool(_table(country.upper()).listed)


@lru_cache(maxsize=2_000)
def find_region(country: str, spelling: str) -> Region | None:
    """The region by an old or new code or name, with or without the country; None for an unknown one.

    `Karnataka`, `KA`, `ka`, `IN-KA`, `29`, `Karnātaka`, `ಕರ್ನಾಟಕ`, `Karnataka (KA)` and `29-Karnataka` are one. Where the
    country has a list, the region is in it; elsewhere every subdivision of ISO 3166-2 is found.
    """
    return _find_one(country, spelling) or _find_pair(country, spelling)


def _find_one(country: str, spelling: str) -> Region | None:
    table = _table(country.upper())
    spelling = _without_country(country, spelling)
    keys = [_key(spelling), *_shorter_keys(country, spelling)]
    if not _names_a_smaller_place(country, spelling):
        keys.append(_bare_key(spelling))
    code = next((table.by_spelling[key] for key in keys if key in table.by_spelling), None)
    return table.known.get(code) if code else None


def _find_pair(country: str, spelling: str) -> Region | None:
    """The region of a name and a code side by side, as our own lists and others have them, if both name the same one."""
    text = spelling.rstrip(" )）]")
    for gap in islice(_BETWEEN.finditer(text), _MOST_GAPS):
        first = _find_one(country, text[: gap.start()])
        if first is not None and first == _find_one(country, text[gap.end() :]):
            return first
    return None


def near_regions(country: str, text: str) -> tuple[Region, ...]:
    """A few suggestions for an unknown spelling, by name; empty without suggestions or with too many."""
    if _names_a_smaller_place(country, text):
        return ()
    words = set(_words(text)) - GENERIC
    regions = sorted(list_regions(country), key=lambda region: fold(region.name))
    near = [each for each in regions if words and words <= set(_words(each.name))]
    if not near:
        keys = {_key(name): each for each in regions for name in (each.name, each.local_name)}
        found = get_close_matches(_key(text), keys, n=_MOST_NEAR, cutoff=0.8)
        near = list(dict.fromkeys(keys[key] for key in found))
    return tuple(near) if len(near) <= _MOST_NEAR else ()


def region_key(country: str, spelling: str) -> str:
    """The comparison key of a region: its code, or the folded text of an unknown region."""
    region = find_region(country, spelling)
    return region.code if region is not None else fold(spelling)


def region_name(country: str, spelling: str, language: str = "") -> str:
    """The region's name; an unknown region as it was written."""
    region = find_region(country, spelling)
    return region.name_in(language) if region is not None else spelling


def region_choices(country: str, language: str = "") -> list[tuple[str, str]]:
    """`("KA", "Karnataka")` for every region of the list, by name."""
    choices = [(region.code, region.name_in(language)) for region in list_regions(country)]
    if country.upper() in _IN_ISO_ORDER:
        return sorted(choices)
    return sorted(choices, key=lambda choice: fold(choice[1]))


@lru_cache(maxsize=512)
def _table(country: str) -> _Table:
    official = {code: name for code, name, _nested in _iso_regions(country)}
    tops = [code for code, _name, nested in _iso_regions(country) if not nested]
    listed = _google_regions(country, official)
    for code in tops if country in _BY_ISO else _NEWER.get(country, ()):
        name = NAMES.get(country, {}).get(code, official[code])
        listed.setdefault(code, Region(country, code, name))
    known = listed or {code: Region(country, code, name) for code, name in official.items()}
    return _Table(listed, known, _spellings(country, known, official))


def _iso_regions(country: str) -> Iterator[tuple[str, str, bool]]:
    """Code, name, and whether it lies inside another subdivision."""
    for found in pycountry.subdivisions.get(country_code=country) or ():
        yield found.code.partition("-")[2], _plain(found.name), bool(found.parent_code)


def _google_regions(country: str, official: Mapping[str, str]) -> dict[str, Region]:
    """Google's list with ISO's codes; its own key where ISO has no code. Empty where addresses name no region."""
    if "%S" not in country_row(country)["fmt"]:
        return {}
    latin: dict[str, str] = {}
    names: dict[str, dict[str, str]] = {}
    spellings: dict[str, set[str]] = {}
    coder = _Coder(country, official)
    for row in language_rows(country):
        language = str(row.get("lang", "en")).partition("-")[0]
        for key, iso, name, latin_name in _entries(row):
            if key in _ELSEWHERE.get(country, ()):
                continue
            code = coder.code_of(key, iso, name, latin_name)
            spellings.setdefault(code, set()).update({key, name, latin_name})
            own = key if country in _NAMES_ARE_KEYS and language == "en" else name or key
            if latin_name or language == "en":
                latin[code] = latin_name or own
            latin.setdefault(code, own)
            names.setdefault(code, {}).setdefault(language, own)
    latin |= {code: name for code, name in NAMES.get(country, {}).items() if code in latin}
    return {
        code: Region(country, code, name, names.get(code, {}), frozenset(spellings[code]))
        for code, name in latin.items()
    }


class _Coder:
    """Finds ISO's code of an entry of Google's list: by its code, old or new, by its key, by its name."""

    def __init__(self, country: str, official: Mapping[str, str]) -> None:
        self.official = official
        self.known = {_key(name): code for code, name in official.items()}
        self.known |= {_bare_key(name): code for code, name in official.items()}
        self.known |= {
            _key(spelling): code for spelling, code in SPELLINGS.get(country, {}).items()
        }

    def code_of(self, key: str, iso: str, name: str, latin_name: str) -> str:
        for code in (iso, key):
            if code in self.official:
                return code
        for text in (iso, latin_name, name, key):
            if text and _key(text) in self.known:
                return self.known[_key(text)]
        return key


def _entries(row: Row) -> Iterator[tuple[str, str, str, str]]:
    columns = ("sub_keys", "sub_isoids", "sub_names", "sub_lnames")
    texts = [str(row[column]).split("~") if column in row else [] for column in columns]
    yield from zip_longest(*texts, fillvalue="")


def _spellings(
    country: str, known: Mapping[str, Region], official: Mapping[str, str]
) -> dict[str, str]:
    """Every spelling, the most certain first; a spelling that two regions share on one level is ignored."""
    own = [
        (code, text)
        for code, one in known.items()
        for text in (one.name, *one.names.values(), *one.spellings)
    ]
    extra = [(code, text) for text, code in SPELLINGS.get(country, {}).items()]
    iso = [(code, name) for code, name in official.items() if code in known]
    translated = [(code, name) for code, name in _translated(country) if code in known]
    levels: list[Iterable[tuple[str, str]]] = [
        ((code, _key(text)) for code in known for text in (code, country + code)),
        ((code, _key(text)) for code, text in own),
        ((code, _key(text)) for code, text in extra),
        ((code, _key(country + text)) for code, text in extra if len(text) == 2),
        ((code, _key(text)) for code, text in iso),
        ((code, _key(text)) for code, text in translated),
        (
            (code, _bare_key(text, kept=_PARTS_OF_NAMES))
            for code, text in (*own, *extra, *iso, *translated)
        ),
    ]
    found: dict[str, str] = {}
    for level in levels:
        meanings: dict[str, set[str]] = {}
        for code, key in level:
            if key and key not in found:
                meanings.setdefault(key, set()).add(code)
        found |= {key: codes.pop() for key, codes in meanings.items() if len(codes) == 1}
    return found


def _translated(country: str) -> Iterator[tuple[str, str]]:
    """The names in the country's official languages, as far as pycountry has them."""
    for language in get_official_languages(country, de_facto=True):
        if language == _ALREADY_READ:
            continue
        try:
            texts = gettext.translation("iso3166-2", pycountry.LOCALES_DIR, languages=[language])
        except FileNotFoundError:
            continue
        for found in pycountry.subdivisions.get(country_code=country) or ():
            yield found.code.partition("-")[2], texts.gettext(found.name)


def _plain(name: str) -> str:
    """ISO's `Alacant*`, `Catalunya [Cataluña]`, `Krym, Respublika` as people write it."""
    name = name.partition("[")[0].partition("(")[0].strip().rstrip("*")
    first, comma, last = name.partition(", ")
    return f"{last} {first}" if comma and " y " not in last and " e " not in last else name


def _words(text: str) -> list[str]:
    """Folded, with `&` as a word; the two forms of Taiwan's first letter are one."""
    return list(words_of(text.replace("&", " and ").replace("臺", "台")))


def _key(text: str) -> str:
    """Letters and digits only; numbers without zeros in front: `07` and `7` are one."""
    key = "".join(_words(text))
    return (key.lstrip("0") or key) if key.isdigit() else key


def _shorter_keys(country: str, text: str) -> list[str]:
    """Without kinds of places in front and behind, the longest first: `rhodeisland` of `State of Rhode Island`."""
    words = _words(text)
    kinds = GENERIC - _SMALLER_PLACES if country.upper() in _CITIES_ARE_NO_REGIONS else GENERIC
    front = sum(1 for _word in takewhile(kinds.__contains__, words))
    back = sum(1 for _word in takewhile(kinds.__contains__, reversed(words)))
    parts = [
        words[first : len(words) - last] for first in range(front + 1) for last in range(back + 1)
    ]
    return ["".join(part) for part in sorted(parts, key=len, reverse=True) if part]


def _without_country(country: str, text: str) -> str:
    """`Karnataka` of `Karnataka, India`, and `CA` of `CA, USA`."""
    name, comma, behind = text.rpartition(",")
    return name if comma and find_country(behind) == country.upper() else text


def _names_a_smaller_place(country: str, text: str) -> bool:
    return country.upper() in _CITIES_ARE_NO_REGIONS and not _SMALLER_PLACES.isdisjoint(
        words_of(text)
    )


def _bare_key(text: str, *, kept: frozenset[str] = frozenset()) -> str:
    """Without the words for the kind of place."""
    key = "".join(word for word in _words(text) if word not in GENERIC or word in kept)
    for end in GENERIC_ENDS:
        if key.endswith(end) and len(key) > len(end) + 1:
            return key.removesuffix(end)
    return key
