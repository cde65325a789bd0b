"""The pages of discounts: uses, batches as a file, and why one did not apply."""

from typing import Any

import pytest

from apps.common.errors import InvalidInput
from apps.discounts import services as discounts
from apps.discounts.models import CodeBatch, Discount
from apps.tenancy.context import use_actor
from tests.backoffice.every_change import World
from tests.checkout.shop import make_cart, make_goods, place
from tests.discounts.rules import make_discount
from tests.support.acting import STAFF, SYSTEM, seeing_all


def page_of(world: World, row: Discount, query: str = "") -> str:
    answer = world.client.get(f"/admin/discounts/discount/{row.pk}/uses/{query}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_staff_read_every_reason_why_a_discount_did_not_apply(world: World) -> None:
    with seeing_all(world.store):
        row = make_discount("RICH", min_spend_minor=90_000, min_pieces=3)
        order = place(make_cart(make_goods())).order
    page = page_of(world, row, f"?order_or_customer={order.number}")
    assert "Add ₹400.00 more to use this code." in page
    assert "Add 2 more pieces to use this code." in page
    assert "There is no such order." in page_of(world, row, "?order_or_customer=0000-0000")
    assert "This customer has no cart." in page_of(world, row, "?order_or_customer=a@b.example")


def test_a_batch_is_a_file_with_the_orders_that_used_its_codes(world: World) -> None:
    with seeing_all(world.store), use_actor(STAFF):
        row = make_discount("SHARED")
    world.post(f"/admin/discounts/discount/{row.pk}/batch/", count="5", beginning="tea-")
    with seeing_all(world.store):
        batch = CodeBatch.objects.get(discount=row)
        code = batch.codes.order_by("key").first()
        assert code is not None
        code.order_ref = place(make_cart(make_goods())).order.pk
        code.save()
    answer = world.client.get(f"/admin/discounts/discount/{row.pk}/codes/{batch.pk}/")
    lines = answer.content.decode().splitlines()
    assert lines[0] == "code,order"
    assert len(lines) == 6
    assert lines[1].startswith("TEA-")
    assert len(lines[1].split(",")[1]) == 9
    assert "5 codes" in page_of(world, row)


def test_products_of_a_discount_are_named_by_sku(world: World) -> None:
    with seeing_all(world.store), use_actor(SYSTEM):
        goods = make_goods(sku="CUP-1")
    values: dict[str, Any] = {
        "name": "Cups", "trigger": "automatic", "kind": "percent", "percent": "12.5", "sequence": "3",
        "audience": "everyone", "countries_scope": "everywhere", "product_refs": "cup-1, nope",
    }  # fmt: skip
    url = "/admin/discounts/discount/add/"
    refused = world.client.post(url, values)
    assert "There is no product with the SKU nope." in refused.content.decode()
    assert world.client.post(url, {**values, "product_refs": "cup-1"}).status_code == 302
    with seeing_all(world.store):
        row = Discount.objects.get(name="Cups")
    assert row.product_refs == [str(goods.product.pk)]
    assert (
        "CUP-1" in world.client.get(f"/admin/discounts/discount/{row.pk}/change/").content.decode()
    )


@pytest.mark.parametrize("prefix", ["=cmd", "-1", "+x", "a b\u0000"])
def test_a_code_is_never_a_formula_of_a_spreadsheet(in_store: Any, prefix: str) -> None:
    row = make_discount("SHARED")
    with use_actor(STAFF), pytest.raises(InvalidInput):
        discounts.make_batch(discount=row, count=1, prefix=prefix)
