"""Shipping methods and tax rates of a store, and what a new store starts with."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.common.money import Money
from apps.pricing import defaults
from apps.pricing.errors import ShippingMethodNotFound
from apps.pricing.models import ShippingMethod, TaxRate, TaxSettings
from apps.pricing.selectors import (
    NO_TAX,
    get_shipping_method,
    get_tax_rules,
    list_shipping_methods,
)
from apps.pricing.services import add_eu_rates, price_order
from apps.shipping.areas import Place
from apps.tenancy.context import current_store, use_store
from tests.pricing.lines import line

pytestmark = pytest.mark.usefixtures("in_store")


@pytest.fixture(autouse=True)
def _nothing_seeded(in_store: Any) -> None:
    for model in (ShippingMethod, TaxRate, TaxSettings):
        model.objects.all().delete()


def rate(region: str = "", tax_class: str = "standard", percent: Any = 18, **more: Any) -> TaxRate:
    values = {"country": "IN", "name": "GST", **more}
    return TaxRate.objects.create(region=region, tax_class=tax_class, percent=percent, **values)


def ship(code: str, **changes: Any) -> ShippingMethod:
    values = {"name": code, "currency": "INR", "amount_minor": 4900, **changes}
    return ShippingMethod.objects.create(code=code, **values)


def rupees(amount: str) -> Money:
    return Money(Decimal(amount), "INR")


def test_a_new_indian_store_sells_with_gst_included() -> None:
    defaults.seed_store(current_store())
    rules = get_tax_rules("IN", "Kerala")
    assert rules.prices_include_tax
    assert rules.rate_for("standard").percent == 18
    (option,) = list_shipping_methods("IN", rupees("100"))
    assert (option.code, option.amount_minor, option.is_free) == ("standard", 4900, False)
    assert list_shipping_methods("IN", rupees("499"))[0].is_free


def test_seeding_again_leaves_what_the_merchant_changed() -> None:
    defaults.seed_store(current_store())
    TaxRate.objects.update(percent=12)
    ShippingMethod.objects.update(amount_minor=1)
    defaults.seed_store(current_store())
    assert list(TaxRate.objects.values_list("percent", flat=True)) == [12, 12]
    assert list(ShippingMethod.objects.values_list("amount_minor", flat=True)) == [1]


def test_a_new_american_store_has_no_tax(other_store: Any) -> None:
    with use_store(other_store):
        TaxRate.objects.all().delete()
        defaults.seed_store(current_store())
        rules = get_tax_rules("US", "CA")
        assert rules.rate_for("standard") == NO_TAX
        assert not rules.prices_include_tax
        assert ShippingMethod.objects.get(code="standard").currency == "USD"


def test_the_regions_own_rate_goes_before_the_countrys() -> None:
    rate(percent=18)
    rate("Kerala", percent=19)
    rate(tax_class="reduced", percent=5)
    assert get_tax_rules("IN", "Kerala").rate_for("standard").percent == 19
    assert get_tax_rules("in", "Goa").rate_for("standard").percent == 18
    assert get_tax_rules("IN", "Kerala").rate_for("reduced").percent == 5
    assert get_tax_rules("DE").rate_for("standard") == NO_TAX


def test_gst_is_split_by_place_of_supply() -> None:
    rate(split="gst")
    TaxSettings.objects.create(origin_country="IN", origin_region="Kerala")
    assert get_tax_rules("IN", " kerala ").rate_for("standard").parts == ("CGST", "SGST")
    assert get_tax_rules("IN", "Goa").rate_for("standard").parts == ("IGST",)
    assert get_tax_rules("IN", "").rate_for("standard").parts == ()  # not known yet
    TaxSettings.objects.update(origin_country="SG", origin_region="")
    assert get_tax_rules("IN", "Goa").rate_for("standard").parts == ("IGST",)


@pytest.mark.parametrize("country", ["", "IN"])
def test_gst_is_not_guessed_while_the_sellers_state_is_unknown(country: str) -> None:
    rate(split="gst")
    TaxSettings.objects.create(origin_country=country)
    rules = get_tax_rules("IN", "Goa")
    assert rules.rate_for("standard").parts == ()
    assert rules.lacks_origin
    assert not get_tax_rules("DE").lacks_origin


def test_methods_are_offered_where_they_go() -> None:
    ship("everywhere", position=2)
    ship("india", countries=["IN"], position=1)
    ship("off", is_active=False)
    ship("dollars", currency="USD")
    codes = [option.code for option in list_shipping_methods("IN", rupees("1"))]
    assert codes == ["india", "everywhere"]
    assert [one.code for one in list_shipping_methods("DE", rupees("1"))] == ["everywhere"]


@pytest.mark.parametrize("code", ["india", "off", "dollars", "unknown", ""])
def test_a_method_that_can_not_be_chosen_is_not_found(code: str) -> None:
    ship("india", countries=["IN"])
    ship("off", is_active=False)
    ship("dollars", currency="USD")
    with pytest.raises(ShippingMethodNotFound):
        get_shipping_method(code, place=Place.at("DE"), currency="INR")


def test_pricing_asks_twice_at_most_and_not_at_all_with_rules(
    django_assert_num_queries: Any,
) -> None:
    rate()
    lines = [line(10_000), line(20_000)]
    asked: dict[str, Any] = {"lines": lines, "shipping_method": None, "currency": "INR"}
    address = {"country": "IN", "region": "Kerala"}
    with django_assert_num_queries(2):
        found = price_order(address=address, **asked)
    assert found.tax_minor == 5400
    taxes = get_tax_rules("IN", "Kerala")
    with django_assert_num_queries(0):
        assert price_order(address=address, taxes=taxes, **asked) == found


def test_the_database_refuses_what_makes_no_sense() -> None:
    ship("standard")
    rate()
    for wrong in (
        lambda: ship("standard"),
        lambda: ship("negative", amount_minor=-1),
        lambda: ship("below", free_above_minor=-1),
        lambda: rate(),
        lambda: rate("Kerala", percent="100.0001"),
        lambda: rate("Kerala", percent=-1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_another_stores_methods_are_not_offered(other_store: Any) -> None:
    ship("mine")
    with use_store(other_store):
        assert not ShippingMethod.objects.filter(code="mine").exists()


@pytest.mark.parametrize("written", ["KA", "ka", "Karnataka", "IN-KA", "29", "Karnātaka", "ಕರ್ನಾಟಕ"])
@pytest.mark.parametrize("origin", ["KA", "karnataka", "29"])
def test_a_state_is_one_state_however_it_is_written(written: str, origin: str) -> None:
    TaxSettings.objects.create(key="store", origin_country="IN", origin_region=origin)
    rate(split="gst")

    assert get_tax_rules("IN", written).rate_for("standard").parts == ("CGST", "SGST")
    assert get_tax_rules("IN", "Kerala").rate_for("standard").parts == ("IGST",)


@pytest.mark.parametrize("written", ["CA", "ca", "California", "US-CA"])
@pytest.mark.parametrize("kept", ["CA", "california", "US-CA"])
def test_the_rate_of_a_state_holds_however_it_is_written(written: str, kept: str) -> None:
    rate(region=kept, percent="7.25", country="US", name="Sales tax")
    rate(region="NY", percent=4, country="US", name="Sales tax")

    assert get_tax_rules("us", written).rate_for("standard").percent == Decimal("7.25")
    assert get_tax_rules("US", "Nevada").rate_for("standard") == NO_TAX


def test_of_two_rates_for_one_state_the_one_with_the_code_counts() -> None:
    rate(region="Karnataka", percent=1)
    rate(region="KA", percent=2)
    rate(region="IN-KA", percent=3)

    assert get_tax_rules("IN", "29").rate_for("standard").percent == 2


def test_the_rates_of_the_eu_are_added_and_overwrite_nothing() -> None:
    TaxRate.objects.create(country="DE", tax_class="standard", percent=16, name="Mine")
    TaxRate.objects.create(country="AT", region="", tax_class="Reduced", percent=13, name="Mine")
    assert add_eu_rates() > 40
    assert get_tax_rules("DE").rate_for("standard").percent == 16
    assert get_tax_rules("DE").rate_for("reduced").percent == 7
    assert [rate.name for rate in TaxRate.objects.filter(country="AT").order_by("percent")] == [
        "Mine",
        "USt",
        "USt",
    ]
    assert get_tax_rules("FI").rate_for("standard").percent == Decimal("25.5")
    assert get_tax_rules("DK").rate_for("reduced").percent == 25  # none: as standard
    before = TaxRate.objects.count()
    assert (add_eu_rates(), TaxRate.objects.count()) == (0, before)
