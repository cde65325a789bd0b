"""Time zone and date format of a store.

Texts are in a language with a complete catalogue (`settings.LANGUAGES`), else in English. What Django calls the language is
then English, in the spelling of its dates that the store's language and country use. `config/formats` holds the spellings.
"""

import re
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.localedata import exists
from django.conf import settings

log = structlog.get_logger(__name__)

DAY_FIRST_12: Final = "en-in"
DAY_FIRST_24: Final = "en-gb"
MONTH_FIRST: Final = "en-us"
YEAR_FIRST_12: Final = "en-kr"
YEAR_FIRST_24: Final = "en-se"
_QUOTED: Final = re.compile(r"'[^']*'")  # words inside a pattern of CLDR


@lru_cache(maxsize=512)
def zone_of(name: str) -> tzinfo:
    """The time zone of that name; UTC for a name that this machine does not have."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        log.warning("A time zone is not known; UTC takes its place.", time_zone=name[:64])
        return UTC


def text_language_of(language: str) -> str:
    """The catalogue for readers of `language`: of `de-AT` that of `de-at`, else that of `de`, else English."""
    code, complete = language.lower(), dict(settings.LANGUAGES)
    while code and code not in complete:
        code = code.rpartition("-")[0]
    return code or "en"


@lru_cache(maxsize=100)
def direction_of(language: str) -> str:
    """`ltr` or `rtl`; `ltr` for a language without CLDR data."""
    try:
        return Locale.parse(language, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"


def language_shown(wanted: str, *, otherwise: str) -> str:
    """`wanted` where texts of that language are complete, else `otherwise`: dates, amounts and places follow the texts
    around them."""
    has_texts = text_language_of(wanted).partition("-")[0] == wanted.lower().partition("-")[0]
    return wanted if has_texts else otherwise


def spelling_of(language: str, country: str) -> str:
    """What Django calls the language: the reader's own, or the English that writes dates as the reader is used to."""
    if text_language_of(language) != "en":
        return language.lower()
    return _english_for(language, country)


@lru_cache(maxsize=512)
def _english_for(language: str, country: str) -> str:
    locale = regional_locale(language, country)
    day, clock = (
        _QUOTED.sub("", pattern)
        for pattern in (locale.date_formats["medium"].pattern, locale.time_formats["short"].pattern)
    )
    first = next((letter for letter in day if letter in "dMy"), "d")
    has_twelve = "h" in clock
    if first == "M":
        return MONTH_FIRST
    if first == "y":
        return YEAR_FIRST_12 if has_twelve else YEAR_FIRST_24
    return DAY_FIRST_12 if has_twelve else DAY_FIRST_24


@lru_cache(maxsize=512)
def regional_locale(language: str, country: str) -> Locale:
    """CLDR's locale of a language as a country uses it: `en` in India is `en_IN`, in Japan the world's English.

    A country that is part of the language has priority; without CLDR data for the combination the language stays
    unchanged.
    """
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return regional_locale("en", country)
    own = str(get_global("likely_subtags").get(str(locale), "")).rpartition("_")[2]
    if locale.territory or country.upper() in ("", own):
        return locale
    wanted = "_".join(part for part in (locale.language, locale.script, country.upper()) if part)
    if exists(wanted):
        return Locale.parse(wanted)
    return Locale.parse("en_001") if locale.language == "en" else locale
