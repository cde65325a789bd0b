"""Amounts on the way to PayPal and Razorpay and back. Examples of the pages named in their modules."""

import pytest

from apps.common.money import from_minor
from apps.gateways.errors import GatewayRefused
from apps.gateways.installed import takes
from apps.gateways.paypal.amounts import from_paypal, to_paypal
from apps.gateways.razorpay.amounts import from_razorpay, to_razorpay


@pytest.mark.parametrize(
    ("minor", "currency", "value"),
    [(1_099, "USD", "10.99"), (500, "JPY", "500"), (104_500, "HUF", "1045"), (5, "EUR", "0.05")],
)
def test_an_amount_is_the_same_money_at_paypal(minor: int, currency: str, value: str) -> None:
    money = from_minor(minor, currency)
    assert to_paypal(money) == {"currency_code": currency, "value": value}
    assert from_paypal({"currency_code": currency, "value": f"{value}"}) == money


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(29_900, "INR", 29_900), (295, "JPY", 295), (295_990, "KWD", 295_990), (2_000, "USD", 2_000)],
)
def test_an_amount_is_the_same_money_at_razorpay(minor: int, currency: str, amount: int) -> None:
    assert to_razorpay(from_minor(minor, currency)) == amount
    assert from_razorpay(amount, currency) == from_minor(minor, currency)


@pytest.mark.parametrize(("minor", "currency"), [(104_550, "HUF"), (50, "TWD"), (1_000, "INR")])
def test_what_paypal_can_t_take_is_refused_and_never_rounded(minor: int, currency: str) -> None:
    with pytest.raises(GatewayRefused):
        to_paypal(from_minor(minor, currency))


@pytest.mark.parametrize(("minor", "currency"), [(295_991, "KWD"), (1_000, "HUF")])
def test_what_razorpay_can_t_take_is_refused_and_never_rounded(minor: int, currency: str) -> None:
    with pytest.raises(GatewayRefused):
        to_razorpay(from_minor(minor, currency))


@pytest.mark.parametrize(
    ("currency", "offered"),
    [
        ("INR", ["razorpay", "stripe", "test"]),
        ("HUF", ["paypal", "stripe", "test"]),
        ("USD", ["paypal", "razorpay", "stripe", "test"]),
        ("IQD", ["test"]),
    ],
)
def test_a_currency_is_offered_by_who_takes_it(currency: str, offered: list[str]) -> None:
    codes = ("paypal", "razorpay", "stripe", "test")
    assert [code for code in codes if takes(code, currency)] == offered
