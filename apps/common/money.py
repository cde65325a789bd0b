"""Money: integer minor units plus currency in storage, `Money` in code, Babel on the page.

Nothing else in the project divides by 100: yen has no decimals and dinar three. The decimals of a currency are
those of ISO 4217. Rounding happens in this module and nowhere else; parts that must add up to a whole are made by
`allocate` (largest remainder). What people type is read by `apps.common.amounts`.
"""

import re
import unicodedata
from collections.abc import Sequence
from copy import copy
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import NumberPattern, get_currency_precision, get_currency_symbol
from django.utils.translation import gettext
from moneyed import Money

from apps.common.currencies import decimals_of
from apps.common.errors import InvalidInput
from apps.common.places import locale_of

__all__ = [
    "LAKH_CURRENCIES",
    "MAX_MINOR",
    "Money",
    "allocate",
    "format_money",
    "format_percent",
    "from_minor",
    "groups_by_lakh",
    "money_json",
    "parse_amount",
    "part_of",
    "require_amount",
    "round_money",
    "to_minor",
]

# The form of clients: no exponents, no other scripts' digits, no signs but a minus.
_AMOUNT = re.compile(r"-?\d{1,60}(\.\d{1,10})?", re.ASCII)
MAX_MINOR = 9_000_000_000_000_000  # below 2^53 and far below PostgreSQL's bigint

# Rupees and takas are counted in lakhs and crores. CLDR knows it for Hindi, Tamil or English of India, not for Marathi,
# Kannada, Malayalam, Odia and Urdu.
LAKH_CURRENCIES = frozenset(["INR", "NPR", "BDT"])
_LAKH_LANGUAGES = frozenset([
    "as", "bn", "brx", "doi", "gu", "hi", "kn", "kok", "ks", "mai", "ml", "mni", "mr", "ne",
    "or", "pa", "sa", "sat", "sd", "ta", "te", "ur"
])  # fmt: skip


def from_minor(minor: int, currency: str) -> Money:
    """`from_minor(49900, "INR")` is 499.00 rupees; `from_minor(499, "JPY")` is 499 yen."""
    return Money(Decimal(minor).scaleb(-decimals_of(currency)), currency)


def to_minor(money: Money) -> int:
    """Minor units of an exact amount. Raises `InvalidInput` where the currency has no such small part."""
    code = money.currency.code
    scaled = money.amount.scaleb(decimals_of(code))
    if scaled != scaled.to_integral_value():
        raise InvalidInput(
            gettext("%(amount)s has more decimals than %(code)s has.")
            % {"amount": money.amount, "code": code}
        )
    return int(scaled)


def parse_amount(text: str | int | Decimal, currency: str) -> Money:
    """A decimal as clients write it (`"499.00"`). Raises `InvalidInput` on anything else.

    What people type goes through `apps.common.amounts.read_amount`.
    """
    decimals_of(currency)
    plain = str(text).strip()
    if not _AMOUNT.fullmatch(plain):
        raise InvalidInput(gettext("%(text)s is not an amount of money.") % {"text": f"{text!r}"})
    return require_amount(Decimal(plain), currency)


def require_amount(amount: Decimal, currency: str) -> Money:
    """The amount as money; there is no minus zero. Raises `InvalidInput` on too many decimals or too much money."""
    money = Money(amount if amount else abs(amount), currency)
    if abs(to_minor(money)) > MAX_MINOR:
        raise InvalidInput(gettext("This amount is too large."))
    return money


def round_money(money: Money) -> Money:
    """The nearest amount the currency can pay; halves away from zero."""
    code = money.currency.code
    quantum = Decimal(1).scaleb(-decimals_of(code))
    rounded = money.amount.quantize(quantum, rounding=ROUND_HALF_UP)
    return Money(rounded if rounded else abs(rounded), money.currency)


def part_of(minor: int, share: int, whole: int) -> int:
    """`minor * share / whole` in whole minor units; halves away from zero."""
    part = (2 * abs(minor) * share + whole) // (2 * whole)
    return -part if minor < 0 else part


