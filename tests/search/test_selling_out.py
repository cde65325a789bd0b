"""Stock that crosses zero is in the index after the commit, in every store for itself."""

from typing import Any

import pytest

from apps.catalog.selectors import list_products
from apps.common.ids import new_id
from apps.inventory import services as inventory
from apps.inventory.models import Warehouse
from apps.search import services as search
from apps.search.models import StaleMark
from apps.tenancy.context import system_scope, use_store
from tests.catalog.making import make_product, variant

pytestmark = pytest.mark.django_db(transaction=True)


def available() -> set[str]:
    return {product.title for product in list_products(is_available=True)}


def test_the_last_pieces_and_what_comes_back(throwaway_store: Any) -> None:
    with system_scope("test"), use_store(throwaway_store):
        ref = make_product("Mug", variants=[variant("MUG")]).variants[0].id
        item = inventory.receive_stock(variant_ref=ref, sku="MUG", quantity=3)
        assert available() == {"Mug"}
        first, last = new_id(), new_id()
        inventory.reserve_stock(order_ref=first, demand={ref: 2})
        assert available() == {"Mug"}
        inventory.reserve_stock(order_ref=last, demand={ref: 1})
        assert available() == set()
        inventory.release_stock(order_ref=last)
        assert available() == {"Mug"}
        item.refresh_from_db()
        inventory.set_on_hand(stock_item=item, on_hand=2)
        assert available() == set()
        item.refresh_from_db()
        inventory.set_on_hand(stock_item=item, on_hand=5)
        assert available() == {"Mug"}
        warehouse = Warehouse.objects.get()
        Warehouse.objects.update(is_active=False)
        inventory.follow_warehouse(warehouse=warehouse)
        assert available() == set()
        assert not StaleMark.objects.exists()


def test_a_crash_after_the_commit_leaves_the_mark(
    throwaway_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with system_scope("test"), use_store(throwaway_store):
        ref = make_product("Mug", variants=[variant("MUG")]).variants[0].id

        def die(refs: Any) -> int:
            raise RuntimeError

        with monkeypatch.context() as broken:
            broken.setattr(search, "renew_availability", die)
            inventory.receive_stock(variant_ref=ref, sku="MUG", quantity=3)
        assert available() == set()
        assert [mark.ref for mark in StaleMark.objects.all()] == [ref]
