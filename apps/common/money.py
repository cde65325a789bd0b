"""Money: integer minor units plus currency in storage, `Money` in code, Babel on the page.

Nothing else in the project divides by 100: yen has no decimals and dinar three. The number of decimals of a
currency is CLDR's, by Babel. Rounding happens in `round_money` and nowhere else; parts that must add up to a
whole are made by `allocate` (largest remainder).
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency, get_currency_precision, list_currencies
from moneyed import Money

from apps.common.errors import InvalidInput

__all__ = [
    "Money",
    "allocate",
    "format_money",
    "from_minor",
    "money_json",
    "parse_amount",
    "round_money",
    "to_minor",
]

# Digits as everybody types them: no exponents, no other scripts' digits, no signs but a minus.
_AMOUNT = re.compile(r"-?\d{1,60}(\.\d{1,10})?", re.ASCII)
MAX_MINOR = 9_000_000_000_000_000  # below 2^53 and far below PostgreSQL's bigint


def from_minor(minor: int, currency: str) -> Money:
    """`from_minor(49900, "INR")` is 499.00 rupees; `from_minor(499, "JPY")` is 499 yen."""
    return Money(Decimal(minor).scaleb(-get_currency_precision(currency)), currency)


def to_minor(money: Money) -> int:
    """Minor units of an exact amount. Raises `InvalidInput` where the currency has no such small part."""
    scaled = money.amount.scaleb(get_currency_precision(money.currency.code))
    if scaled != scaled.to_integral_value():
        raise InvalidInput(f"{money.amount} has more decimals than {money.currency.code} has.")
    return int(scaled)


def parse_amount(text: str | int | Decimal, currency: str) -> Money:
    """A decimal as people or clients write it (`"499.00"`). Raises `InvalidInput` on anything else."""
    if currency not in list_currencies():
        raise InvalidInput(f"{currency!r} is not a currency code.")
    plain = str(text).strip()
    if not _AMOUNT.fullmatch(plain):
        raise InvalidInput(f"{text!r} is not an amount of money.")
    money = Money(Decimal(plain), currency)
    if abs(to_minor(money)) > MAX_MINOR:
        raise InvalidInput("This amount is too large.")
    return money


def round_money(money: Money) -> Money:
    """The nearest amount the currency can pay; halves away from zero."""
    quantum = Decimal(1).scaleb(-get_currency_precision(money.currency.code))
    return Money(money.amount.quantize(quantum, rounding=ROUND_HALF_UP), money.currency)


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


def format_money(money: Money, language: str) -> str:
    """As people of that language write it: `₹1,49,900.00`, `1.499,00 €`."""
    return format_currency(money.amount, money.currency.code, locale=language.replace("-", "_"))


def money_json(minor: int, currency: str) -> dict[str, str]:
    """The API's form: `{"amount": "499.00", "currency": "INR"}`."""
    precision = get_currency_precision(currency)
    return {"amount": f"{from_minor(minor, currency).amount:.{precision}f}", "currency": currency}
