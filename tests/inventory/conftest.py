from collections.abc import Callable
from typing import Any

import pytest

from apps.inventory import services as inventory
from apps.inventory.models import StockItem, Warehouse
from apps.tenancy.context import use_actor
from tests.support.acting import STAFF


@pytest.fixture
def make_warehouse() -> Callable[..., Warehouse]:
    def make(code: str, priority: int = 10, **fields: Any) -> Warehouse:
        return Warehouse.objects.create(code=code, name=code, priority=priority, **fields)

    return make


@pytest.fixture
def make_stock() -> Callable[..., StockItem]:
    """Stock by the real service, in the store's default warehouse unless told otherwise."""

    @use_actor(STAFF)
    def make(variant_ref: str, quantity: int, warehouse: Warehouse | None = None) -> StockItem:
        return inventory.receive_stock(
            variant_ref=variant_ref,
            sku=variant_ref.upper(),
            quantity=quantity,
            warehouse=warehouse,
            reason="test",
        )

    return make
