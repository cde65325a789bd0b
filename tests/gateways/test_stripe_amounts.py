"""Amounts on the way to Stripe and back. Examples of https://docs.stripe.com/currencies."""

import pytest

from apps.common.money import from_minor
from apps.gateways.errors import GatewayRefused
from apps.gateways.stripe.amounts import from_stripe, to_stripe


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (1_000, "USD", 1_000),
        (49_900, "INR", 49_900),
        (500, "JPY", 500),
        (5_120, "KWD", 5_120),
        (5, "ISK", 500),
        (5, "UGX", 500),
        (1_045, "HUF", 1_045),
        (1_200, "MGA", 12),
    ],
)
def test_an_amount_is_the_same_money_at_stripe(minor: int, currency: str, amount: int) -> None:
    assert to_stripe(from_minor(minor, currency)) == amount
    assert from_stripe(amount, currency.lower()) == from_minor(minor, currency)


@pytest.mark.parametrize(
    ("minor", "currency"), [(5_124, "KWD"), (1_250, "MGA"), (1_000, "IQD"), (1_000, "LYD")]
)
def test_what_stripe_can_t_take_is_refused_and_never_rounded(minor: int, currency: str) -> None:
    with pytest.raises(GatewayRefused):
        to_stripe(from_minor(minor, currency))
