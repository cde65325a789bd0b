"""How each door of integrations and of the inbox is used once."""

from typing import Any
from unittest.mock import patch

from apps.clickpost.kind import ClickPost
from apps.clickpost.models import CarrierAccount, ClickPostSettings, StatusCode
from apps.easyecom.models import Location, StatusMeaning
from apps.inbox.models import InboxMessage
from apps.integrations.models import Integration
from apps.integrations.values import CardButton, CardPart, OrderCard
from apps.inventory.selectors import get_default_warehouse
from apps.platform.selectors import forget_addresses
from tests.backoffice.every_change import Cases, World
from tests.backoffice.every_change_orders import paid_order
from tests.support.acting import seeing_all

FORMS, ACTIONS, BUTTONS, API = Cases(), Cases(), Cases(), Cases()
_LIST = "/admin/integrations/integration/"


def _message(world: World, state: str = "waiting") -> Any:
    with seeing_all(world.store):
        return InboxMessage.objects.create(
            source="test", topic="payment.paid", key="e", subject="x", body=b"{}", state=state
        )


def _connected(world: World) -> str:
    """The address of an integration's page."""
    world.post(f"{_LIST}connect/", system="clickpost/production")
    with seeing_all(world.store):
        return f"{_LIST}{Integration.objects.get().pk}/"


@FORMS.of("store clickpost.clickpostsettings change")
def _(world: World) -> None:
    with seeing_all(world.store):
        row = ClickPostSettings.objects.get_or_create(key="store")[0]
    world.change(row, booker="itself")


def _carrier(world: World) -> CarrierAccount:
    with seeing_all(world.store):
        return CarrierAccount.objects.create(cp_id=9, name="Shadowfax")


@FORMS.of("store clickpost.carrieraccount add")
def _(world: World) -> None:
    world.add(CarrierAccount, name="Delhivery", cp_id="4")


@FORMS.of("store clickpost.carrieraccount change")
def _(world: World) -> None:
    world.change(_carrier(world), position="2")


@FORMS.of("store clickpost.carrieraccount delete")
def _(world: World) -> None:
    world.delete(_carrier(world))


@ACTIONS.of("store clickpost.carrieraccount delete_selected")
def _(world: World) -> None:
    world.act(_carrier(world), "delete_selected", post="yes")


@FORMS.of("store clickpost.statuscode change")
def _(world: World) -> None:
    with seeing_all(world.store):
        row = StatusCode.objects.create(code="77", name="GatePass", is_mapped=False)
    world.change(row, status="in_transit")


@ACTIONS.of("store inbox.inboxmessage replay")
def _(world: World) -> None:
    world.act(_message(world), "replay")


@ACTIONS.of("store inbox.inboxmessage dismiss")
def _(world: World) -> None:
    world.act(_message(world, "dead"), "dismiss")


@BUTTONS.of("store inbox_inboxmessage_dismiss")
def _(world: World) -> None:
    page = f"/admin/inbox/inboxmessage/{_message(world, 'dead').pk}/dismiss/"
    world.post(page, reason="A test of theirs")


@BUTTONS.of("store inbox_inboxmessage_replay")
def _(world: World) -> None:
    world.post(f"/admin/inbox/inboxmessage/{_message(world).pk}/replay/")


@BUTTONS.of("store inbox_inboxmessage_repair")
def _(world: World) -> None:
    world.post(f"/admin/inbox/inboxmessage/{_message(world).pk}/repair/", repaired='{"a": 1}')


@BUTTONS.of("store integrations_integration_connect")
def _(world: World) -> None:
    page = _connected(world)
    world.post(f"{page}change/", username="shop", key="k-1")


@BUTTONS.of("store integrations_integration_secret")
def _(world: World) -> None:
    answer = world.client.post(f"{_connected(world)}secret/")
    assert b"whs_" in answer.content


@BUTTONS.of("store integrations_integration_press")
def _(world: World) -> None:
    page = _connected(world)
    for _number in range(2):
        world.client.post(f"{page}secret/")
    for name in ("pause", "resume", "end", "remove"):
        world.post(f"{page}press/", **{name: "1"})


@FORMS.of("store easyecom.location change")
def _(world: World) -> None:
    with seeing_all(world.store):
        place = Location.objects.create(key="lk1", name="Pune")
        warehouse = get_default_warehouse()
    world.change(place, warehouse=str(warehouse.pk))


@FORMS.of("store easyecom.statusmeaning change")
def _(world: World) -> None:
    with seeing_all(world.store):
        row = StatusMeaning.objects.create(source="order", value="packed", label="Packed")
    world.change(row, meaning="open")


@BUTTONS.of("store orders_order_system")
def _(world: World) -> None:
    order = paid_order(world)
    _connected(world)
    forget_addresses()
    card = OrderCard(CardPart(buttons=[CardButton("go", "Go on", "orders.change_order")]))
    with (
        patch.object(ClickPost, "facts_of_order", lambda *_: card),
        patch.object(ClickPost, "press", lambda *_: "It went on."),
    ):
        world.post(f"/admin/orders/order/{order.pk}/system/clickpost/", press="go:")
