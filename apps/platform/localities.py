"""The values of a store's location: currency, country, language, time zone."""

from functools import cache
from typing import Final

from babel.languages import get_official_languages
from babel.numbers import get_territory_currencies
from django.utils.translation import gettext

from apps.common.addresses import find_region, unknown_region
from apps.common.currencies import selling_currencies
from apps.common.errors import InvalidInput
from apps.common.places import country_choices, is_language, language_choices
from apps.common.time_zones import known_time_zones, only_zone_of

_TIME_ZONES: Final = {
    "AE": "Asia/Dubai",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "IN": "Asia/Kolkata",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "NL": "Europe/Amsterdam",
    "SG": "Asia/Singapore",
    "US": "America/New_York",
}


# Where the tax depends on the state the store sells from.
STATE_NEEDED: Final = frozenset({"IN"})

# Countries where shops use English beside other languages, or one of several languages.
_LANGUAGES: Final = {
    "AU": "en-AU",
    "BE": "nl",
    "CA": "en-CA",
    "CH": "de-CH",
    "GB": "en-GB",
    "IE": "en-IE",
    "IN": "en-IN",
    "NZ": "en-NZ",
    "PK": "en-GB",
    "SG": "en-SG",
    "US": "en",
    "ZA": "en-ZA",
}


@cache
def _countries() -> frozenset[str]:
    return frozenset(code for code, _name in country_choices())


def time_zone_of(country: str) -> str:
    """The default for a store of that country; the merchant can change it."""
    return _TIME_ZONES.get(country) or only_zone_of(country) or "UTC"


def language_of(country: str) -> str:
    """The language a store of that country starts with, for dates and amounts; the merchant can change it."""
    if country in _LANGUAGES:
        return _LANGUAGES[country]
    offered = {code for code, _name in language_choices()}
    for language in get_official_languages(country, de_facto=True):
        for code in (f"{language}-{country}", language):
            if code in offered:
                return code
    return "en"


def currency_of(country: str) -> str:
    """The currency that is used there, "" for none that a store can sell in; the merchant can choose another."""
    sold = selling_currencies()
    return next((code for code in get_territory_currencies(country) if code in sold), "")


def require_locality(
    *, currency: str, country: str, language: str = "", time_zone: str = "", state: str = ""
) -> None:
    """Raise `InvalidInput` naming every field that is not a known code. Empty language, zone and state are fine."""
    fields: dict[str, list[str]] = {}
    if currency not in selling_currencies():
        fields["currency"] = [
            gettext("This is not the code of a currency in use, such as INR or USD.")
        ]
    if country not in _countries():
        fields["country"] = [gettext("This is not a country code such as IN or US.")]
    if language and not (is_language(language) and len(language) <= 10):
        fields["language"] = [gettext("This is not a language code such as en or pt-br.")]
    if time_zone and time_zone not in known_time_zones():
        fields["time_zone"] = [gettext("This is not a time zone such as Asia/Kolkata.")]
    if state and find_region(country, state) is None:
        fields["state"] = [unknown_region(country, state)]
    if fields:
        raise InvalidInput(gettext("The store can't be opened with these values."), fields=fields)
