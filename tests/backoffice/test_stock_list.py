"""The list of stock: found by what a product is called, counted in place, the same cost for any number of rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Role
from apps.inventory.models import Movement, StockItem
from apps.inventory.selectors import check_ledger
from apps.payments.models import Payment
from apps.tenancy.context import use_store
from tests.api.shop import make_product, make_user, pay, place_order
from tests.support.acting import seeing_all

STOCK = "/admin/inventory/stockitem/"


@pytest.fixture
def owner(store: Any, client_for: Callable[..., Client]) -> Client:
    client = client_for(store)
    person = make_user(store, Role.OWNER)
    with use_store(store):
        client.force_login(person)
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    return client


def text_of(page: Any) -> str:
    return str(page.content.decode())


@pytest.mark.parametrize("q", ["kulhad", "KULHAD cup", "kulhad-", "TEA-"])
def test_a_product_is_found_by_its_words_and_its_sku(store: Any, owner: Client, q: str) -> None:
    make_product(store, title="Kulhad Cup")
    shown = text_of(owner.get(STOCK, {"q": q}))
    assert "Kulhad Cup" in shown


def test_others_are_not_found(store: Any, owner: Client) -> None:
    make_product(store, title="Kulhad Cup")
    make_product(store, title="Khurja Kettle")
    shown = text_of(owner.get(STOCK, {"q": "kulhad"}))
    assert "Khurja Kettle" not in shown


def counts(items: list[StockItem], **typed: str) -> dict[str, str]:
    """The list's form, as a browser sends it: every row with what it showed."""
    data = {
        "form-TOTAL_FORMS": str(len(items)),
        "form-INITIAL_FORMS": str(len(items)),
        "_save": "Save",
    }
    for row, item in enumerate(items):
        data |= {
            f"form-{row}-id": str(item.pk),
            f"form-{row}-on_hand": typed.get(item.sku, str(item.on_hand)),
            f"initial-form-{row}-on_hand": str(item.on_hand),
        }
    return data


def test_many_are_counted_at_once_and_the_ledger_has_them(store: Any, owner: Client) -> None:
    for _ in range(3):
        make_product(store)
    with use_store(store):
        items = list(StockItem.objects.order_by("sku", "id"))
    answer = owner.post(STOCK, counts(items, **{items[0].sku: "4", items[2].sku: "25"}))

    assert answer.status_code == 302, text_of(answer)[:2000]
    with seeing_all(store):
        found = {item.sku: item.on_hand for item in StockItem.objects.all()}
        assert [found[item.sku] for item in items] == [4, 10, 25]
        assert Movement.objects.filter(kind="adjust").count() == 2
        assert check_ledger() == []


def test_a_count_below_what_is_promised_is_an_error_of_its_row(store: Any, owner: Client) -> None:
    product = make_product(store)
    order = place_order(store, product)
    pay(store, order)
    with use_store(store):
        items = list(StockItem.objects.all())
    answer = owner.post(STOCK, counts(items, **{items[0].sku: "0"}))

    assert answer.status_code == 200
    assert "are promised to orders" in text_of(answer)
    with use_store(store):
        assert StockItem.objects.get().on_hand == 10


def test_pieces_that_left_meanwhile_do_not_come_back(store: Any, owner: Client) -> None:
    make_product(store)
    with use_store(store):
        items = list(StockItem.objects.all())
        StockItem.objects.update(on_hand=7)
    owner.post(STOCK, counts(items))
    with use_store(store):
        assert StockItem.objects.get().on_hand == 7


def test_the_list_costs_the_same_with_more_rows(store: Any, owner: Client) -> None:
    make_product(store)
    owner.get(STOCK)
    with CaptureQueriesContext(connection) as one:
        owner.get(STOCK)
    for _ in range(5):
        make_product(store)
    with CaptureQueriesContext(connection) as six:
        owner.get(STOCK)
    assert len(six) == len(one)


def test_a_payment_has_a_page_and_its_order_a_link(store: Any, owner: Client) -> None:
    order = place_order(store)
    with seeing_all(store):
        payment = Payment.objects.get()
    shown = text_of(owner.get("/admin/payments/payment/"))

    assert f"/admin/payments/payment/{payment.pk}/change/" in shown
    assert f"/admin/orders/order/{order['id']}/change/" in shown
    for link in shown.split("<a ")[1:]:
        assert "<a " not in link.split("</a>")[0], "no link in a link"
    page = owner.get(f"/admin/payments/payment/{payment.pk}/change/")
    assert order["number"] in text_of(page)
