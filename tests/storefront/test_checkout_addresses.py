"""Addresses at checkout: fields, words and states of the country, and where the store delivers."""

from typing import Any

from apps.common.addresses import FIELDS
from apps.pricing.models import ShippingMethod
from apps.tenancy.context import use_store
from tests.storefront.bought import orders


def serve(store: Any, *countries: str) -> None:
    with use_store(store):
        ShippingMethod.objects.update(countries=list(countries))


def address(**values: Any) -> dict[str, Any]:
    """Typed into the fields of an address; everything else is left empty."""
    return {
        f"shipping_address-{name}": value
        for name, value in {**dict.fromkeys(FIELDS), **values}.items()
    }


def test_the_state_is_chosen_from_a_list_and_kept_by_its_code(filled: Any, form: Any) -> None:
    page = filled.get("/checkout/").content.decode()
    assert '<option value="KA">Karnataka</option>' in page
    assert 'autocomplete="shipping address-level1"' in page
    assert "PIN code" in page

    filled.post("/checkout/", form(**{"shipping_address-region": "Karnataka"}))

    (order,) = orders()
    assert order.shipping_address["region"] == "KA"
    shown = filled.get(f"/orders/{order.access_token}/").content.decode()
    assert "Bengaluru 560001<br>Karnataka<br>India" in shown


def test_an_unknown_state_is_an_error_of_its_field(filled: Any, form: Any) -> None:
    answer = filled.post("/checkout/", form(**{"shipping_address-region": "Karnatka"}))

    assert answer.status_code == 422
    assert "Karnatka is no state of India." in answer.content.decode()
    assert orders() == []


def test_a_country_asks_only_for_what_it_needs(store: Any, filled: Any, form: Any) -> None:
    serve(store, "QA", "US", "IN")
    asked = form(update="1", **{"shipping_address-country": "QA", "shipping_address-shown": "IN"})
    page = filled.post("/checkout/", asked).content.decode()
    assert "shipping_address-postal_code" not in page
    assert "shipping_address-region" not in page

    qatar = {"name": "Ali", "line1": "1 Corniche", "city": "Doha", "country": "QA", "shown": "QA"}
    answer = filled.post("/checkout/", form(**address(**qatar)))

    assert answer.status_code == 302
    assert orders()[0].shipping_address["postal_code"] == ""


def test_words_and_order_of_the_fields_follow_the_country(
    store: Any, filled: Any, form: Any
) -> None:
    serve(store)
    asked = form(update="1", **{"shipping_address-country": "US"})
    page = filled.post("/checkout/", asked).content.decode()

    assert "ZIP code" in page
    assert '<option value="CA">California</option>' in page
    names = ("city", "region", "postal_code")
    places = [page.index(f'name="shipping_address-{name}"') for name in names]
    assert places == sorted(places)


def test_without_scripts_the_state_of_the_country_before_is_dropped(
    store: Any, filled: Any, form: Any
) -> None:
    serve(store, "IN", "DE")
    german = {
        "name": "Jo", "line1": "Torstr. 1", "city": "Berlin", "region": "KA", "postal_code": "D-10115", "country": "DE",
        "shown": "IN",
    }  # fmt: skip

    assert filled.post("/checkout/", form(**address(**german))).status_code == 302

    kept = orders()[0].shipping_address
    assert (kept["region"], kept["postal_code"]) == ("", "10115")


def test_only_countries_that_are_served_are_offered(store: Any, filled: Any, form: Any) -> None:
    serve(store, "IN", "NP")
    page = filled.get("/checkout/").content.decode()
    shipping, billing = page.split('name="billing_address-country"')
    assert '<option value="NP">Nepal</option>' in shipping
    assert "North Korea" not in shipping
    assert "North Korea" in billing

    answer = filled.post("/checkout/", form(**{"shipping_address-country": "KP"}))

    assert answer.status_code == 422
    assert orders() == []


def test_a_country_that_is_not_served_is_refused_at_its_field(
    store: Any, filled: Any, form: Any
) -> None:
    serve(store, "IN", "NP")
    away = {
        "name": "Ann",
        "line1": "1 Main St",
        "city": "Boulder",
        "region": "CO",
        "postal_code": "80302",
        "country": "US",
    }
    answer = filled.post("/checkout/", form(**address(**away)))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert (
        'id="checkout-shipping_address-country-errors">We do not deliver to this country.' in page
    )
    assert '<option value="">Choose a country</option>' in page
    assert orders() == []


def test_a_store_that_sends_only_abroad_begins_there(store: Any, filled: Any) -> None:
    serve(store, "US")
    page = filled.get("/checkout/").content.decode()

    assert '<option value="US" selected>' in page
    assert "ZIP code" in page


def test_a_store_that_sends_to_several_other_countries_asks_which(store: Any, filled: Any) -> None:
    serve(store, "US", "NP")
    page = filled.get("/checkout/").content.decode()

    assert "Choose a country to see how it can be sent." in page
    assert '<option value="" selected>Choose a country</option>' in page
    assert "do not deliver" not in page


def test_a_phone_is_refused_once_with_an_example_of_the_country(filled: Any, form: Any) -> None:
    page = filled.post("/checkout/", form(**{"shipping_address-phone": "12"})).content.decode()

    assert (
        page.count("This is not a phone number. Write it like 081234 56789") == 2
    )  # summary and field


def test_another_country_updates_delivery_without_complaining(
    store: Any, filled: Any, form: Any
) -> None:
    serve(store, "IN", "FR")
    answer = filled.post(
        "/checkout/",
        form(update="1", email="", **{"shipping_address-country": "FR"}),
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'aria-invalid="true"' not in page
    assert '<option value="FR" selected>' in page
