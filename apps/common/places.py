"""Countries, currencies and languages as people choose them, in words by Babel's CLDR data."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.common.currencies import selling_currencies

Choices = list[tuple[str, str]]

# A store's language as forms present it: every one works for dates and amounts, texts need a complete catalogue.
LANGUAGE_LABEL = _("Dates and amounts as in")
LANGUAGE_HINT = format_lazy(
    _("Pages and mails are written in {languages}, whatever is chosen here."),
    languages=", ".join(name for _code, name in settings.LANGUAGES),
)

# CLDR's two-letter codes without postal delivery.
_NOT_COUNTRIES = frozenset(
    [
        "EU",
        "EZ",
        "UN",
        "ZZ",
        "XA",
        "XB",
        "QO",
        "AQ",
        "BV",
        "HM",
        "CP",
        "DG",
        "EA",
        "IC",
        "AC",
        "TA",
        "CQ",
    ]
)
_CURRENCIES = [
    "INR",
    "USD",
    "EUR",
    "GBP",
    "AED",
    "AUD",
    "BDT",
    "BRL",
    "CAD",
    "CHF",
    "CNY",
    "DKK",
    "HKD",
    "IDR",
    "JPY",
    "KES",
    "KRW",
    "KWD",
    "LKR",
    "MXN",
    "MYR",
    "NGN",
    "NOK",
    "NPR",
    "NZD",
    "PHP",
    "PLN",
    "QAR",
    "SAR",
    "SEK",
    "SGD",
    "THB",
    "TRY",
    "TWD",
    "VND",
    "ZAR",
]
_LANGUAGES = [
    "en", "en-IN", "en-GB", "en-AU", "en-CA", "en-IE", "en-NZ", "en-SG", "en-ZA", "hi", "bn",
    "ta", "te", "mr", "gu", "kn", "ml", "or", "pa", "as", "ur", "ne", "si", "de", "de-AT",
    "de-CH", "fr", "fr-CA", "fr-CH", "es", "es-MX", "it", "nl", "pt", "pt-BR", "da", "nb", "sv",
    "fi", "pl", "cs", "sk", "hu", "ro", "bg", "hr", "sl", "el", "et", "lv", "lt", "uk", "tr",
    "ja", "ko", "zh-CN", "zh-TW", "id", "ms", "th", "vi", "ar", "he", "fa"
]  # fmt: skip


@lru_cache(maxsize=256)
@lru_cache(maxsize=512)
def locale_of(language: str) -> Locale:
    """Babel's locale of `en-IN` or `en_IN`; English for what Babel does not know."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def is_language(language: str) -> bool:
    """Whether Babel knows it: `en-IN`, `pt-br`."""
    try:
        Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return False
    return True


@lru_cache(maxsize=64)
def country_choices(language: str = "en") -> Choices:
    """`("IN", "India")` for every country, by name in that language."""
    territories = locale_of(language).territories
    countries = [
        (code, name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    ]
    return sorted(countries, key=lambda pair: pair[1])


@lru_cache(maxsize=64)
def currency_choices(language: str = "en") -> Choices:
    """`("INR", "INR - Indian Rupee")` for the currencies a store can sell in, the most used first."""
    names = locale_of(language).currencies
    codes = [*_CURRENCIES, *sorted(selling_currencies().difference(_CURRENCIES))]
    return [(code, f"{code} - {names.get(code, code)}") for code in codes]


@lru_cache(maxsize=64)
def language_choices(language: str = "en") -> Choices:
    """`("en-IN", "English (India)")` for the languages a store's prices and dates can be written in."""
    locale = locale_of(language)
    return [(code, locale_of(code).get_display_name(locale) or code) for code in _LANGUAGES]
