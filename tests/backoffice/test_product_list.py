"""The list of products in the admin, the way from it to the shop, and looking at a draft there."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.catalog import services as catalog
from apps.catalog.inputs import CategoryInput, ProductInput
from apps.catalog.selectors import get_product_by_id
from apps.tenancy.context import use_store
from tests.api.shop import make_product, make_user
from tests.pictures.making import encoded, plain
from tests.support.acting import seeing_all

LIST = "/admin/catalog/product/"


@pytest.fixture
def owner(store: Any, client_for: Callable[..., Client]) -> Client:
    client = client_for(store)
    with use_store(store):
        client.force_login(make_user(store, Role.OWNER))
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    return client


def change(store: Any, product: Any, **values: Any) -> None:
    with seeing_all(store):
        stored = get_product_by_id(product.pk)
        catalog.save_product(data=replace(ProductInput.of(stored), **values), product=stored)


def test_a_row_shows_picture_stock_category_and_the_way_to_the_shop(
    store: Any, owner: Client
) -> None:
    product = make_product(store, stock=7)
    with seeing_all(store):
        tea = catalog.create_category(data=CategoryInput(name="Green tea"))
        image = catalog.add_image(product=product, file=encoded(plain(), "PNG"))
    change(store, product, category_ids=[tea.pk])
    page = owner.get(LIST).content.decode()
    assert f"/media/{image.file_for(320)}" in page
    assert "Green tea" in page
    assert ">7<" in page
    assert f'href="/product/{product.slug}/"' in page
    assert re.search(r"Add <span[^>]*>product</span>", page)


def test_sold_out_is_said(store: Any, owner: Client) -> None:
    make_product(store, stock=0)
    assert "Sold out" in owner.get(LIST).content.decode()


def test_the_list_is_filtered_by_a_category_and_all_below_it(store: Any, owner: Client) -> None:
    product, other = make_product(store), make_product(store)
    with use_store(store):
        tea = catalog.create_category(data=CategoryInput(name="Tea"))
        green = catalog.create_category(data=CategoryInput(name="Green", parent_id=tea.pk))
    change(store, product, category_ids=[green.pk], title="Sencha leaf")
    change(store, other, title="Clay cup")
    page = owner.get(LIST, {"category": str(tea.pk)}).content.decode()
    assert "Sencha leaf" in page
    assert "Clay cup" not in page
    page = owner.get(LIST, {"category": "none"}).content.decode()
    assert "Clay cup" in page
    assert "Sencha leaf" not in page
    assert "Clay cup" not in owner.get(LIST, {"category": "nonsense"}).content.decode()


def test_staff_look_at_a_draft_in_the_shop_and_nobody_else_does(
    store: Any, owner: Client, client_for: Callable[..., Client]
) -> None:
    product = make_product(store)
    change(store, product, status="draft")
    path = f"/product/{product.slug}/"
    seen = owner.get(path)
    assert seen.status_code == 200
    assert "only staff see this page" in seen.content.decode()
    assert "no-store" in seen["Cache-Control"]
    assert client_for(store).get(path).status_code == 404
    customer = client_for(store)
    with use_store(store):
        customer.force_login(make_user(store, Role.CUSTOMER))
    customer.cookies[f"session_{store.slug}"] = customer.cookies["sessionid"].value
    assert customer.get(path).status_code == 404
    page = owner.get(f"{LIST}{product.pk}/change/").content.decode()
    assert path in page


def test_staff_of_another_store_do_not_see_the_draft(
    store: Any, other_store: Any, client_for: Callable[..., Client]
) -> None:
    product = make_product(store)
    change(store, product, status="draft")
    client = client_for(store)
    with use_store(other_store):
        client.force_login(make_user(other_store, Role.OWNER))
    for name in (f"session_{store.slug}", f"session_{other_store.slug}"):
        client.cookies[name] = client.cookies["sessionid"].value
    assert client.get(f"/product/{product.slug}/").status_code == 404


def test_a_description_with_a_table_is_edited_as_html(store: Any, owner: Client) -> None:
    product = make_product(store)
    path = f"{LIST}{product.pk}/change/"
    change(store, product, description="<p>Plain <b>words</b></p>")
    assert "data-rich-text" in owner.get(path).content.decode()
    change(store, product, description="<table><tbody><tr><td>1</td></tr></tbody></table>")
    page = owner.get(path).content.decode()
    assert "data-rich-text" not in page
    assert "HTML that the editor does not know" in page