def part_half_even(minor: int, share: int, whole: int) -> int:
    """As `part_of`; halves to the even neighbour."""
    part, rest = divmod(abs(minor) * share, whole)
    if 2 * rest > whole or (2 * rest == whole and part % 2):
        part += 1
    return -part if minor < 0 else part


def allocate(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Split whole minor units in proportion to `weights`; the parts always add up to `total_minor`.

    Largest remainder method; ties go to the earlier part. With all weights zero the first part takes everything.
    """
    if not weights:
        if total_minor:
            raise ValueError("nothing to allocate to")
        return []
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    whole = sum(weights)
    if whole == 0:
        return [total_minor] + [0] * (len(weights) - 1)
    sign = -1 if total_minor < 0 else 1
    quotients = [divmod(abs(total_minor) * weight, whole) for weight in weights]
    parts = [quotient for quotient, _ in quotients]
    order = sorted(range(len(weights)), key=lambda i: (-quotients[i][1], i))
    for index in order[: abs(total_minor) - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


@lru_cache(maxsize=5_000)
def format_money(money: Money, language: str) -> str:
    """As people of that language write it: `₹1,49,900.00`, `1.499,00 €`.

    Decimals that CLDR leaves out for a currency (`500 RSD`) are shown where there are any (`499,99 RSD`).
    """
    rounded = round_money(money)
    code = money.currency.code
    locale = locale_of(language)
    pattern = _pattern(str(locale), code, _shown_decimals(rounded))
    return pattern.apply(rounded.amount, locale, currency=code, currency_digits=False)


def shorten_money(money: Money, language: str) -> str:
    """As `format_money`, without decimals that are all zero: `₹1,49,900`."""
    rounded = round_money(money)
    is_whole = rounded.amount == rounded.amount.to_integral_value()
    if not is_whole:
        return format_money(money, language)
    locale, code = locale_of(language), money.currency.code
    pattern = _pattern(str(locale), code, 0)
    return pattern.apply(rounded.amount, locale, currency=code, currency_digits=False)


def format_percent(percent: str, language: str) -> str:
    """`9%`, `0,125 %`: exactly, as people of that language write it."""
    locale = locale_of(language)
    pattern = copy(locale.percent_formats[None])
    pattern.frac_prec = (0, 4)
    return pattern.apply(Decimal(percent) / 100, locale)


def groups_by_lakh(currency: str, language: str) -> bool:
    """Whether an amount is written as `1,49,900.00`."""
    locale = locale_of(language)
    if currency in LAKH_CURRENCIES and locale.language in _LAKH_LANGUAGES:
        return True
    return bool(locale.currency_formats["standard"].grouping == (3, 2))


def money_json(minor: int, currency: str) -> dict[str, str]:
    """The API's form: `{"amount": "499.00", "currency": "INR"}`."""
    decimals = decimals_of(currency)
    return {"amount": f"{from_minor(minor, currency).amount:.{decimals}f}", "currency": currency}


def _shown_decimals(rounded: Money) -> int:
    """CLDR's decimals for a whole amount, ISO's for any other."""
    code = rounded.currency.code
    if rounded.amount == rounded.amount.to_integral_value():
        return min(get_currency_precision(code), decimals_of(code))
    return decimals_of(code)


@lru_cache(maxsize=1024)
def _pattern(language: str, currency: str, decimals: int) -> NumberPattern:
    pattern = copy(locale_of(language).currency_formats["standard"])
    pattern.frac_prec = (decimals, decimals)
    if groups_by_lakh(currency, language):
        pattern.grouping = (3, 2)
    symbol = get_currency_symbol(currency, locale_of(language))
    if _needs_space(symbol[-1]):
        pattern.prefix = tuple(re.sub("¤$", "¤\xa0", part) for part in pattern.prefix)
    if _needs_space(symbol[0]):
        pattern.suffix = tuple(re.sub("^¤", "\xa0¤", part) for part in pattern.suffix)
    return pattern


def _needs_space(edge: str) -> bool:
    """Whether a space belongs between currency and digits (`IQD 5`, `$5`): CLDR's `currencySpacing`, which Babel lacks."""
    return unicodedata.category(edge)[0] not in "SZ"
