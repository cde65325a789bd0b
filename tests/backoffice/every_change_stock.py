"""How each door of bundles is used once, by the owner of a store."""

from apps.catalog import services as catalog
from apps.inventory.models import Bundle
from tests.backoffice.every_change import Cases, World
from tests.checkout.shop import make_goods
from tests.support.acting import seeing_all

FORMS, ACTIONS, BUTTONS, API = Cases(), Cases(), Cases(), Cases()


def _goods(world: World) -> None:
    with seeing_all(world.store):
        make_goods(sku="PART", stock=5)
        make_goods(sku="WHOLE", stock=0)


def _bundle(world: World) -> Bundle:
    _goods(world)
    with seeing_all(world.store):
        return catalog.save_bundle(sku="WHOLE", parts=[catalog.PartInput("PART", 2)])


@FORMS.of("store inventory.bundle add")
def _(world: World) -> None:
    _goods(world)
    world.add(Bundle, sku="whole", parts="part 2")


@FORMS.of("store inventory.bundle change")
def _(world: World) -> None:
    world.change(_bundle(world), parts="PART 3")


@FORMS.of("store inventory.bundle delete")
def _(world: World) -> None:
    world.delete(_bundle(world))


@ACTIONS.of("store inventory.bundle delete_selected")
def _(world: World) -> None:
    world.act(_bundle(world), "delete_selected", post="yes")


@API.of("store POST bundles")
def _(world: World) -> None:
    _goods(world)
    world.api("POST", "bundles", {"sku": "WHOLE", "parts": [{"sku": "PART", "quantity": 2}]})


@API.of("store DELETE bundles/<uuid:bundle_id>")
def _(world: World) -> None:
    world.api("DELETE", f"bundles/{_bundle(world).pk}")
