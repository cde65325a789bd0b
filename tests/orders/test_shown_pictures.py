"""The picture of what was sold is the order's too: it stays when the product's picture, or the product, is deleted."""

from typing import Any

import pytest
from django.core.files.storage import default_storage

from apps.catalog import services as catalog
from apps.catalog.documents import Image
from apps.orders.models import Order
from apps.pictures.services import files_of
from apps.pictures.shown_elsewhere import list_shown
from apps.tenancy.context import use_store
from tests.catalog.making import picture
from tests.checkout.shop import Goods, make_cart, make_goods, place
from tests.support.acting import SYSTEM, rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store")]


@pytest.fixture
def goods(in_store: Any) -> Goods:
    return make_goods()


def files(image: Image) -> set[str]:
    return files_of(image.file, image.renditions)


def left_of(image: Image) -> set[str]:
    return {file for file in files(image) if default_storage.exists(file)}


def shown_by(order: Order) -> set[str]:
    return {line.image_url for line in rows(SYSTEM, order.lines.all())}


def test_the_picture_of_an_order_outlives_the_product_s(goods: Goods, client: Any) -> None:
    image = catalog.add_image(product=goods.product, file=picture(2000, 1000))
    order = place(make_cart(goods)).order

    catalog.remove_image(product=goods.product, image_id=image.id)

    (kept,) = left_of(image)
    assert shown_by(order) == {default_storage.url(kept)}
    page = client.get(f"/orders/{order.access_token}/", headers={"host": "alpha.localhost"})
    assert default_storage.url(kept) in page.content.decode()


def test_it_outlives_the_product(goods: Goods) -> None:
    image = catalog.add_image(product=goods.product, file=picture(2000, 1000))
    place(make_cart(goods))
    catalog.delete_product(product=goods.product)
    assert len(left_of(image)) == 1


def test_a_picture_that_no_order_shows_leaves_nothing(goods: Goods) -> None:
    catalog.add_image(product=goods.product, file=picture(2000, 1000))
    second = catalog.add_image(product=goods.product, file=picture(900, 900))
    place(make_cart(goods))
    catalog.remove_image(product=goods.product, image_id=second.id)
    assert left_of(second) == set()


def test_orders_of_another_store_keep_nothing(other_store: Any, goods: Goods) -> None:
    image = catalog.add_image(product=goods.product, file=picture(2000, 1000))
    place(make_cart(goods))
    assert len(list_shown(files(image))) == 1
    with use_store(other_store):
        assert list_shown(files(image)) == set()
