"""Amounts as people type them: read as the store's own lists show them, and written so that they read the same again.

The store's language decides what a comma and a point mean: `1.499` is 1499 in a German store and 1.499, which euros
do not have, in an English one. The other mark is read where it can mean one thing only. Whatever could mean two amounts is refused with an example, never guessed.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol
from django.utils.translation import gettext, ngettext

from apps.common.currencies import decimals_of, signs_of
from apps.common.errors import InvalidInput
from apps.common.money import (
    LAKH_CURRENCIES,
    Money,
    format_money,
    from_minor,
    groups_by_lakh,
    require_amount,
)
from apps.common.places import locale_of
from apps.common.text import NotText, clean_code

_MOST_CHARACTERS = 60
_NEUTRAL_GROUPS = " '’"  # these separate thousands and never decimals
_ARABIC_DECIMAL, _ARABIC_GROUP = "٫", "٬"
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:(.)\d{3})(?:\1\d{3})*", re.ASCII)
_LAKHS = re.compile(r"[1-9]\d?(?:(.)\d{2})(?:\1\d{2})*\1\d{3}", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)


def read_amount(text: str, currency: str, language: str) -> Money:
    """The amount that was typed: `1,49,900.00`, `₹ 1499`, `१४९९`, `1.499,00 €`, `1 499,50 Ft`, `1'499.-`, `12.`, `-5`.

    Raises `InvalidInput` with a sentence for the field.
    """
    plain = _plain(text, currency, language)
    number, is_negative = _without_sign(plain, currency, language)
    if number is None:
        raise _refused(text, currency, language)
    decimal = _decimal_symbol(language)
    number = _with_own_decimal(_without_last_mark(number, decimal), decimal, language)
    whole, point, fraction = number.partition(decimal)
    whole_digits = _ungrouped(whole, currency, language) if whole else "0"
    if whole_digits is None or (point and not _DIGITS.fullmatch(fraction)):
        raise _refused(text, currency, language)
    if len(fraction) > decimals_of(currency) and not _is_surely_decimal(whole, fraction):
        raise _too_fine(text, currency, language)
    amount = Decimal(f"{whole_digits}.{fraction or 0}")
    return require_amount(-amount if is_negative else amount, currency)


def write_amount(minor: int, currency: str, language: str) -> str:
    """For a field that is edited: every decimal, no sign of the currency, no grouping. `read_amount` reads it."""
    amount = from_minor(minor, currency).amount
    return f"{amount:.{decimals_of(currency)}f}".replace(".", _decimal_symbol(language))


def example_amount(currency: str, language: str) -> str:
    """An amount in the store's own writing, for hints and errors: `1,49,900.00`."""
    shown = format_money(from_minor(149_900 * 10 ** decimals_of(currency), currency), language)
    found = re.search(r"\d.*\d", _plain(shown, currency, language), re.ASCII)
    assert found is not None
    return found[0]


def _plain(text: str, currency: str, language: str) -> str:
    """One line with ASCII digits and plain spaces, in small letters."""
    if any(unicodedata.category(letter) == "No" for letter in text):  # 5² is not 52
        raise _refused(text, currency, language)
    try:
        plain = clean_code(text, most=_MOST_CHARACTERS).casefold()
    except NotText as error:
        raise InvalidInput(str(error)) from error
    return plain.replace(_ARABIC_DECIMAL, _decimal_symbol(language)).replace(_ARABIC_GROUP, "'")


def _without_sign(plain: str, currency: str, language: str) -> tuple[str | None, bool]:
    """The number alone, and whether there was a minus; None where something else is beside it."""
    found = _frame(currency, language).fullmatch(plain)
    if found is None:
        return None, False
    parts = found.groupdict()
    minuses = [name for name in ("minus", "inner", "last") if parts[name]]
    if len(minuses) > 1 or (parts["before"] and parts["behind"]):
        return None, False
    return parts["number"], bool(minuses)


