"""How each door of bundles, stock takes and what belongs to them is used once, by the owner of a store."""

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.catalog import services as catalog
from apps.common.clock import now
from apps.inventory import services as inventory
from apps.inventory.models import Bundle, StockAlertSettings, StockImport, StockNotice, StockTake
from apps.inventory.selectors import get_default_warehouse
from tests.backoffice.every_change import Cases, World
from tests.checkout.shop import make_goods
from tests.support.acting import STAFF, seeing_all

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


def _take(world: World, *, is_open: bool = False) -> StockTake:
    with seeing_all(world.store):
        take = inventory.plan_stock_take(
            name="Spring", warehouse=get_default_warehouse(), actor=STAFF
        )
        return inventory.open_stock_take(take=take, actor=STAFF) if is_open else take


def _press(world: World, verb: str, **sent: str) -> None:
    take = _take(world, is_open=verb != "open")
    world.post(f"/admin/inventory/stocktake/{take.pk}/{verb}/", **sent)


@BUTTONS.of("store inventory_stocktake_create")
def _(world: World) -> None:
    world.post("/admin/inventory/stocktake/create/", name="Spring", warehouse="MAIN")


@BUTTONS.of("store inventory_stocktake_open")
def _(world: World) -> None:
    _press(world, "open")


@BUTTONS.of("store inventory_stocktake_count")
def _(world: World) -> None:
    _goods(world)
    _press(world, "count", code="part", quantity="3")


@BUTTONS.of("store inventory_stocktake_close")
def _(world: World) -> None:
    _press(world, "close")


@BUTTONS.of("store inventory_stocktake_cancel")
def _(world: World) -> None:
    _press(world, "cancel")


@API.of("store POST stock-takes")
def _(world: World) -> None:
    world.api("POST", "stock-takes", {"name": "Spring", "warehouse": "MAIN"})


@API.of("store POST stock-takes/<uuid:take_id>")
def _(world: World) -> None:
    take = _take(world, is_open=True)
    world.api("POST", f"stock-takes/{take.pk}", {"outcome": "close", "reason": "Spring"})


@API.of("store POST stock-takes/<uuid:take_id>/counts")
def _(world: World) -> None:
    _goods(world)
    take = _take(world, is_open=True)
    answer = world.api("POST", f"stock-takes/{take.pk}/counts", {"code": "Part", "quantity": 4})
    assert answer.json()["difference"] == -1


@FORMS.of("store inventory.stockalertsettings change")
def _(world: World) -> None:
    with seeing_all(world.store):
        row = StockAlertSettings.objects.get_or_create(key="store")[0]
    world.change(row, addresses="stock@shop.example", minutes="5")


def _notice(world: World) -> StockNotice:
    with seeing_all(world.store):
        return StockNotice.objects.create(
            variant_ref="x", title="Pot", page="/", email="a@b.example", email_key="a@b.example",
            expires_at=now(),
        )  # fmt: skip


@FORMS.of("store inventory.stocknotice delete")
def _(world: World) -> None:
    world.delete(_notice(world))


@ACTIONS.of("store inventory.stocknotice delete_selected")
def _(world: World) -> None:
    world.act(_notice(world), "delete_selected", post="yes")


def _import(world: World) -> StockImport:
    with seeing_all(world.store):
        file = ContentFile(b"sku,on_hand\n")
        batch = inventory.upload_stock(file=file, name="spring.csv", actor=STAFF)
        inventory.continue_imports()
        return batch


@BUTTONS.of("store inventory_stockimport_upload")
def _(world: World) -> None:
    file = SimpleUploadedFile("spring.csv", b"sku,on_hand\n")
    world.post("/admin/inventory/stockimport/upload/", file=file, reason="Spring")


@BUTTONS.of("store inventory_stockimport_apply")
def _(world: World) -> None:
    world.post(f"/admin/inventory/stockimport/{_import(world).pk}/apply/")


@BUTTONS.of("store inventory_stockimport_discard")
def _(world: World) -> None:
    world.post(f"/admin/inventory/stockimport/{_import(world).pk}/discard/")


def _applying(world: World) -> StockImport:
    batch = _import(world)
    with seeing_all(world.store):
        return inventory.apply_import(batch=batch, actor=STAFF)


@BUTTONS.of("store inventory_stockimport_again")
def _(world: World) -> None:
    world.post(f"/admin/inventory/stockimport/{_applying(world).pk}/again/")


@BUTTONS.of("store inventory_stockimport_stop")
def _(world: World) -> None:
    world.post(f"/admin/inventory/stockimport/{_applying(world).pk}/stop/")
