"""The pages on which staff count stock, bring tables in, and make bundles: what they show, and what they say when refused."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.inventory import services as inventory
from apps.inventory.models import StockImport, StockItem, StockTake
from tests.backoffice.every_change import World
from tests.checkout.shop import make_goods
from tests.support.acting import seeing_all


def test_a_scanner_counts_on_the_page_of_a_stock_take(world: World) -> None:
    with seeing_all(world.store):
        make_goods(sku="CUP-1", stock=5)
    start = "/admin/inventory/stocktake/"
    assert world.client.get(f"{start}new/").status_code == 200
    made = world.post(f"{start}create/", name="Shelf", warehouse="MAIN", skus="cup-1").url
    page = made.removesuffix("change/")
    world.post(f"{page}open/")
    for code in ("cup-1", "CUP-1"):
        after = world.post(f"{page}count/", code=code, quantity="", way="add").url
    shown = world.client.get(after).content.decode()
    assert ("2 counted" in shown, "-3" in shown, "autofocus" in shown) == (True, True, True)
    for way, sent in (("nothing", "1"), ("CUP-1", "many")):
        world.post(f"{page}count/", code=way, quantity=sent, way="set")
    for show in ("differences", "missing", "moved", "odd"):
        assert world.client.get(f"{made}?show={show}&page=9").status_code == 200
    for _ in range(2):
        world.post(f"{page}close/", reason="spring")
    with seeing_all(world.store):
        assert StockItem.objects.get(sku="CUP-1").on_hand == 2
        assert StockTake.objects.get(name="Shelf").state == "closed"
    assert "being counted" not in world.client.get(made).content.decode()


def test_a_table_is_looked_at_before_it_is_applied(world: World) -> None:
    with seeing_all(world.store):
        make_goods(sku="CUP-1", stock=5)
    start = "/admin/inventory/stockimport/"
    export: Any = world.client.get(f"{start}export/")
    assert b"CUP-1,MAIN,5,5" in b"".join(export.streaming_content)
    file = SimpleUploadedFile("spring.csv", b"sku,on_hand\ncup-1,7\ngone,1\n")
    made = world.post(f"{start}upload/", file=file).url
    with seeing_all(world.store):
        inventory.continue_imports()
        assert StockItem.objects.get(sku="CUP-1").on_hand == 5
    shown = world.client.get(made).content.decode()
    assert ("7</strong>" in shown, "SKU gone" in shown) == (True, True)
    problems: Any = world.client.get(made.replace("change/", "faults/"))
    assert b"gone" in b"".join(problems.streaming_content)
    for _ in range(2):
        world.post(made.replace("change/", "apply/"))
        with seeing_all(world.store):
            inventory.continue_imports()
    with seeing_all(world.store):
        assert StockItem.objects.get(sku="CUP-1").on_hand == 7
        assert StockImport.objects.get().state == "done"
    assert world.client.get(made).status_code == 200


def test_a_bundle_that_is_not_possible_keeps_what_was_typed(world: World) -> None:
    with seeing_all(world.store):
        make_goods(sku="CUP-1", stock=5)
        make_goods(sku="BOX-1", stock=0)
    page = "/admin/inventory/bundle/add/"
    for parts in ("GONE 1", "CUP-1 many", "BOX-1", "CUP-1 0"):
        refused = world.client.post(page, {"sku": "BOX-1", "parts": parts})
        assert (refused.status_code, parts.split()[0] in refused.content.decode()) == (200, True)
    world.post(page, sku="box-1", parts="cup-1 2")
    assert "2 × CUP-1" in world.client.get("/admin/inventory/bundle/").content.decode()
