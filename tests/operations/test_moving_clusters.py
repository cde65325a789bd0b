"""A store moves to another shared cluster, on another server, and back."""

from typing import Any

import pytest

from apps import archive
from apps.operations import moving
from apps.operations.moving.endpoints import source_of
from apps.orders.models import Order
from apps.platform.models import Store
from tests.checkout.shop import make_cart, make_goods, place
from tests.operations.moves import move_to
from tests.support.acting import seeing_all

pytestmark = [
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.soak,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def shop(throwaway_store: Any) -> Any:
    with seeing_all(throwaway_store):
        place(make_cart(make_goods()))
    return throwaway_store


def test_to_another_cluster_and_back(shop: Any, far: str) -> None:
    before = archive.fingerprint_store(shop, parts=[archive.SQL])
    there = move_to(shop, "shared:far")
    now_there = Store.objects.get(pk=shop.pk)
    assert (now_there.database_type, now_there.region) == ("shared", "far")
    assert archive.fingerprint_store(now_there, parts=[archive.SQL]) == before
    with seeing_all(now_there):
        place(make_cart(make_goods()))
    moving.drop_source(there)
    back = move_to(shop, "shared")
    home = Store.objects.get(pk=shop.pk)
    assert home.region == "main"
    with seeing_all(home):
        assert Order.objects.count() == 2
    moving.drop_source(back)
    assert source_of(back).list_tables() == frozenset()
