"""What a new store charges for shipping, whatever its currency."""

from dataclasses import replace
from typing import Any

import pytest

from apps.common.currencies import decimals_of, selling_currencies
from apps.common.money import from_minor
from apps.pricing import defaults, first_shipping_prices
from apps.pricing.first_shipping_prices import first_shipping_price
from apps.pricing.models import ShippingMethod
from apps.pricing.selectors import list_shipping_methods
from apps.tenancy.context import current_store


def test_every_currency_has_a_sensible_first_price() -> None:
    rounded = " ".join(first_shipping_prices._ROUND.values()).split()
    assert {*first_shipping_prices._USUAL, *rounded} == selling_currencies()
    for currency in selling_currencies():
        price, free_from = first_shipping_price(currency)
        assert price > 0
        assert free_from is None or free_from >= 5 * price


@pytest.mark.parametrize(
    ("currency", "price", "free_from"),
    [
        ("JPY", 500, 5_000),
        ("KRW", 3_000, 30_000),
        ("KWD", 2_000, 20_000),
        ("ISK", 500, None),
        ("INR", 4_900, 49_900),
    ],
)
def test_the_seeded_method_is_in_the_stores_money(
    in_store: Any, currency: str, price: int, free_from: int | None
) -> None:
    ShippingMethod.objects.all().delete()
    store = replace(current_store(), currency=currency)
    defaults.seed_store(store)
    method = ShippingMethod.objects.get(code="standard")
    assert (method.amount_minor, method.free_above_minor) == (price, free_from)
    dear = from_minor(980 * 10 ** decimals_of(currency), currency)
    (option,) = list_shipping_methods(store.country, dear)
    assert option.is_free == (
        free_from is not None and 980 * 10 ** decimals_of(currency) >= free_from
    )
