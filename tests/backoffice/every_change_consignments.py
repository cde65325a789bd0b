"""How each door of transfers and deliveries is used once, by the owner of a store."""

from uuid import uuid4

from apps.inventory import services as inventory
from apps.inventory.models import Consignment, StockItem, Warehouse
from apps.inventory.selectors import get_default_warehouse
from apps.inventory.states import ConsignmentKind
from tests.backoffice.every_change import Cases, World
from tests.checkout.shop import make_goods
from tests.support.acting import STAFF, seeing_all

FORMS, ACTIONS, BUTTONS, API = Cases(), Cases(), Cases(), Cases()
_ROOT = "/admin/inventory/consignment/"


def _goods(world: World) -> str:
    """The variant of a product with stock."""
    with seeing_all(world.store):
        make_goods(sku="PART", stock=5)
        return StockItem.objects.get(sku="PART").variant_ref


def _sent(world: World) -> Consignment:
    ref = _goods(world)
    with seeing_all(world.store):
        row = inventory.save_consignment(
            key=uuid4(),
            kind=ConsignmentKind.DELIVERY,
            destination=get_default_warehouse(),
            lines=[inventory.LineInput(ref, "PART", 3)],
        )
        return inventory.send_consignment(consignment=row, actor=STAFF)


def _press(world: World, verb: str, **sent: str) -> None:
    world.post(f"{_ROOT}{_sent(world).pk}/{verb}/", **sent)


def _save(world: World, kind: str) -> None:
    _goods(world)
    with seeing_all(world.store):
        main = get_default_warehouse()
        far = Warehouse.objects.create(code="FAR", name="Far")
    sent = {"source": str(main.pk), "destination": str(far.pk), "lines": "PART 2", "send": "1"}
    world.post(f"{_ROOT}{uuid4()}/save/{kind}/", **sent)


@BUTTONS.of("store inventory_consignment_save_transfer")
def _(world: World) -> None:
    _save(world, "transfer")


@BUTTONS.of("store inventory_consignment_save_delivery")
def _(world: World) -> None:
    _save(world, "delivery")


@BUTTONS.of("store inventory_consignment_receive")
def _(world: World) -> None:
    row = _sent(world)
    with seeing_all(world.store):
        line = row.lines.get()
    world.post(f"{_ROOT}{row.pk}/receive/", **{f"now-{line.pk}": "2"})


@BUTTONS.of("store inventory_consignment_reschedule")
def _(world: World) -> None:
    _press(world, "reschedule", expected_on="2030-05-01")


@BUTTONS.of("store inventory_consignment_cancel")
def _(world: World) -> None:
    _press(world, "cancel")


@API.of("store POST inventory/consignments")
def _(world: World) -> None:
    line = {"variant_id": _goods(world), "quantity": 3}
    sent = {"kind": "delivery", "to_warehouse": "MAIN", "lines": [line]}
    world.api("POST", "inventory/consignments", sent)


@API.of("store POST inventory/consignments/<str:number>/receive")
def _(world: World) -> None:
    row = _sent(world)
    with seeing_all(world.store):
        ref = row.lines.get().variant_ref
    lines = [{"variant_id": ref, "received": 2}]
    world.api("POST", f"inventory/consignments/{row.number}/receive", {"lines": lines})


@API.of("store POST inventory/consignments/<str:number>/cancel")
def _(world: World) -> None:
    world.api("POST", f"inventory/consignments/{_sent(world).number}/cancel", {})
