"""Amounts as PayPal writes them: decimal text, of the currencies that PayPal has.

Source: https://developer.paypal.com/api/rest/reference/currency-codes/ . HUF and TWD have two decimals in ISO 4217 and none
at PayPal. BRL, CNY and MYR work only for accounts of their country, which PayPal says itself.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from apps.common.money import Money
from apps.gateways.amounts import money_of, refuse_currency, require_decimals
from apps.gateways.errors import GatewayRefused

_WHOLE: Final = frozenset(["HUF", "JPY", "TWD"])
_WITH_TWO: Final = frozenset(
    [
        "AUD",
        "BRL",
        "CAD",
        "CHF",
        "CNY",
        "CZK",
        "DKK",
        "EUR",
        "GBP",
        "HKD",
        "ILS",
        "MXN",
        "MYR",
        "NOK",
        "NZD",
        "PHP",
        "PLN",
        "SEK",
        "SGD",
        "THB",
        "USD",
    ]
)


def takes(code: str) -> bool:
    return code in _WHOLE or code in _WITH_TWO


def to_paypal(money: Money) -> dict[str, str]:
    """PayPal's `money`. Raises `GatewayRefused` for an amount that PayPal can't take; nothing is rounded."""
    code = money.currency.code
    if not takes(code):
        raise refuse_currency(code, provider="PayPal")
    decimals = 0 if code in _WHOLE else 2
    require_decimals(money, decimals, provider="PayPal")
    return {"currency_code": code, "value": f"{money.amount:.{decimals}f}"}


def from_paypal(money: Mapping[str, Any]) -> Money:
    """Raises `GatewayRefused` for an amount that the currency can't pay."""
    try:
        return money_of(Decimal(str(money["value"])), str(money["currency_code"]))
    except InvalidOperation as error:
        raise GatewayRefused() from error
