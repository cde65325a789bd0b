"""Amounts as Stripe's API writes them. Its minor units are not those of ISO 4217 in every currency.

Source: https://docs.stripe.com/currencies (zero-decimal, three-decimal, special cases).
"""

from decimal import Decimal
from typing import Final

from apps.common.currencies import decimals_of
from apps.common.money import Money
from apps.gateways.amounts import money_of, refuse_currency, require_decimals

# The amount is the whole number. MGA has two decimals in ISO 4217, and none at Stripe.
_WHOLE: Final = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
# Three decimals, the last of which must be 0.
_THREE: Final = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
# Two decimals that must be 00, although ISO 4217 has none: 5 ISK are 500.
_WHOLE_IN_HUNDREDTHS: Final = frozenset(["ISK", "UGX"])
_KNOWN: Final = _WHOLE | _THREE | _WHOLE_IN_HUNDREDTHS


def to_stripe(money: Money) -> int:
    """The amount for Stripe. Raises `GatewayRefused` for an amount that Stripe can't take; nothing is rounded."""
    code = money.currency.code
    decimals = _decimals_of(code)
    require_decimals(money, _taken_decimals_of(code), provider="Stripe")
    return int(money.amount.scaleb(decimals))


def from_stripe(amount: int, currency: str) -> Money:
    """Stripe's amount as money. Raises `GatewayRefused` for one that the currency can't pay."""
    code = currency.upper()
    return money_of(Decimal(amount).scaleb(-_decimals_of(code)), code)


def takes(code: str) -> bool:
    """Whether Stripe's documentation says how to write amounts of the currency."""
    return code in _KNOWN or decimals_of(code) == 2


def _decimals_of(code: str) -> int:
    """Raises `GatewayRefused` where ISO 4217 has an unusual number and Stripe's documentation says nothing."""
    if code in _WHOLE:
        return 0
    if code in _THREE:
        return 3
    if code in _WHOLE_IN_HUNDREDTHS or decimals_of(code) == 2:
        return 2
    raise refuse_currency(code, provider="Stripe")


def _taken_decimals_of(code: str) -> int:
    return 0 if code in _WHOLE or code in _WHOLE_IN_HUNDREDTHS else 2
