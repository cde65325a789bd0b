"""Taxes in a store's admin: classes are chosen, rates are exact, the state is asked for."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.catalog.selectors import get_product_by_id
from apps.pricing.models import TaxRate, TaxSettings
from apps.tenancy.context import use_store
from tests.api.shop import log_in, make_product, make_user, place_order
from tests.backoffice.forms import Fields
from tests.support.acting import seeing_all

RATES = "/admin/pricing/taxrate/"


@pytest.fixture
def owner(store: Any, client_for: Callable[..., Client]) -> Client:
    client = client_for(store)
    with use_store(store):
        client.force_login(make_user(store, Role.OWNER))
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    return client


def sent(client: Client, path: str) -> dict[str, str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return Fields(answer.content.decode()).sent


def add_rate(owner: Client, **changes: str) -> Any:
    values = {"name": "GST", "country": "IN", "split": "gst", "percent": "5"}
    return owner.post(f"{RATES}add/", sent(owner, f"{RATES}add/") | values | changes)


@pytest.mark.parametrize(
    ("typed", "percent"),
    [("0.25", "0.25"), ("8.875", "8.875"), ("12,5 %", "12.5"), ("५", "5"), ("100", "100")],
)
def test_a_rate_is_exact(store: Any, owner: Client, typed: str, percent: str) -> None:
    assert add_rate(owner, percent=typed, new_class="Reduced Rate").status_code == 302
    with use_store(store):
        rate = TaxRate.objects.get(tax_class="reduced-rate")
    assert rate.percent == Decimal(percent)
    page = sent(owner, f"{RATES}{rate.pk}/change/")
    assert page["percent"] == percent
    assert owner.post(f"{RATES}{rate.pk}/change/", page).status_code == 302


@pytest.mark.parametrize("typed", ["-1", "100.1", "0.00001", "abc", "", "NaN"])
def test_what_is_no_rate_is_refused(owner: Client, typed: str) -> None:
    assert add_rate(owner, percent=typed).status_code == 200


def test_products_choose_among_the_classes_that_have_rates(store: Any, owner: Client) -> None:
    add_rate(owner, new_class="five")
    product = make_product(store)
    path = f"/admin/catalog/product/{product.pk}/change/"
    page = owner.get(path).content.decode()
    assert "Five (GST 5%)" in page
    assert "Standard (GST 18%)" in page
    assert owner.post(path, sent(owner, path) | {"tax_class": "five"}).status_code == 302
    refused = owner.post(path, sent(owner, path) | {"tax_class": "fife"})
    assert "Select a valid choice" in refused.content.decode()
    with use_store(store):
        assert get_product_by_id(product.pk).tax_class == "five"


def test_a_typing_error_in_the_api_is_an_error_of_its_field(store: Any, owner: Client) -> None:
    add_rate(owner, new_class="five")
    api = log_in(store, make_user(store, Role.OWNER))
    product = make_product(store)
    refused = api.patch(f"products/{product.pk}", {"tax_class": "standrad"})
    assert refused.status_code == 400
    assert refused.json()["error"]["fields"]["tax_class"] == [
        "There is no tax class “standrad”. Choose one of: standard, exempt, five, reduced."
    ]
    for typed in ("Five", "five", "ＦＩＶＥ"):
        assert (
            api.patch(f"products/{product.pk}", {"tax_class": typed}).json()["tax_class"] == "five"
        )
    body = {"title": "Tea", "tax_class": "fiv", "variants": [{"sku": "X-1", "prices": []}]}
    assert "tax_class" in api.post("products", body).json()["error"]["fields"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0902", "0902"), ("0902.30", "090230"), ("०९०२", "0902"), ("", ""), ("99 83 14", "998314")],
)
def test_an_hsn_code_is_kept_as_digits(store: Any, typed: str, kept: str) -> None:
    api = log_in(store, make_user(store, Role.OWNER))
    product = make_product(store)
    assert api.patch(f"products/{product.pk}", {"hsn_code": typed}).json()["hsn_code"] == kept


@pytest.mark.parametrize("typed", ["902", "tea", "09023", "09023000000"])
def test_what_is_no_hsn_code_is_refused(store: Any, typed: str) -> None:
    api = log_in(store, make_user(store, Role.OWNER))
    product = make_product(store)
    assert (
        "hsn_code"
        in api.patch(f"products/{product.pk}", {"hsn_code": typed}).json()["error"]["fields"]
    )


def test_the_last_rate_of_a_class_stays_while_products_have_it(store: Any, owner: Client) -> None:
    add_rate(owner, new_class="five")
    with use_store(store):
        rate = TaxRate.objects.get(tax_class="five")
    product = make_product(store, tax_class="five")
    owner.post(f"{RATES}{rate.pk}/delete/", {"post": "yes"})
    answer = owner.get(RATES).content.decode()
    with use_store(store):
        assert TaxRate.objects.filter(pk=rate.pk).exists()
    assert "1 product has the tax class" in answer
    api = log_in(store, make_user(store, Role.OWNER))
    api.patch(f"products/{product.pk}", {"tax_class": "standard"})
    assert owner.post(f"{RATES}{rate.pk}/delete/", {"post": "yes"}).status_code == 302
    with use_store(store):
        assert not TaxRate.objects.filter(pk=rate.pk).exists()


def test_an_indian_store_is_asked_for_its_state(store: Any, owner: Client) -> None:
    with use_store(store):
        settings = TaxSettings.objects.get()
    path = f"/admin/pricing/taxsettings/{settings.pk}/change/"
    page = sent(owner, path) | {"origin_country": "IN", "origin_region": ""}
    assert "Choose the state you sell from." in owner.post(path, page).content.decode()
    page |= {"origin_region": "KA", "tax_number": "29 aagcb-7383j 1z4"}
    assert owner.post(path, page).status_code == 302
    with seeing_all(store):
        settings.refresh_from_db()
    assert (settings.origin_region, settings.tax_number) == ("KA", "29AAGCB7383J1Z4")


def test_what_is_no_gstin_is_refused_in_an_indian_store_only(store: Any, owner: Client) -> None:
    with use_store(store):
        settings = TaxSettings.objects.get()
    path = f"/admin/pricing/taxsettings/{settings.pk}/change/"
    page = sent(owner, path) | {"origin_country": "IN", "origin_region": "KA"}
    for number in ("29ABC", "29AAGCB7383J1Z5"):
        answer = owner.post(path, page | {"tax_number": number})
        assert answer.status_code == 200
        assert "GSTIN" in str(answer.context["adminform"].form.errors["tax_number"])
    abroad = page | {"origin_country": "DE", "origin_region": "", "tax_number": "DE 123"}
    assert owner.post(path, abroad).status_code == 302
    with seeing_all(store):
        settings.refresh_from_db()
    assert settings.tax_number == "DE123"


def test_a_store_that_can_not_sell_yet_says_so_to_its_owner(store: Any, owner: Client) -> None:
    assert "take orders yet" not in owner.get("/admin/").content.decode()
    with use_store(store):
        TaxSettings.objects.update(origin_region="")
    page = owner.get("/admin/").content.decode()
    assert "take orders yet" in page
    assert "/admin/pricing/taxsettings/" in page


def test_the_page_of_an_order_shows_the_split(store: Any, owner: Client) -> None:
    order = place_order(store, make_product(store, minor=49_900, hsn_code="0902"))
    page = owner.get(f"/admin/orders/order/{order['id']}/change/").content.decode()
    assert "CGST 9%" in page
    assert "SGST 9%" in page
    assert page.count("₹38.06") == 2
    assert "HSN 0902" in page


def test_the_forms_speak_of_selling_and_begin_at_home(store: Any, owner: Client) -> None:
    page = owner.get("/admin/pricing/taxsettings/", follow=True).content.decode()
    for words in ("Country you sell from", "State you sell from", "Tax on shipping"):
        assert words in page
    assert "Origin" not in page
    assert sent(owner, f"{RATES}add/")["country"] == "IN"