@lru_cache(maxsize=512)
def _frame(currency: str, language: str) -> re.Pattern[str]:
    """A number with what may stand around it: a minus before or behind, the currency before or behind, `/-` or `.-`
    for even amounts."""
    symbols = {_sign_in(language, currency), _sign_in("en", currency)} - {""}
    signs = sorted(symbols | signs_of(currency), key=len, reverse=True)
    sign = "|".join(re.escape(each) for each in signs)
    marks = re.escape(f".,{_group_symbols(language)}{_decimal_symbol(language)}")
    return re.compile(
        rf"(?P<minus>-)? ?(?P<before>{sign})? ?(?P<inner>-)? ?"
        rf"(?P<number>[\d{marks}]+?)(?:/-|(?<=\d)[.,]-)? ?(?P<behind>{sign})? ?(?P<last>-)?",
        re.ASCII,
    )


def _sign_in(language: str, currency: str) -> str:
    """CLDR's symbol as it is typed; the escudo's is invisible in some languages, then ""."""
    try:
        return clean_code(get_currency_symbol(currency, locale_of(language))).casefold()
    except NotText:
        return ""


def _without_last_mark(number: str, decimal: str) -> str:
    """`12` from `12.`: a mark without following digits separates nothing."""
    head = number[:-1]
    return head if number[-1] in ".," and decimal not in head and head else number


def _with_own_decimal(number: str, decimal: str, language: str) -> str:
    """`1 234,50` and `,5` with the language's own decimal mark.

    The other mark is taken for it only where it can't separate thousands: with nothing or thousands of blanks or
    apostrophes in front, or in a language whose thousands have other marks. Three digits behind it may be thousands.
    """
    other = {".": ",", ",": "."}.get(decimal, "")
    if not other or decimal in number or number.count(other) != 1:
        return number
    whole, _mark, fraction = number.partition(other)
    has_groups = not set(_NEUTRAL_GROUPS).isdisjoint(whole)
    is_decimal = not whole or other not in _group_symbols(language)
    if has_groups or (is_decimal and len(fraction) != 3):
        return f"{whole}{decimal}{fraction}"
    return number


def _ungrouped(whole: str, currency: str, language: str) -> str | None:
    """The digits of `1,49,900`; None where they are grouped by something else or in another way."""
    if _DIGITS.fullmatch(whole):
        return whole
    found = _THOUSANDS.fullmatch(whole)
    if found is None and (currency in LAKH_CURRENCIES or groups_by_lakh(currency, language)):
        found = _LAKHS.fullmatch(whole)
    if found is None or found[1] not in _group_symbols(language):
        return None
    return whole.replace(found[1], "")


def _is_surely_decimal(whole: str, fraction: str) -> bool:
    """`980.00` yen are 980 yen. `1,000` euros are in a German store one euro, elsewhere a thousand: refused."""
    return not fraction.strip("0") and (len(fraction) != 3 or not _DIGITS.fullmatch(whole))


def _group_symbols(language: str) -> str:
    own = unicodedata.normalize("NFKC", get_group_symbol(locale_of(language)))
    return f"{_NEUTRAL_GROUPS}{own}".replace(_decimal_symbol(language), "")


def _decimal_symbol(language: str) -> str:
    return get_decimal_symbol(locale_of(language))


def _refused(text: str, currency: str, language: str) -> InvalidInput:
    shown, example = text.strip()[:_MOST_CHARACTERS], example_amount(currency, language)
    return InvalidInput(
        gettext("“%(shown)s” is not an amount of money in %(currency)s. Write it like %(example)s.")
        % {"shown": shown, "currency": currency, "example": example}
    )


def _too_fine(text: str, currency: str, language: str) -> InvalidInput:
    decimals = decimals_of(currency)
    shown, example = text.strip()[:_MOST_CHARACTERS], example_amount(currency, language)
    words = {"shown": shown, "currency": currency, "decimals": decimals, "example": example}
    if not decimals:
        return InvalidInput(
            gettext(
                "“%(shown)s” has more decimals than an amount in %(currency)s, "
                "which has no decimals. Write it like %(example)s."
            )
            % words
        )
    return InvalidInput(
        ngettext(
            "“%(shown)s” has more decimals than an amount in %(currency)s, "
            "which has %(decimals)d decimal. Write it like %(example)s.",
            "“%(shown)s” has more decimals than an amount in %(currency)s, "
            "which has %(decimals)d decimals. Write it like %(example)s.",
            decimals,
        )
        % words
    )
