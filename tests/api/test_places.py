"""Places through the API: one state however it is written, one form of addresses, delivery where the store delivers."""

from typing import Any

import pytest

from apps.pricing.models import ShippingMethod, TaxRate, TaxSettings
from apps.tenancy.context import use_store
from tests.api.shop import ADDRESSES, Api, fill_cart, log_in, make_product, make_user, order_body

pytestmark = pytest.mark.django_db

INDIA = ADDRESSES["IN"]


@pytest.fixture
def guest(store: Any) -> Api:
    with use_store(store):
        ShippingMethod.objects.update(countries=[])
    return fill_cart(Api(store), make_product(store, minor=13_890))


@pytest.mark.parametrize("written", ["CA", "ca", "California", "US-CA", "calif."])
def test_the_tax_of_a_state_is_the_same_however_it_is_written(
    store: Any, guest: Api, written: str
) -> None:
    with use_store(store):
        TaxSettings.objects.update(prices_include_tax=False)
        TaxRate.objects.create(country="US", region="CA", percent="7.25", name="Sales tax")
    answer = guest.get(f"checkout/options?country=US&region={written}")

    assert answer.json()["totals"]["tax"]["amount"] == "13.62"


def test_an_unknown_place_is_an_error_of_its_field(guest: Api) -> None:
    for query, field in (("country=US&region=Karnataka", "region"), ("country=XX", "country")):
        answer = guest.get(f"checkout/options?{query}")
        assert answer.status_code == 400
        assert set(answer.json()["error"]["fields"]) == {field}


@pytest.mark.parametrize("written", ["KA", "ka", "Karnataka", "IN-KA", "29"])
def test_an_order_keeps_the_code_of_the_state(store: Any, guest: Api, written: str) -> None:
    address = {
        **INDIA,
        "region": written,
        "postal_code": "५६०-००१",
        "phone": "+91 80 2345 6789 ext 12",
    }
    spelled = "Telephone: +91 (080) 2345 6789, extension 12"
    placed = guest.post("orders", order_body(store, shipping_address=address, phone=spelled))

    assert placed.status_code == 201, placed.content
    token = placed.json()["access_token"]
    order = guest.get(f"orders/{placed.json()['id']}", **{"x-order-token": token}).json()
    kept = order["shipping_address"]
    assert (kept["region"], kept["postal_code"]) == ("KA", "560001")
    assert kept["phone"] == order["phone"] == "+918023456789;ext=12"


def test_the_address_book_takes_and_refuses_what_checkout_does(store: Any, guest: Api) -> None:
    customer = log_in(store, make_user(store))
    written = {**INDIA, "name": "സുരേഷ് കുമാര്\u200d", "region": "Karnataka", "postal_code": "560 001"}
    for field, value in (("region", "Karnatka"), ("postal_code", "110001"), ("phone", "12")):
        bad = {**written, field: value}
        refused = customer.post("users/addresses", bad).json()["error"]["fields"]
        at_checkout = guest.post("orders", order_body(store, shipping_address=bad)).json()["error"][
            "fields"
        ]
        assert set(refused) == {field}
        assert {f"shipping_address.{name}": text for name, text in refused.items()} == at_checkout

    kept = customer.post("users/addresses", written).json()
    assert (kept["region"], kept["postal_code"]) == ("KA", "560001")
    assert kept["name"] == written["name"]
    address = {name: kept[name] for name in INDIA}
    assert guest.post("orders", order_body(store, shipping_address=address)).status_code == 201


def test_a_country_that_is_not_served_is_refused_at_its_field(store: Any, guest: Api) -> None:
    with use_store(store):
        ShippingMethod.objects.update(countries=["IN", "NP"])
    options = guest.get("checkout/options?country=US").json()
    assert options["countries"] == ["IN", "NP"]
    assert options["totals"] is None

    answer = guest.post("orders", order_body(store, shipping_address=ADDRESSES["US"]))

    assert answer.status_code == 400
    fields = answer.json()["error"]["fields"]
    assert fields == {"shipping_address.country": ["We do not deliver to this country."]}
    assert guest.post("orders", order_body(store)).status_code == 201


def test_what_an_address_looks_like_can_be_asked(store: Any) -> None:
    api = Api(store)
    assert {"code": "IN", "name": "India"} in api.get("countries").json()["results"]

    india = api.get("countries/IN").json()
    fields = {field["name"]: field for field in india["fields"]}
    assert fields["postal_code"] == {"name": "postal_code", "label": "PIN code", "required": True}
    assert {"code": "KA", "name": "Karnataka"} in india["regions"]
    assert api.get("countries/in").json() == india
    qatar = api.get("countries/QA").json()
    assert "postal_code" not in {field["name"] for field in qatar["fields"]}
    assert qatar["regions"] == []
    assert api.get("countries/XX").status_code == 404
