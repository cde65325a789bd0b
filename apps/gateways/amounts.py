"""Amounts as providers write them. The decimals of a currency are ISO 4217's, with the exceptions that a provider documents."""

from decimal import Decimal

from django.utils.translation import gettext

from apps.common.errors import InvalidInput
from apps.common.money import Money, from_minor, to_minor
from apps.gateways.errors import GatewayRefused


def require_decimals(money: Money, decimals: int, *, provider: str) -> None:
    """Raises `GatewayRefused` for an amount with a smaller part than that: nothing is rounded."""
    smallest = money.amount.scaleb(decimals)
    if smallest != int(smallest):
        raise GatewayRefused(
            gettext("%(provider)s can't take a part as small as that of %(amount)s %(currency)s.")
            % {
                "provider": provider,
                "amount": money.amount,
                "currency": money.currency.code,
            }
        )


def refuse_currency(code: str, *, provider: str) -> GatewayRefused:
    """To be raised for a currency that the provider does not take."""
    return GatewayRefused(
        gettext("%(provider)s takes no payments in %(currency)s.")
        % {"provider": provider, "currency": code}
    )


def money_of(amount: Decimal, code: str) -> Money:
    """A provider's amount as money. Raises `GatewayRefused` for one that the currency can't pay."""
    try:
        return from_minor(to_minor(Money(amount, code)), code)
    except InvalidInput as error:
        raise GatewayRefused(str(error)) from error
