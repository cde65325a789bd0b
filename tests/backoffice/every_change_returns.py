"""How each door of a store's returns is used once, by its owner."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.returns import services as returns
from apps.returns.models import ReturnReason, ReturnRequest, ReturnSettings
from apps.tenancy.context import use_store
from tests.backoffice.every_change import Cases, World
from tests.backoffice.every_change_orders import shipped
from tests.checkout.shop import make_goods
from tests.returns.asking import ask
from tests.support.acting import SYSTEM, seeing_all

FORMS, ACTIONS, BUTTONS, API = Cases(), Cases(), Cases(), Cases()


def _asked(world: World) -> ReturnRequest:
    shipment = shipped(world, is_delivered=True)
    with seeing_all(world.store):
        return ask(shipment.order, 1, actor=SYSTEM)


def _approved(world: World) -> ReturnRequest:
    request = _asked(world)
    with seeing_all(world.store):
        return returns.approve_return(request=request, actor=SYSTEM)


def _press(world: World, request: ReturnRequest, verb: str, **values: Any) -> None:
    world.post(f"/admin/returns/returnrequest/{request.pk}/{verb}/", **values)


@FORMS.of("store returns.returnsettings change")
def _(world: World) -> None:
    with use_store(world.store):
        row = ReturnSettings.objects.get_or_create(key="store")[0]
    world.change(row, window_days=60)


@FORMS.of("store returns.returnreason add")
def _(world: World) -> None:
    world.add(ReturnReason, name="Too loud", position=9)


@FORMS.of("store returns.returnreason change")
def _(world: World) -> None:
    world.change(world.first(ReturnReason), name="Renamed")


@FORMS.of("store returns.returnreason delete")
def _(world: World) -> None:
    world.delete(world.first(ReturnReason))


@ACTIONS.of("store returns.returnreason delete_selected")
def _(world: World) -> None:
    world.act(world.first(ReturnReason), "delete_selected", post="yes")


@BUTTONS.of("store returns_returnrequest_approve")
def _(world: World) -> None:
    _press(world, _asked(world), "approve")


@BUTTONS.of("store returns_returnrequest_refuse")
def _(world: World) -> None:
    _press(world, _asked(world), "refuse", reason="Worn")


@BUTTONS.of("store returns_returnrequest_wish")
def _(world: World) -> None:
    request = _asked(world)
    with seeing_all(world.store):
        line, sku = request.lines.get(), make_goods().sku
    _press(world, request, "wish", **{f"sku-{line.pk}": sku})


@BUTTONS.of("store returns_returnrequest_withdraw")
def _(world: World) -> None:
    _press(world, _asked(world), "withdraw")


@BUTTONS.of("store returns_returnrequest_sent")
def _(world: World) -> None:
    _press(world, _approved(world), "sent", carrier="DHL")


@BUTTONS.of("store returns_returnrequest_label")
def _(world: World) -> None:
    label = SimpleUploadedFile("label.pdf", b"%PDF-1.4", content_type="application/pdf")
    _press(world, _approved(world), "label", label=label)


def _received(world: World) -> ReturnRequest:
    request = _approved(world)
    with seeing_all(world.store):
        pieces = {request.lines.get().pk: 1}
        return returns.receive_pieces(request=request, pieces=pieces, actor=SYSTEM)


@BUTTONS.of("store returns_returnrequest_receive")
def _(world: World) -> None:
    request = _approved(world)
    with seeing_all(world.store):
        line = request.lines.get()
    _press(world, request, "receive", **{f"received-{line.pk}": "1"})


@BUTTONS.of("store returns_returnrequest_inspect")
def _(world: World) -> None:
    request = _received(world)
    with seeing_all(world.store):
        line = request.lines.get()
    _press(world, request, "inspect", **{f"restock-{line.pk}": "1"})


@BUTTONS.of("store returns_returnrequest_close")
def _(world: World) -> None:
    request = _received(world)
    with seeing_all(world.store):
        found = {request.lines.get().pk: returns.Findings(restock=1)}
        returns.inspect_return(request=request, findings=found, actor=SYSTEM)
        refund = request.receipts.get().parcel_return.refund
        refund.state = "failed"
        refund.save()
    _press(world, request, "close")
