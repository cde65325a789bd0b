"""How each door that is about people of a store is used once, by its owner."""

from apps.accounts.models import Customer, Role, User
from apps.accounts.notes import add_note
from apps.common.actor import Actor
from apps.tenancy.context import use_store
from tests.api.shop import make_user
from tests.backoffice.every_change import Cases, World
from tests.support.acting import seeing_all
from tests.support.orders import place

FORMS, ACTIONS, BUTTONS, API = Cases(), Cases(), Cases(), Cases()


@FORMS.of("store accounts.user add")
def _(world: World) -> None:
    person = {"email": "new@example.com", "role": Role.SUPPORT, "password": "a-long-password-1"}
    world.add(User, **person)


@FORMS.of("store accounts.user change")
def _(world: World) -> None:
    world.change(make_user(world.store, Role.SUPPORT), role=Role.CATALOG)


@FORMS.of("store accounts.customer add")
def _(world: World) -> None:
    world.add(Customer, email="new.buyer@example.com", password="a-long-password-1")


@FORMS.of("store accounts.customer change")
def _(world: World) -> None:
    world.change(_buyer(world), first_name="Renamed")


for _name in ("activate", "deactivate"):

    @ACTIONS.of(f"store accounts.user {_name}")
    def _(world: World, name: str = _name) -> None:
        person = make_user(world.store, Role.SUPPORT)
        with use_store(world.store):
            User.objects.filter(pk=person.pk).update(is_active=name == "deactivate")
        world.act(person, name)

    @ACTIONS.of(f"store accounts.customer {_name}")
    def _(world: World, name: str = _name) -> None:
        world.act(_buyer(world, is_active=name == "deactivate"), name)


@ACTIONS.of("store accounts.customer erase")
def _(world: World) -> None:
    world.act(_buyer(world), "erase")


@ACTIONS.of("store accounts.user send_links")
def _(world: World) -> None:
    world.act(make_user(world.store, Role.SUPPORT), "send_links")


@BUTTONS.of("store accounts_customer_page")
def _(world: World) -> None:
    """Writes a note, and deletes another."""
    buyer = _buyer(world)
    with seeing_all(world.store):
        other = add_note(email=buyer.email, text="Old", actor=Actor.system())
    url = f"/admin/accounts/customer/{buyer.pk}/"
    world.post(url, text="Likes it sweet.")
    world.post(url, delete=str(other.pk))


@BUTTONS.of("store accounts_customer_guest")
def _(world: World) -> None:
    with seeing_all(world.store):
        order = place()
    world.post(f"/admin/accounts/customer/guests/{order.pk}/", text="Rings twice.")


def _buyer(world: World, **values: object) -> User:
    buyer = make_user(world.store, Role.CUSTOMER)
    with use_store(world.store):
        Customer.objects.filter(pk=buyer.pk).update(**values or {"first_name": "Asha"})
        return Customer.objects.get(pk=buyer.pk)
