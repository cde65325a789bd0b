"""How each door by which placed orders are changed and split, and drafts are prepared, is used once, by the owner."""

import re
from typing import Any

from apps.fulfilment import services as fulfilment
from apps.orders.models import Order
from tests.api.shop import ADDRESSES, Api, fill_cart, make_product, order_body, pay, place_order
from tests.backoffice.every_change import Cases, World
from tests.support.acting import STAFF, seeing_all

FORMS, ACTIONS, BUTTONS, API = Cases(), Cases(), Cases(), Cases()
_ROOT = "/admin/orders/order/"


def _three_pieces(world: World) -> Order:
    guest = fill_cart(Api(world.store), make_product(world.store), quantity=3)
    placed = guest.post("orders", order_body(world.store)).json()
    pay(world.store, placed)
    with seeing_all(world.store):
        return Order.objects.get(pk=placed["id"])


def _first_line(world: World, order: Order) -> str:
    with seeing_all(world.store):
        return str(order.lines.order_by("position")[0].pk)


def _two_orders(world: World) -> list[Order]:
    """Of one buyer, to one address."""
    found = []
    for _number in range(2):
        placed = place_order(world.store)
        pay(world.store, placed)
        with seeing_all(world.store):
            found.append(Order.objects.get(pk=placed["id"]))
    return found


def _two_together(world: World) -> list[Order]:
    first, second = _two_orders(world)
    with seeing_all(world.store):
        fulfilment.send_together(order=first, other=second, actor=STAFF)
    return [first, second]


@BUTTONS.of("store orders_order_edit")
def _(world: World) -> None:
    """Both buttons that change something: a piece less, and a piece of its own."""
    order = _three_pieces(world)
    page, field = f"{_ROOT}{order.pk}/edit/", f"remove-{_first_line(world, order)}"
    typed = {field: "1", "reason": "By telephone"}
    shown = world.client.post(page, {**typed, "preview": "1", "version": str(order.event_count)})
    assert shown.status_code == 200
    world.post(page, apply="1", **typed, **_hidden(shown, "version", "expected"))
    world.post(page, split="1", **typed, **_hidden(world.client.get(page), "version"))
    with seeing_all(world.store):
        assert Order.objects.filter(split_from=order.number).exists()


def _hidden(page: Any, *names: str) -> dict[str, str]:
    text = page.content.decode()
    found = {name: re.search(rf'name="{name}" value="(-?\d+)"', text) for name in names}
    return {name: match.group(1) for name, match in found.items() if match}


@BUTTONS.of("store orders_order_together")
def _(world: World) -> None:
    first, second = _two_orders(world)
    world.post(f"{_ROOT}{first.pk}/together/", other=str(second.pk))


@BUTTONS.of("store orders_order_alone")
def _(world: World) -> None:
    world.post(f"{_ROOT}{_two_together(world)[0].pk}/alone/")


@BUTTONS.of("store checkout_draftorder_duplicate")
def _(world: World) -> None:
    draft_id = world.api("POST", "draft-orders", _draft(world)).json()["id"]
    known = len(world.entries())
    world.post(f"/admin/checkout/draftorder/{draft_id}/duplicate/")
    assert len(world.entries()) > known, "an entry for the copy, too"


@API.of("store POST draft-orders")
def _(world: World) -> None:
    world.api("POST", "draft-orders", {**_draft(world), "valid_days": 7})


def _draft(world: World) -> dict[str, Any]:
    with seeing_all(world.store):
        line = {"variant_id": make_product(world.store).variants[0].id, "quantity": 1}
    return {
        "email": "asha@example.com",
        "shipping_address": ADDRESSES[world.store.country],
        "shipping_method": "standard",
        "lines": [line],
    }


@API.of("store POST orders/<uuid:order_id>/changes")
def _(world: World) -> None:
    order = _three_pieces(world)
    wanted = {"remove": [{"id": _first_line(world, order), "quantity": 1}]}
    body = {"version": order.event_count, "reason": "By telephone", **wanted}
    world.api("POST", f"orders/{order.pk}/changes", body)


@API.of("store POST orders/<uuid:order_id>/split")
def _(world: World) -> None:
    order = _three_pieces(world)
    wanted = {"lines": [{"id": _first_line(world, order), "quantity": 1}]}
    body = {"version": order.event_count, "reason": "In two parcels", **wanted}
    world.api("POST", f"orders/{order.pk}/split", body)


@API.of("store PUT orders/<uuid:order_id>/sent-with")
def _(world: World) -> None:
    first, second = _two_orders(world)
    for other in (str(second.pk), None):
        known = len(world.entries())
        world.api("PUT", f"orders/{first.pk}/sent-with", {"order_id": other})
        assert len(world.entries()) > known, other
