"""The check of a postal code on the product page and by the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.common.addresses.states_of_codes import has_places
from apps.payments.ways import CashSettings
from apps.pricing.models import ShippingMethod
from tests.api.shop import Api, make_product
from tests.checkout.shop import ADDRESS, make_cart, make_goods, place
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant(store: Any) -> str:
    with seeing_all(store):
        ShippingMethod.objects.update(postal_rule="only", postal_codes=["56*"])
        CashSettings.objects.get_or_create(key="store")
        CashSettings.objects.update(postal_rule="except", postal_codes=["5600*"])
    return str(make_product(store).variants[0].id)


def test_a_visitor_learns_when_and_how_and_the_code_is_remembered(
    store: Any, variant: str, client_for: Callable[..., Client]
) -> None:
    client = client_for(store)
    path = f"/delivery/?variant={variant}"
    answer = client.get(f"{path}&postal_code=560 025", headers={"X-Part": "delivery"})
    text = answer.content.decode()
    assert "560025: get it by" in text
    assert "Cash on delivery is not possible there." in text
    assert "<html" not in text
    assert client.cookies["postal_code"].value == "560025"
    page = client.get(path).content.decode()  # without a script, and with what is remembered
    assert 'value="560025"' in page
    assert "560025: get it by" in page
    assert "We don't deliver this to 110001" in client.get(
        f"{path}&postal_code=110001"
    ).content.decode().replace("&#x27;", "'")
    wrong = client.get(f"{path}&postal_code=<b>")
    assert wrong.status_code == 422
    assert "<b>" not in wrong.content.decode().replace("<b>&", "")
    assert client.cookies["postal_code"].value == "110001"
    assert client.get("/delivery/?variant=none&postal_code=560025").status_code == 422
    alone = client.get("/delivery/?postal_code=560025").content.decode()  # of no product
    assert "560025: get it by" in alone
    assert 'href="/search/"' in alone
    assert "Back to the product" in page


def test_no_day_is_named_for_a_code_that_no_place_has(
    store: Any, variant: str, client_for: Callable[..., Client]
) -> None:
    with seeing_all(store):
        ShippingMethod.objects.update(postal_rule="", postal_codes=[])
    page = (
        client_for(store).get(f"/delivery/?variant={variant}&postal_code=890001").content.decode()
    )
    assert "We could not find the postal code 890001." in page
    assert "get it by" not in page
    found = Api(store).get(f"checkout/delivery?variant={variant}&postal_code=890001").json()
    assert [found[name] for name in ("is_known", "latest")] == [False, None]
    buyer = Api(store)
    added = buyer.post("cart/items", {"variant_id": variant, "quantity": 1})
    buyer = buyer.with_headers(**{"x-cart-token": added["X-Cart-Token"]})
    for code, is_named in (("890001", False), ("560 025", True)):
        options = buyer.get(f"checkout/options?country=IN&postal_code={code}").json()
        assert [bool(each["latest"]) for each in options["shipping_methods"]] == [is_named]
    with seeing_all(store):
        goods = make_goods()
        for code, is_named in (("890001", False), ("560 025", True)):
            address = {**ADDRESS, "postal_code": code}
            order = place(make_cart(goods), shipping_address=address).order
            assert bool(order.expected_from) == bool(order.expected_until) == is_named
    for country, code in (
        ("IN", "900056"),
        ("US", "00901"),
        ("US", "09012"),
        ("CA", "K1A 0B1"),
        ("DE", "10115"),
    ):
        assert has_places(country, code), code
    assert not has_places("US", "00000")


def test_a_visitor_chooses_the_country_where_the_store_sends_to_several(
    store: Any, variant: str, client_for: Callable[..., Client]
) -> None:
    client, path = client_for(store), f"/delivery/?variant={variant}"
    assert '<input type="hidden" name="country" value="IN">' in client.get(path).content.decode()
    with seeing_all(store):
        ShippingMethod.objects.create(
            code="world", name="World", currency="INR", amount_minor=1, countries=["DE", "HK"]
        )
    page = client.get(path).content.decode()
    assert [code in page for code in ("DE", "HK", "IN", "FR")] == [True, True, True, False]
    for asked, said in (
        ("country=DE&postal_code=10115", "10115, Germany: get it by"),
        ("country=HK&postal_code=", "Hong Kong SAR China: get it by"),  # it has no postal codes
        ("country=FR&postal_code=75001", "deliver this to 75001, France"),
        ("country=DE&postal_code=1", "Type a "),
        ("country=Narnia&postal_code=1", "Choose a country."),
    ):
        assert said in client.get(f"{path}&{asked}").content.decode(), asked
    assert client.cookies["postal_code"].value == "FR.75001"
    client.get(f"{path}&country=DE&postal_code=10115")
    page = client.get(path).content.decode()  # what is remembered
    assert '<option value="DE" selected>' in page
    assert "10115, Germany: get it by" in page


def test_the_api_says_the_same_and_counts_the_questions(
    store: Any, variant: str, settings: Any
) -> None:
    api = Api(store)
    path = "checkout/delivery"
    served = api.get(f"{path}?variant={variant}&postal_code=561234").json()
    assert (served["is_served"], served["cash_on_delivery"]) == (True, True)
    assert served["earliest"] <= served["latest"]
    far = api.get(f"{path}?variant={variant}&postal_code=110001").json()
    assert (far["is_served"], far["latest"], far["cash_on_delivery"]) == (False, None, None)
    assert api.get(f"{path}?variant={variant}&postal_code=12").status_code == 400
    assert api.get(f"{path}?variant=x&postal_code=560025").status_code == 404
    settings.API_THROTTLE_RATES = {**settings.API_THROTTLE_RATES, "postal_codes": "1/15m"}
    codes = [api.get(f"{path}?variant={variant}&postal_code=561234").status_code for _ in range(2)]
    assert codes[-1] == 429
