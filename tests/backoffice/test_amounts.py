"""Amounts are typed in the admin and the shop as their own pages write them, and come back as they were shown."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role, User
from apps.catalog.selectors import get_product_by_id
from apps.payments.models import Refund
from apps.platform.models import Plan
from apps.platform.services import save_store
from apps.pricing.models import ShippingMethod
from apps.tenancy.context import use_store
from tests.api.shop import make_product, make_user, pay, place_order
from tests.backoffice.forms import Fields
from tests.support.acting import seeing_all


@pytest.fixture
def owner(store: Any, client_for: Callable[..., Client]) -> Client:
    client = client_for(store)
    with use_store(store):
        client.force_login(make_user(store, Role.OWNER))
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    return client


def speak(store: Any, language: str) -> None:
    store.language = language
    save_store(store, update_fields=["language"])


def page_of(client: Client, path: str) -> dict[str, str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return Fields(answer.content.decode()).sent


@pytest.mark.parametrize(
    ("language", "shown", "typed", "minor"),
    [
        ("en-IN", "149900.50", "1,49,900.00", 14_990_000),
        ("en-IN", "149900.50", "₹१,४९,९००", 14_990_000),
        ("de", "149900,50", "1.499 ₹", 149_900),
        ("fr", "149900,50", "1\u202f499,50\u00a0₹", 149_950),
    ],
)
def test_a_products_price(
    store: Any, owner: Client, language: str, shown: str, typed: str, minor: int
) -> None:
    speak(store, language)
    product = make_product(store, minor=14_990_050)
    path = f"/admin/catalog/product/{product.pk}/change/"
    sent = page_of(owner, path)
    assert sent["variants-0-price"] == shown
    assert owner.post(path, sent).status_code == 302
    with use_store(store):
        assert get_product_by_id(product.pk).variants[0].prices[0].amount_minor == 14_990_050
    sent = page_of(owner, path) | {"variants-0-price": typed}
    assert owner.post(path, sent).status_code == 302
    with use_store(store):
        assert get_product_by_id(product.pk).variants[0].prices[0].amount_minor == minor


def test_a_price_that_could_mean_two_amounts_is_an_error_beside_it(
    store: Any, owner: Client
) -> None:
    speak(store, "de")
    product = make_product(store)
    path = f"/admin/catalog/product/{product.pk}/change/"
    answer = owner.post(path, page_of(owner, path) | {"variants-0-price": "1499.50"})
    assert answer.status_code == 200
    assert "Write it like 149.900,00" in answer.content.decode()
    assert 'value="1499.50"' in answer.content.decode()


def test_a_shipping_methods_prices(store: Any, owner: Client) -> None:
    with use_store(store):
        method = ShippingMethod.objects.get(code="standard")
    path = f"/admin/pricing/shippingmethod/{method.pk}/change/"
    sent = page_of(owner, path) | {"amount_minor": "₹ 1,049.00", "free_above_minor": "1,00,000"}
    assert owner.post(path, sent).status_code == 302
    with seeing_all(store):
        method.refresh_from_db()
    assert (method.amount_minor, method.free_above_minor) == (104_900, 10_000_000)
    refused = owner.post(path, sent | {"amount_minor": "-5"}).content.decode()
    assert "An amount can&#x27;t be negative." in refused


def test_a_refund(store: Any, owner: Client) -> None:
    order = place_order(store, make_product(store, minor=200_000))
    pay(store, order)
    path = f"/admin/orders/order/{order['id']}/"
    assert page_of(owner, f"{path}change/")["amount"] == "2000.00"
    sent = {"payment": order["payment_id"], "request_key": "k1"}
    owner.post(f"{path}refund/", {**sent, "amount": "1,00"})
    with seeing_all(store):
        assert not Refund.objects.exists()
    owner.post(f"{path}refund/", {**sent, "amount": "₹1,000.00"})
    with seeing_all(store):
        assert Refund.objects.get().amount_minor == 100_000


def test_a_plans_price_is_in_the_currency_that_is_chosen_with_it(
    db: None, client_for: Callable[..., Client]
) -> None:
    client = client_for(None)
    client.force_login(User.objects.create_superuser("operator@example.com", "a-long-password-1"))
    client.cookies["session_platform"] = client.cookies["sessionid"].value
    plan, url = Plan.objects.get(code="free"), "/admin/platform/planprice/add/"
    prices = {"currency": "JPY", "monthly_minor": "1,480", "annual_minor": "¥14,800"}
    sent = page_of(client, url) | {"plan": str(plan.pk)}
    assert client.post(url, sent | prices).status_code == 302
    price = plan.prices.get(currency="JPY")
    assert (price.monthly_minor, price.annual_minor) == (1480, 14_800)
    for code in ("XXX", "DEM", "yen"):
        answer = client.post(url, sent | prices | {"currency": code})
        assert "Select a valid choice" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("price_min=1,000&price_max=₹1,49,900.00", {"Dear"}),
        ("price_min=900&price_max=300", {"Middling"}),
        ("price_min=&price_max=४९९", {"Cheap"}),
        ("price_min=1,0", {"Cheap", "Middling", "Dear"}),
    ],
)
def test_the_price_filter(
    store: Any, client_for: Callable[..., Client], query: str, found: set[str]
) -> None:
    for title, minor in (("Cheap", 20_000), ("Middling", 50_000), ("Dear", 14_990_000)):
        make_product(store, title=title, minor=minor)
    page = client_for(store).get(f"/search/?{query}").content.decode()
    shown = {title for title in ("Cheap", "Middling", "Dear") if f">{title}<" in page}
    assert shown == found
    if query == "price_min=1,0":
        assert "Write it like 149,900.00" in page or "Write it like 1,49,900.00" in page
