"""The platform learns how many orders a store has, however often it is told."""

from typing import Any

import pytest

from apps.events import services as events
from apps.platform.models import Store, UsageMetric
from apps.tenancy.context import outside_store
from tests.checkout.shop import make_cart, make_goods, place

pytestmark = pytest.mark.usefixtures("system_scope")


@pytest.mark.usefixtures("in_store")
def test_placed_orders_are_counted_once_each(store: Any) -> None:
    goods = make_goods()
    for _ in range(2):
        place(make_cart(goods))
        events.relay_outbox()
    events.relay_outbox()
    with outside_store():
        metric = UsageMetric.objects.get(store=store)
        assert metric.orders_created == 2
        assert metric.orders_value_minor > 0
        assert Store.objects.get(pk=store.pk).order_count == 2
