from typing import Any

import pytest

from tests.checkout.shop import Goods, make_goods


@pytest.fixture
def goods(in_store: Any) -> Goods:
    """Of a price that does not divide."""
    return make_goods(stock=10, price_minor=33_333)
