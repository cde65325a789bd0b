"""What is asked of a buyer of downloads alone: who they are, and where as far as the tax depends on it."""

from typing import Any

import pytest
from django.test import Client

from apps.checkout.errors import InvalidDetails
from apps.checkout.selectors import list_checkout_options
from apps.common.addresses import FIELDS
from apps.orders.models import Order
from apps.pricing.models import TaxRate
from apps.tenancy.context import use_store
from tests.checkout.shop import ADDRESS, make_cart, make_goods, place
from tests.support.acting import SYSTEM, by

pytestmark = [pytest.mark.django_db]
BLANK = dict.fromkeys(FIELDS, "")
SOME = {"name": "Asha Rao", "country": "IN", "region": "KA"}


def download() -> Any:
    return make_cart(make_goods(is_digital=True, price_minor=11_800))


def refused(cart: Any, address: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidDetails) as error:
        place(cart, shipping_method="", shipping_address=address)
    assert not Order.objects.exists()
    return error.value.fields


@pytest.mark.usefixtures("in_store")
def test_name_country_and_state_are_enough_in_india() -> None:
    order = place(download(), shipping_method="", shipping_address=SOME).order
    assert order.shipping_address == {**BLANK, **SOME} == order.billing_address
    parts = by(SYSTEM, order.lines.get).tax_components
    assert [part["name"] for part in parts] == ["CGST", "SGST"]


@pytest.mark.usefixtures("in_store")
@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ({}, {"name", "country"}),
        ({"name": "Asha", "country": "IN"}, {"region"}),
        ({"name": "Asha", "country": "India", "region": "Nowhere"}, {"region"}),
        ({**SOME, "name": ""}, {"name"}),
        ({**SOME, "postal_code": "12"}, {"postal_code"}),
        ({**SOME, "postal_code": "400001"}, {"postal_code"}),
        ("12 MG Road", None),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(address: Any, wrong: Any) -> None:
    fields = refused(download(), address)
    if wrong is not None:
        assert set(fields) == {f"shipping_address.{name}" for name in wrong}


@pytest.mark.usefixtures("in_store")
def test_the_state_is_asked_only_where_the_tax_depends_on_it() -> None:
    us = {"name": "Ann", "country": "US"}
    place(download(), shipping_method="", shipping_address=us)
    TaxRate.objects.create(name="Sales tax", country="US", region="CA", percent="7.25")
    fields = list_checkout_options(download(), country="US").needed_fields
    assert fields == {"name", "country", "region"}
    with pytest.raises(InvalidDetails) as error:
        place(download(), shipping_method="", shipping_address=us)
    assert set(error.value.fields) == {"shipping_address.region"}


@pytest.mark.usefixtures("in_store")
def test_a_whole_address_stays_as_it_is() -> None:
    order = place(download(), shipping_method="").order
    assert order.shipping_address["line1"] == ADDRESS["line1"]


@pytest.mark.usefixtures("in_store")
def test_what_is_sent_needs_the_whole_address() -> None:
    cart = make_cart(make_goods(is_digital=True), make_goods())
    with pytest.raises(InvalidDetails) as error:
        place(cart, shipping_address=SOME)
    assert set(error.value.fields) == {
        f"shipping_address.{name}" for name in ("line1", "city", "postal_code")
    }


def test_the_api_says_what_it_needs_and_takes_it(store: Any) -> None:
    with use_store(store):
        token, parcel = download().token, make_cart(make_goods()).token
    client = Client(headers={"host": f"{store.slug}.localhost"})

    def options(cart: str) -> Any:
        url = "/api/v1/checkout/options?country=IN"
        return client.get(url, headers={"X-Cart-Token": cart}).json()

    assert options(token)["needs_shipping"] is False
    assert options(token)["address_fields"] == ["name", "region", "country"]
    assert options(parcel)["needs_shipping"] is True
    assert "line1" in options(parcel)["address_fields"]

    body = {"email": "a@example.com", "payment_method": "test", "shipping_address": SOME}
    kind = "application/json"
    headers = {"X-Cart-Token": parcel}
    answer = client.post(
        "/api/v1/orders", {**body, "shipping_method": "standard"}, kind, headers=headers
    )
    assert answer.status_code == 400
    assert "shipping_address.line1" in answer.content.decode()
    answer = client.post("/api/v1/orders", body, kind, headers={"X-Cart-Token": token})
    assert answer.status_code == 201, answer.content
