"""How each door that is about tickets is used once, by the store's owner."""

from apps.common.actor import Actor
from apps.support import services as support
from apps.support.models import CannedAnswer, SupportSettings, Ticket
from apps.tenancy.context import use_store
from tests.backoffice.every_change import Cases, World
from tests.support.acting import seeing_all

FORMS, ACTIONS, BUTTONS, API = Cases(), Cases(), Cases(), Cases()
_PAGE = "/admin/support/ticket"


def ticket_of(world: World) -> Ticket:
    with seeing_all(world.store):
        return support.open_ticket(
            email="guest@example.com", subject="Tea", text="Where is it?", actor=Actor.guest()
        )


@FORMS.of("store support.cannedanswer add")
def _(world: World) -> None:
    world.add(CannedAnswer, title="Thanks", text="Thank you, {customer}.")


@FORMS.of("store support.cannedanswer change")
def _(world: World) -> None:
    world.change(_canned(world), title="Renamed")


@FORMS.of("store support.cannedanswer delete")
def _(world: World) -> None:
    world.delete(_canned(world))


@ACTIONS.of("store support.cannedanswer delete_selected")
def _(world: World) -> None:
    world.act(_canned(world), "delete_selected", post="yes")


def _canned(world: World) -> CannedAnswer:
    with use_store(world.store):
        return CannedAnswer.objects.create(title="Hello", text="Hello.")


@FORMS.of("store support.supportsettings change")
def _(world: World) -> None:
    with use_store(world.store):
        row = SupportSettings.objects.get_or_create(key="store")[0]
    world.change(row, auto_close_days=9)


@BUTTONS.of("store support_supportsettings_secret")
def _(world: World) -> None:
    with use_store(world.store):
        row = SupportSettings.objects.get_or_create(key="store")[0]
    page = f"/admin/support/supportsettings/{row.pk}/secret/"
    assert "refused at once" in world.client.get(page).content.decode()
    world.post(page, generation=row.secret_generation)


@BUTTONS.of("store support_ticket_answer")
def _(world: World) -> None:
    """A note, then an answer."""
    ticket = ticket_of(world)
    world.post(f"{_PAGE}/{ticket.pk}/answer/", text="Rings twice", note="1", seen="1")
    world.post(f"{_PAGE}/{ticket.pk}/answer/", text="It left us.", then="waiting_buyer", seen="9")


@BUTTONS.of("store support_ticket_state")
def _(world: World) -> None:
    world.post(f"{_PAGE}/{ticket_of(world).pk}/state/", state="solved")


@BUTTONS.of("store support_ticket_properties")
def _(world: World) -> None:
    values = {"priority": "high", "assigned": "", "tags": "tea"}
    world.post(f"{_PAGE}/{ticket_of(world).pk}/properties/", **values)


@BUTTONS.of("store support_ticket_take")
def _(world: World) -> None:
    world.post(f"{_PAGE}/{ticket_of(world).pk}/take/")


@BUTTONS.of("store support_ticket_merge")
def _(world: World) -> None:
    ticket, other = ticket_of(world), ticket_of(world)
    world.post(f"{_PAGE}/{ticket.pk}/merge/", other=str(other.pk))
