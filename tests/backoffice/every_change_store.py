"""How each door of a store is used once, by its owner: in the admin and by the API."""

from typing import Any

from apps.catalog.documents import Category, Product
from apps.content.models import Page, Theme
from apps.events.models import OutboxMessage
from apps.events.states import MessageState
from apps.inventory.models import StockItem, Warehouse
from apps.notifications.models import MailAddress, MailWording, SentMail
from apps.search.models import Synonym
from apps.tenancy.context import use_store
from tests.api.shop import (
    make_product,
    picture,
)
from tests.backoffice.every_change import Cases, World
from tests.support.acting import seeing_all

FORMS, ACTIONS, BUTTONS, API = Cases(), Cases(), Cases(), Cases()


@FORMS.of("store catalog.category add")
def _(world: World) -> None:
    world.add(Category, name="Tea")


@FORMS.of("store catalog.category change")
def _(world: World) -> None:
    world.change(world.first(Category), name="Renamed")


@FORMS.of("store catalog.category delete")
def _(world: World) -> None:
    world.delete(world.first(Category))


@FORMS.of("store catalog.product add")
def _(world: World) -> None:
    variant = {"variants-0-sku": "NEW-1", "variants-0-price": "5.00"}
    world.add(Product, title="New", slug="new-one", **variant)


@FORMS.of("store catalog.product change")
def _(world: World) -> None:
    world.change(world.first(Product), title="Renamed")


@FORMS.of("store catalog.product delete")
def _(world: World) -> None:
    world.delete(make_product(world.store))


@FORMS.of("store content.page add")
def _(world: World) -> None:
    world.add(Page, title="Care", purpose="other")


@FORMS.of("store content.page change")
def _(world: World) -> None:
    world.change(world.first(Page), title="Renamed")


@FORMS.of("store content.page delete")
def _(world: World) -> None:
    world.delete(world.first(Page))


@FORMS.of("store content.theme change")
def _(world: World) -> None:
    with use_store(world.store):
        theme = Theme.objects.get_or_create(key="store")[0]
    world.change(theme, tagline="Slow tea")


@FORMS.of("store inventory.stockitem change")
def _(world: World) -> None:
    world.change(world.first(StockItem), counted=777, reason="counted")


@FORMS.of("store inventory.warehouse add")
def _(world: World) -> None:
    world.add(Warehouse, name="Second", code="second", country="IN", priority=2)


@FORMS.of("store inventory.warehouse change")
def _(world: World) -> None:
    world.change(world.first(Warehouse), name="Renamed")


@FORMS.of("store search.synonym add")
def _(world: World) -> None:
    world.add(Synonym, words="tea, chai")


@FORMS.of("store search.synonym change")
def _(world: World) -> None:
    world.change(_synonym(world), words="tea, cha")


@FORMS.of("store search.synonym delete")
def _(world: World) -> None:
    world.delete(_synonym(world))


def _synonym(world: World) -> Synonym:
    with use_store(world.store):
        return Synonym.objects.create(words="mug, cup")


@ACTIONS.of("store catalog.category delete_selected")
def _(world: World) -> None:
    world.act(world.first(Category), "delete_selected", post="yes")


@ACTIONS.of("store content.page delete_selected")
def _(world: World) -> None:
    world.act(world.first(Page), "delete_selected", post="yes")


@ACTIONS.of("store catalog.product delete_selected")
def _(world: World) -> None:
    world.act(make_product(world.store), "delete_selected", post="yes")


@ACTIONS.of("store catalog.product activate")
def _(world: World) -> None:
    world.act(make_product(world.store, status="draft"), "activate")


for _name in ("hide", "archive"):

    @ACTIONS.of(f"store catalog.product {_name}")
    def _(world: World, name: str = _name) -> None:
        world.act(make_product(world.store), name)


@ACTIONS.of("store events.outboxmessage replay")
def _(world: World) -> None:
    with seeing_all(world.store):
        message = OutboxMessage.objects.create(
            message_id=world.store.pk, topic="a.b", consumer="c", state=MessageState.DEAD
        )
    world.act(message, "replay")


@ACTIONS.of("store notifications.sentmail send_again")
def _(world: World) -> None:
    with seeing_all(world.store):
        mail = SentMail.objects.create(
            to="a@example.com", template="t", message_ref="m", language="en", subject="s"
        )
    world.act(mail, "send_again")


@ACTIONS.of("store notifications.mailaddress clear")
def _(world: World) -> None:
    with seeing_all(world.store):
        address = MailAddress.objects.create(email="a@example.com", soft_bounces=1)
    world.act(address, "clear")


