"""What may be said about where a store sells: currency, country, language, time zone."""

from functools import cache
from typing import Final

from babel import Locale
from babel.core import UnknownLocaleError

from apps.common.currencies import selling_currencies
from apps.common.errors import InvalidInput
from apps.common.places import country_choices
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


@cache
def _countries() -> frozenset[str]:
    return frozenset(code for code, _name in country_choices())


def time_zone_of(country: str) -> str:
    """A sensible start for a store of that country; the merchant can change it."""
    return _TIME_ZONES.get(country) or only_zone_of(country) or "UTC"


def require_locality(
    *, currency: str, country: str, language: str = "", time_zone: str = ""
) -> None:
    """Raise `InvalidInput` naming every field that is not a known code. Empty language and zone are fine."""
    fields: dict[str, list[str]] = {}
    if currency not in selling_currencies():
        fields["currency"] = ["This is not the code of a currency in use, such as INR or USD."]
    if country not in _countries():
        fields["country"] = ["This is not a country code such as IN or US."]
    if language and not _is_language(language):
        fields["language"] = ["This is not a language code such as en or pt-br."]
    if time_zone and time_zone not in known_time_zones():
        fields["time_zone"] = ["This is not a time zone such as Asia/Kolkata."]
    if fields:
        raise InvalidInput("Where the store sells is not clear.", fields=fields)


def _is_language(language: str) -> bool:
    try:
        Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return False
    return len(language) <= 10
