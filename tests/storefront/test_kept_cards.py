"""Cards that are kept: of one store, of the present catalog and stock, in every process, and without the shared cache."""

from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from apps.catalog.documents import Product
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.storefront import kept_cards
from apps.storefront.kept_cards import cards_html
from apps.tenancy.context import use_store
from tests.support.acting import GUEST, SYSTEM
from tests.support.dead_cache import without_shared_cache


@pytest.fixture
def tea(sell: Any, category: Any) -> Product:
    kept_cards._memory.clear()
    return sell("Assam", stock=3, category_ids=[category.pk])


def html_in(store: Any, *products: Product) -> str:
    """As a request shows it."""
    with use_store(store, actor=GUEST):
        return cards_html([str(product.pk) for product in products])


def test_a_card_follows_its_product_and_its_stock(tea: Product, store: Any) -> None:
    assert "₹100" in html_in(store, tea)
    tea.variants[0].prices[0].amount_minor = 7_700
    tea.title = "Assam <Gold>"
    tea.save()
    shown = html_in(store, tea)
    assert "₹77" in shown
    assert "Assam &lt;Gold&gt;" in shown
    assert "Sold out" not in shown
    with use_store(store, actor=SYSTEM):
        (item,) = StockItem.objects.filter(variant_ref=tea.variants[0].id)
        inventory.set_on_hand(stock_item=item, on_hand=0, reason="counted")
    assert "Sold out" in html_in(store, tea)
    Product.objects.filter(pk=tea.pk).update(status="draft")
    assert html_in(store, tea) == ""


def test_a_card_is_in_the_language_that_is_active(tea: Product, store: Any) -> None:
    html_in(store, tea)
    with use_store(store, actor=GUEST), translation.override("de"):
        cards_html([str(tea.pk)])
    (kept,) = kept_cards._memory.values()
    assert [language for _is_sold_out, _eager, language in kept.html] == ["en-in", "de"]


def test_another_store_finds_no_card(tea: Product, store: Any, other_store: Any) -> None:
    html_in(store, tea)
    assert html_in(other_store, tea) == ""
    kept_cards._memory.clear()  # from the shared cache neither
    assert html_in(other_store, tea) == ""
    assert "Assam" in html_in(store, tea)


def test_another_process_reads_no_documents(tea: Product, store: Any) -> None:
    shown = html_in(store, tea)
    kept_cards._memory.clear()
    with CaptureQueriesContext(connections["documents"]) as documents:
        assert html_in(store, tea) == shown
    assert not documents.captured_queries


def test_without_the_shared_cache_every_list_reads(tea: Product, store: Any) -> None:
    html_in(store, tea)
    with without_shared_cache():
        Product.objects.filter(pk=tea.pk).update(title="Darjeeling")
        assert "Darjeeling" in html_in(store, tea)
        Product.objects.filter(pk=tea.pk).update(title="Nilgiri")
        assert "Nilgiri" in html_in(store, tea)


def test_a_card_that_is_the_same_keeps_its_html(tea: Product, store: Any, sell: Any) -> None:
    html_in(store, tea)
    (before,) = kept_cards._memory.values()
    sell("Dooars")
    html_in(store, tea)
    (after,) = kept_cards._memory.values()
    assert after.catalog != before.catalog
    assert after.html is before.html


def test_stock_is_what_this_request_found(
    tea: Product, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older request, which has read the stock before it changed, writes to the same card meanwhile."""
    html_in(store, tea)
    (kept,) = kept_cards._memory.values()

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        kept.stock = ("older", False)
        return ""

    with use_store(store, actor=SYSTEM):
        (item,) = StockItem.objects.filter(variant_ref=tea.variants[0].id)
        inventory.set_on_hand(stock_item=item, on_hand=0, reason="counted")
    monkeypatch.setattr(kept_cards, "get_language", overtaken)
    assert "Sold out" in html_in(store, tea)
