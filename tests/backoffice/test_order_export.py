"""The list of orders as a table: what the filters show, as text that no spreadsheet runs."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Role
from apps.backoffice.store import order_export
from apps.orders.models import Order
from apps.tenancy.context import use_store
from tests.api.shop import make_product, make_user, place_order
from tests.support.acting import seeing_all
from tests.support.tables import read_csv

EXPORT = "/admin/orders/order/export/"


def test_the_table_has_what_the_list_shows(store: Any, owner: Client) -> None:
    with seeing_all(store):
        order = Order.objects.get()
        address = {**order.shipping_address, "name": "＝cmd|' /C calc'!A0"}
        Order.objects.update(shipping_address=address, placed_at="2026-04-05T18:30:00Z")
    page = owner.get("/admin/orders/order/", {"q": order.number}).content.decode()
    links = re.findall(r'href="(/admin/orders/order/export/[^"]+)"', page)
    assert len(links) == 2
    (row,) = read_csv(owner.get(links[0].replace("&amp;", "&")))
    assert (row["number"], row["name"]) == (order.number, "'＝cmd|' /C calc'!A0")
    assert row["total"] == f"{order.total_minor / 100:.2f}"
    assert row["placed_at"] == "2026-04-06 00:00+05:30"
    assert read_csv(owner.get(EXPORT, {"format": "csv", "q": "xyzzy"})) == []
    assert read_csv(owner.get(EXPORT, {"format": "csv", "status__exact": "cancelled"})) == []

    book: Any = owner.get(links[1].replace("&amp;", "&"))
    content = b"".join(book.streaming_content)
    assert book["Content-Disposition"].endswith('.xlsx"')
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert order.number in sheet
    assert "＝cmd" in sheet
    assert "<f>" not in sheet


def test_many_orders_cost_the_same_and_too_many_ask_for_a_filter(
    store: Any, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connections["default"]) as asked:
            read_csv(owner.get(EXPORT, {"format": "csv"}))
        return len(asked)

    count()
    one = count()
    for _each in range(3):
        place_order(store, make_product(store))
    assert count() == one
    monkeypatch.setattr(order_export, "MOST", 2)
    refused = owner.get(EXPORT, {"format": "csv"}, follow=True)
    assert "choose a filter" in refused.content.decode()


def test_who_sees_no_orders_gets_no_table(store: Any, client_for: Callable[..., Client]) -> None:
    client = client_for(store)
    with use_store(store):
        client.force_login(make_user(store, Role.CUSTOMER))
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    assert client.get(EXPORT, {"format": "csv"}).status_code in (302, 403)


@pytest.mark.parametrize("query", ["x=1", "placed_at_from_0=abc&placed_at_from_1=zz"])
def test_a_filter_that_does_not_exist_leads_back_to_the_list(owner: Client, query: str) -> None:
    answer = owner.get(f"/admin/orders/order/export/?format=csv&{query}")
    assert answer.status_code in (200, 302)
