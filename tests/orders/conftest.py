from collections.abc import Callable

import pytest

from apps.orders.models import Order
from apps.pricing.services import PricedLine
from tests.support.orders import place, price_line


@pytest.fixture
def place_order() -> Callable[..., Order]:
    return place


@pytest.fixture
def line_of() -> Callable[..., PricedLine]:
    return price_line
