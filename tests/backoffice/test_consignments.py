"""Transfers, deliveries and backorders through the doors of staff and buyers."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.common.clock import today
from apps.fulfilment.models import Shipment
from apps.inventory.models import Consignment, ConsignmentLine, StockItem, Warehouse
from apps.inventory.selectors import check_ledger
from apps.inventory.states import StockPolicy
from apps.orders.models import Order
from apps.tenancy.context import use_store
from tests.api.shop import Api, fill_cart, make_product, make_user, order_body, pay
from tests.support.acting import seeing_all

ROOT = "/admin/inventory/consignment/"
STOCK = "/admin/inventory/stockitem/"


@pytest.fixture
def staff(store: Any, client_for: Callable[..., Client]) -> Callable[[Role], Client]:
    def log_in(role: Role) -> Client:
        client = client_for(store)
        person = make_user(store, role)
        with use_store(store):
            client.force_login(person)
        client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
        return client

    return log_in


def note_delivery(
    store: Any, client: Client, sku: str, days: int
) -> tuple[Consignment, ConsignmentLine]:
    """Of five pieces, in two lines; the button is pressed twice."""
    with seeing_all(store):
        main = Warehouse.objects.get(code="MAIN")
    typed = {
        "supplier": "Assam Gardens",
        "destination": str(main.pk),
        "expected_on": (today() + timedelta(days=days)).isoformat(),
        "lines": f"{sku.lower()} 4\n{sku} 1",
        "send": "1",
    }
    door = f"{ROOT}{uuid4()}/save/delivery/"
    for _press in range(2):
        client.post(door, typed)
    with seeing_all(store):
        row, line = Consignment.objects.get(), ConsignmentLine.objects.get()
    assert (row.state, line.quantity) == ("sent", 5)
    return row, line


def test_staff_note_a_delivery_and_receive_it_in_parts(store: Any, staff: Any) -> None:
    product = make_product(store)
    sku = product.variants[0].sku
    packing = staff(Role.FULFILMENT)
    row, line = note_delivery(store, packing, sku, -2)
    page = f"{ROOT}{row.pk}/change/"
    assert "late" in packing.get(page).content.decode()
    assert row.number in packing.get(ROOT, {"late": "yes"}).content.decode()
    first = {f"seen-{line.pk}": "0", f"now-{line.pk}": "3"}
    for _press in range(2):
        packing.post(f"{ROOT}{row.pk}/receive/", first)
    rest = {f"seen-{line.pk}": "3", f"now-{line.pk}": "1", f"lost-{line.pk}": "1"}
    refused = packing.post(f"{ROOT}{row.pk}/receive/", rest)
    assert "Say why pieces are missing." in refused.content.decode()
    packing.post(f"{ROOT}{row.pk}/receive/", {**rest, "reason": "broken"})
    with seeing_all(store):
        row.refresh_from_db()
        assert (row.state, StockItem.objects.get().on_hand) == ("received", 14)
        assert check_ledger() == []
    assert staff(Role.SUPPORT).post(f"{ROOT}{row.pk}/cancel/").status_code == 403


@pytest.mark.parametrize(
    ("lines", "said"),
    [("NONE-1 5", "There is no product"), ("5", "Write each line"), ("", "which")],
)
def test_lines_that_can_not_be_read_are_kept_and_refused(
    store: Any, staff: Any, lines: str, said: str
) -> None:
    with seeing_all(store):
        main = Warehouse.objects.get(code="MAIN")
    typed = {"destination": str(main.pk), "lines": lines, "supplier": "Assam Gardens"}
    page = staff(Role.OWNER).post(f"{ROOT}{uuid4()}/save/delivery/", typed).content.decode()
    assert said in page
    assert "Assam Gardens" in page
    with seeing_all(store):
        assert not Consignment.objects.exists()


def test_a_backorder_is_promised_a_day_and_sent_when_it_has_come(
    store: Any, staff: Any, client_for: Any
) -> None:
    product = make_product(store, stock=1)
    owner, visitor = staff(Role.OWNER), client_for(store)
    with seeing_all(store):
        item = StockItem.objects.get()
    form = {"counted": "1", "initial-counted": "1", "low_stock_at": "", "reason": ""}
    shown = owner.get(f"{STOCK}{item.pk}/change/").content.decode()
    stamp = {
        name: value
        for name, value in re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', shown)
        if not name.startswith("csrf")
    }
    form = {**stamp, **form, "policy": StockPolicy.BACKORDER.value, "limit": "3", "release_on": ""}
    owner.post(f"{STOCK}{item.pk}/change/", form)
    row, sent = note_delivery(store, owner, product.variants[0].sku, 12)
    guest = fill_cart(Api(store), product, quantity=3)
    awaited = guest.get("cart").json()["lines"][0]["awaited"]
    assert (awaited["quantity"], awaited["expected_on"]) == (2, row.expected_on.isoformat())
    placed = guest.post("orders", order_body(store)).json()
    pay(store, placed)
    with seeing_all(store):
        order = Order.objects.get()
        line = order.lines.get()
    assert (line.awaited_quantity, line.awaited_until) == (2, row.expected_on)
    words = "2 of 3 on backorder: expected on"
    assert words in visitor.get(f"/orders/{order.access_token}/").content.decode()
    door = f"/admin/orders/order/{order.pk}/"
    assert "2 of 3 on backorder" in owner.get(f"{door}change/").content.decode()
    assert "On backorder: expected on" in visitor.get(f"/product/{product.slug}/").content.decode()
    refused = owner.post(f"{door}ship/", {f"quantity-{line.pk}": "2"}, follow=True)
    assert "are expected on" in refused.content.decode()
    owner.post(f"{door}ship/", {}, follow=True)
    with seeing_all(store):
        assert [each.quantity for each in Shipment.objects.get().lines.all()] == [1]
    owner.post(f"{ROOT}{row.pk}/receive/", {f"seen-{sent.pk}": "0", f"now-{sent.pk}": "5"})
    owner.post(f"{door}ship/", {}, follow=True)
    with seeing_all(store):
        order.refresh_from_db()
        assert (order.fulfilment_state, StockItem.objects.get().on_hand) == ("shipped", 3)
        assert check_ledger() == []
