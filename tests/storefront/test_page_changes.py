"""What a visitor sees from the cache after something has changed: the new page, whatever has changed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.catalog import services as catalog
from apps.catalog.documents import Category, Product
from apps.catalog.inputs import CategoryInput
from apps.content import services as content
from apps.content.models import Page
from apps.inventory import services as inventory
from apps.inventory.models import StockItem, Warehouse
from apps.platform.models import Store
from apps.platform.selectors import forget_addresses
from apps.pricing.models import ShippingMethod, TaxSettings
from apps.tenancy.context import use_store
from apps.tenancy.page_versions import shown_tables
from tests.support.acting import SYSTEM
from tests.support.kept_pages import is_rendered, text_of, uncached, visitor


@pytest.fixture
def product(sell: Any, category: Any) -> Product:
    return sell("Assam", stock=8, category_ids=[category.pk])


@pytest.fixture
def shows(store: Any) -> Callable[..., None]:
    """Every page of the list is kept; after the change each is the one that would be rendered, and they show it."""

    def check(change: Callable[[], Any], *paths: str) -> None:
        for path in paths:
            visitor(store).get(path)
            assert not is_rendered(visitor(store).get(path)), path
        before = {path: text_of(visitor(store).get(path)) for path in paths}
        with use_store(store, actor=SYSTEM):
            change()
        for path in paths:
            after = text_of(visitor(store).get(path))
            assert after != before[path], path
            assert after == uncached(store, path), path

    return check


LISTS = ("/", "/category/tea/", "/search/")
EVERYWHERE = (*LISTS, "/product/assam/")


def set_stock(product: Product, left: int) -> None:
    (item,) = StockItem.objects.filter(variant_ref=product.variants[0].id)
    inventory.set_on_hand(stock_item=item, on_hand=left, reason="counted")


def test_stock(product: Product, shows: Any) -> None:
    shows(lambda: set_stock(product, 3), "/product/assam/")
    shows(lambda: set_stock(product, 0), *EVERYWHERE)
    shows(lambda: set_stock(product, 9), *EVERYWHERE)


def test_an_order(product: Product, shows: Any, form: Any, store: Any) -> None:
    with use_store(store, actor=SYSTEM):
        set_stock(product, 2)
    client = visitor(store)
    client.post("/cart/add/", {"variant": product.variants[0].id, "quantity": "2"})

    def order() -> None:
        assert client.post("/checkout/", form()).status_code == 302

    shows(order, *EVERYWHERE)


def test_a_warehouse_that_closes(product: Product, shows: Any) -> None:
    shows(lambda: Warehouse.objects.update(is_active=False), *EVERYWHERE)


def test_products(product: Product, shows: Any, sell: Any, category: Any) -> None:
    def change(**values: Any) -> None:
        Product.objects.filter(pk=product.pk).update(**values)

    shows(lambda: change(title="Assam Gold"), *EVERYWHERE)
    shows(lambda: sell("Dooars", minor=5_000, category_ids=[category.pk]), *EVERYWHERE)
    shows(lambda: change(status="draft"), *LISTS)


def test_categories(product: Product, category: Category, shows: Any) -> None:
    shows(lambda: catalog.create_category(data=CategoryInput(name="Cups")), *EVERYWHERE)
    shows(lambda: Category.objects.filter(pk=category.pk).update(name="Teas"), *EVERYWHERE)


def test_theme_and_pages(product: Product, shows: Any) -> None:
    shows(lambda: content.save_theme(values={"announcement": "Closed on Monday"}), *EVERYWHERE)
    shows(lambda: content.save_theme(values={"brand": "#123456"}), *EVERYWHERE)
    values = {"title": "Care", "body": "<p>x</p>", "is_published": True, "purpose": "returns"}
    shows(lambda: content.save_page(values=values), *EVERYWHERE)
    page = Page.objects.get(slug="care")
    shows(lambda: content.save_page(values={"title": "Caring"}, page=page), "/pages/care/", "/")


def test_delivery_and_tax(product: Product, shows: Any) -> None:
    def include(is_included: bool) -> None:
        TaxSettings.objects.update_or_create(
            key="store", defaults={"prices_include_tax": is_included}
        )

    before = TaxSettings.objects.filter(prices_include_tax=True).exists()
    shows(lambda: include(not before), "/product/assam/")
    free = {"free_above_minor": 12_300, "estimate_days_min": 3, "estimate_days_max": 9}
    shows(lambda: ShippingMethod.objects.update(**free), "/product/assam/", "/")


def test_facts_of_the_store(product: Product, shows: Any, store: Any) -> None:
    def rename() -> None:
        store.name = "Alpha & Sons"
        store.save(update_fields=["name"])
        forget_addresses()

    shows(rename, *EVERYWHERE)
    store.time_zone = "Pacific/Kiritimati"
    store.save(update_fields=["time_zone"])
    forget_addresses()
    assert text_of(visitor(store).get("/product/assam/")) == uncached(store, "/product/assam/")


def test_a_store_that_closes(product: Product, store: Any) -> None:
    visitor(store).get("/")
    Store.objects.filter(pk=store.pk).update(is_published=False)
    forget_addresses()
    assert visitor(store).get("/").status_code == 503
    Store.objects.filter(pk=store.pk).update(is_published=True)
    forget_addresses()
    assert visitor(store).get("/").status_code == 200
    Store.objects.filter(pk=store.pk).update(status="suspended")
    forget_addresses()
    assert visitor(store).get("/").status_code == 503


def test_the_day(product: Product, store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page says on which days a parcel comes, and the year."""
    today = text_of(visitor(store).get("/product/assam/"))
    tomorrows = timezone.now() + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: tomorrows)
    tomorrow = text_of(visitor(store).get("/product/assam/"))
    assert tomorrow != today
    assert tomorrow == uncached(store, "/product/assam/")


# Read by pages, but what they show of it is in the key of a page, or no visitor sees it.
BY_OTHER_MEANS = {"platform_store", "platform_domain", "django_session", "accounts_user"}


def test_every_table_that_a_page_reads_makes_new_pages(
    product: Product, store: Any, sell: Any
) -> None:
    """A new read on a page joins by itself: its table says `shown_on_pages`."""
    content.save_page(values={"title": "Care", "body": "x", "is_published": True})
    paths = (
        *EVERYWHERE,
        "/pages/care/",
        "/search/?q=assam",
        "/category/tea/?price_min=1&sort=title",
    )
    for path in paths:
        with (
            CaptureQueriesContext(connections["default"]) as sql,
            CaptureQueriesContext(connections["documents"]) as documents,
        ):
            assert visitor(store).get(path).status_code == 200
        read = {
            name.strip('"').split('"')[-1]
            for query in sql.captured_queries
            for name in _tables(query["sql"])
        }
        read |= {query["sql"].split(".")[1].split(".")[0] for query in documents.captured_queries}
        unknown = read - set(shown_tables()) - BY_OTHER_MEANS
        assert not unknown, f"{path} reads {unknown}"
    assert {"products", "inventory_stockitem", "content_theme"} <= set(shown_tables())
    assert StockItem._meta.db_table in read | set(shown_tables())


def _tables(statement: str) -> list[str]:
    import re

    return re.findall(r'\b(?:FROM|JOIN)\s+"(\w+)"', statement)
