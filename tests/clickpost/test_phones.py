"""Where ClickPost books, a phone number that it takes is asked for before there is an order."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.checkout.errors import InvalidDetails
from apps.checkout.phones import needs_phone
from apps.checkout.services import DraftInput, DraftLineInput, save_draft, send_draft
from apps.clickpost.models import ClickPostSettings
from apps.clickpost.states import Booker
from apps.common.errors import InvalidInput
from apps.tenancy.context import use_store
from tests.checkout.shop import ADDRESS, make_cart, make_goods, place
from tests.clickpost.desk import sold
from tests.fulfilment.changes import change
from tests.support.acting import STAFF
from tests.support.statements import count_statements
from tests.vendors.clickpost import ClickPostVendor

pytestmark = pytest.mark.django_db
WITHOUT = {**ADDRESS, "phone": ""}
NEEDED = {"shipping_address.phone": ["The carrier needs a phone number."]}


def test_a_number_that_carriers_take_is_needed_at_every_door(desk: ClickPostVendor) -> None:
    goods = make_goods()
    cart = make_cart(goods)
    with pytest.raises(InvalidDetails) as refused:
        place(cart, shipping_address=WITHOUT)
    assert refused.value.fields == NEEDED
    with pytest.raises(InvalidDetails) as refused:
        place(cart, shipping_address={**ADDRESS, "phone": "+44 20 7946 0018"})
    assert list(refused.value.fields) == ["shipping_address.phone"]
    assert place(cart, shipping_address=WITHOUT, phone="98450 12345").order.phone
    with pytest.raises(InvalidInput) as wrong:
        change(sold(), shipping_address={**WITHOUT, "phone": "+44 20 7946 0018"})
    assert list(wrong.value.fields) == ["shipping_address.phone"]
    lines = [DraftLineInput(goods.variant_ref, 1)]
    draft = save_draft(
        data=DraftInput("asha@example.com", shipping_address=WITHOUT, lines=lines), actor=STAFF
    )
    with pytest.raises(InvalidDetails) as refused:
        send_draft(draft=draft, version=draft.version, days=3, actor=STAFF)
    assert refused.value.fields == NEEDED
    download = make_cart(make_goods(is_digital=True))
    place(download, shipping_address={"name": "Asha Rao", "country": "IN", "region": "KA"})
    assert not needs_phone("US")
    ClickPostSettings(booker=Booker.ELSEWHERE).save()
    place(make_cart(goods), shipping_address=WITHOUT)


def test_the_page_asks_for_it(
    desk: ClickPostVendor, store: Any, client_for: Callable[..., Client]
) -> None:
    buyer = client_for(store)
    with use_store(store):
        goods = make_goods()
    buyer.post("/cart/add/", {"variant": goods.variant_ref})
    page = buyer.get("/checkout/").content.decode()
    field = page.partition('name="shipping_address-phone"')[2].partition(">")[0]
    assert "required" in field


def test_a_store_that_is_not_connected_asks_no_database(unconnected: ClickPostVendor) -> None:
    statements: list[str] = []
    with count_statements(statements):
        assert not needs_phone("IN")
    assert statements == []
    place(make_cart(make_goods()), shipping_address=WITHOUT)
