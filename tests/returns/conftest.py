from collections.abc import Iterator
from typing import Any

import pytest

from apps.tenancy.context import use_store
from tests.checkout.shop import Goods, make_goods
from tests.support.acting import STAFF


@pytest.fixture
def shop(store: Any) -> Iterator[Any]:
    """The test looks into the store as its staff."""
    with use_store(store, actor=STAFF):
        yield store


@pytest.fixture
def goods(shop: Any) -> Goods:
    """Of a price that does not divide."""
    return make_goods(stock=10, price_minor=33_333)