@ACTIONS.of("store notifications.mailaddress erase")
def _(world: World) -> None:
    with seeing_all(world.store):
        address = MailAddress.objects.create(email="a@example.com")
    world.act(address, "erase")


@ACTIONS.of("store search.synonym delete_selected")
def _(world: World) -> None:
    world.act(_synonym(world), "delete_selected", post="yes")


def _product_body(title: str, sku: str) -> dict[str, Any]:
    price = {"amount": "5.00", "currency": "INR"}
    return {"title": title, "variants": [{"sku": sku, "prices": [price]}]}


@API.of("store POST products")
def _(world: World) -> None:
    world.api("POST", "products", _product_body("By API", "API-1"))


@API.of("store PUT products/<str:product_id>")
def _(world: World) -> None:
    product = make_product(world.store)
    world.api("PUT", f"products/{product.pk}", _product_body("Replaced", product.skus[0]))


@API.of("store PATCH products/<str:product_id>")
def _(world: World) -> None:
    world.api("PATCH", f"products/{make_product(world.store).pk}", {"title": "Renamed"})


@API.of("store DELETE products/<str:product_id>")
def _(world: World) -> None:
    world.api("DELETE", f"products/{make_product(world.store).pk}")


@API.of("store POST products/<str:product_id>/images")
def _(world: World) -> None:
    world.caller.upload(f"products/{make_product(world.store).pk}/images", file=picture())


@API.of("store DELETE products/<str:product_id>/images/<str:image_id>")
def _(world: World) -> None:
    product = make_product(world.store)
    image = world.caller.upload(f"products/{product.pk}/images", file=picture()).json()["id"]
    world.api("DELETE", f"products/{product.pk}/images/{image}")


@API.of("store POST categories")
def _(world: World) -> None:
    world.api("POST", "categories", {"name": "By API"})


for _method in ("PUT", "PATCH", "DELETE"):

    @API.of(f"store {_method} categories/<str:category_id>")
    def _(world: World, method: str = _method) -> None:
        body = None if method == "DELETE" else {"name": "By API"}
        world.api(method, f"categories/{world.first(Category).pk}", body)


@API.of("store POST inventory")
def _(world: World) -> None:
    variant = make_product(world.store).variants[0].id
    world.api("POST", "inventory", {"variant_id": variant, "on_hand": 3})


ADDRESS = {
    "name": "Asha Rao",
    "line1": "12 MG Road",
    "city": "Bengaluru",
    "region": "KA",
    "postal_code": "560001",
    "country": "IN",
}


def saved_address(world: World) -> str:
    return str(world.api("POST", "users/addresses", ADDRESS).json()["id"])


@API.of("store POST users/addresses")
def _(world: World) -> None:
    saved_address(world)


for _method in ("PUT", "PATCH", "DELETE"):

    @API.of(f"store {_method} users/addresses/<uuid:address_id>")
    def _(world: World, method: str = _method) -> None:
        body = None if method == "DELETE" else {**ADDRESS, "city": "Mysuru"}
        world.api(method, f"users/addresses/{saved_address(world)}", body)


for _method in ("PUT", "PATCH"):

    @API.of(f"store {_method} users/profile")
    def _(world: World, method: str = _method) -> None:
        world.api(method, "users/profile", {"first_name": "New", "last_name": "N", "phone": ""})


def press_wording(world: World, path: str, **values: str) -> None:
    page = "/admin/notifications/mailwording/of/order_message"
    world.post(f"{page}/{path}/", language="en", **values)


@BUTTONS.of("store notifications_sentmail_again")
def _(world: World) -> None:
    with seeing_all(world.store):
        mail = SentMail.objects.create(
            to="a@example.com", template="t", message_ref="again", language="en", subject="s"
        )
    world.post(f"/admin/notifications/sentmail/{mail.pk}/again/")


@BUTTONS.of("store notifications_mailwording_save")
def _(world: World) -> None:
    press_wording(world, "save", subject="News of {{ number }}", based_on="0")


@BUTTONS.of("store notifications_mailwording_reset")
def _(world: World) -> None:
    press_wording(world, "save", subject="News of {{ number }}", based_on="0")
    press_wording(world, "reset", based_on="1")


@BUTTONS.of("store notifications_mailwording_restore")
def _(world: World) -> None:
    press_wording(world, "save", subject="News of {{ number }}", based_on="0")
    press_wording(world, "reset", based_on="1")
    with seeing_all(world.store):
        first = MailWording.objects.get(number=1)
    press_wording(world, f"restore/{first.pk}", based_on="2")
