"""Amounts as Razorpay writes them: the smallest units of ISO 4217.

Source: https://razorpay.com/docs/api/orders/create/ : 29900 for 299.00 INR, 295 for 295 JPY, 295990 for 295.99 KWD, whose last digit
must be 0. Its list of currencies for international payments has no decimals; those with others than ISO 4217's elsewhere are
left out here.
"""

from decimal import Decimal
from typing import Final

from apps.common.currencies import decimals_of
from apps.common.money import Money
from apps.gateways.amounts import money_of, refuse_currency, require_decimals

# https://razorpay.com/docs/payments/international-payments/#supported-currencies, of these the ones with usual decimals.
_TAKEN: Final = frozenset(
    [
        "AED",
        "AUD",
        "BHD",
        "CAD",
        "CHF",
        "CNY",
        "DKK",
        "EUR",
        "GBP",
        "HKD",
        "INR",
        "JPY",
        "KWD",
        "MYR",
        "NOK",
        "NZD",
        "OMR",
        "QAR",
        "SAR",
        "SEK",
        "SGD",
        "THB",
        "USD",
        "ZAR",
    ]
)
_SMALLEST: Final = 2


def takes(code: str) -> bool:
    return code in _TAKEN


def to_razorpay(money: Money) -> int:
    """Raises `GatewayRefused` for an amount that Razorpay can't take; nothing is rounded."""
    code = money.currency.code
    if not takes(code):
        raise refuse_currency(code, provider="Razorpay")
    decimals = decimals_of(code)
    require_decimals(money, min(decimals, _SMALLEST), provider="Razorpay")
    return int(money.amount.scaleb(decimals))


def from_razorpay(amount: int, code: str) -> Money:
    """Raises `GatewayRefused` for a currency that is not taken."""
    if not takes(code):
        raise refuse_currency(code, provider="Razorpay")
    return money_of(Decimal(amount).scaleb(-decimals_of(code)), code)
