"""The visitor's language: for now the store's. Words for Babel, direction for the page."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError

from apps.platform.tenancy.context import current_store_or_none


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale:
    """Babel's locale of `en-IN` or `en_IN`; English for what Babel does not know."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def current_locale() -> Locale:
    store = current_store_or_none()
    return locale_of(store.language if store is not None else "en")


def direction_of(language: str) -> str:
    return locale_of(language).text_direction


@lru_cache(maxsize=64)
def country_choices(language: str) -> list[tuple[str, str]]:
    """`("IN", "India")` for every country, by name in that language."""
    territories = locale_of(language).territories
    countries = [
        (code, name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    ]
    return sorted(countries, key=lambda pair: pair[1])


def country_name(code: str) -> str:
    return str(current_locale().territories.get(code, code))


# CLDR's two-letter codes that nobody can ship to.
_NOT_COUNTRIES = frozenset(
    {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AQ", "BV", "HM", "CP", "DG", "EA", "IC", "AC", "TA", "CQ"}
)
