"""Two people have the same form open. The later save is refused, with who was faster and what is stored now."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest
from django.contrib.admin import site
from django.test import Client, RequestFactory
from unfold.admin import TabularInline

from apps.accounts.models import Role, User
from apps.backoffice.base import Admin
from apps.catalog import services as catalog
from apps.catalog.documents import Category, Product
from apps.catalog.errors import CategoryChanged
from apps.catalog.inputs import CategoryInput, ProductInput
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.platform.auditing import facts_of
from apps.platform.models import Domain, Store
from apps.pricing.models import TaxRate
from apps.tenancy.context import outside_store, use_store
from tests.api.shop import make_product, make_user
from tests.backoffice import doors
from tests.backoffice.every_change import World
from tests.backoffice.every_change_cases import cases_of
from tests.backoffice.forms import Fields
from tests.backoffice.sessions import rename_session
from tests.support.acting import STAFF, seeing_all
from tests.support.threads import run_at_once

CHANGES: Final = {
    door: case for door, case in cases_of("FORMS").items() if door.endswith(" change")
}
# Elsewhere the second person has opened the form and changed nothing: that alone would bring the old values back.
TYPED: Final = {
    "store inventory.stockitem change": {"counted": "776"},
    "platform accounts.user change": {"role": "support"},  # the role that was shown can't be given
}


class Overtaken(World):
    """A colleague saves between the opening of a form and its sending."""

    typed: dict[str, str]
    is_checked = False

    def change(self, row: Any, **values: Any) -> None:
        url = self._url(type(row), "change", [row.pk])
        opened = Fields(self.client.get(url).content.decode()).sent
        super().change(row, **values)
        stored = self.facts(row)
        refused = self.client.post(url, {**opened, **self.typed})
        assert refused.status_code == 200
        shown = " ".join(refused.content.decode().split())
        assert "while you were editing. Your entries are kept" in shown
        assert self.facts(row) == stored
        again = {**Fields(refused.content.decode()).sent, **self.typed}
        assert self.client.post(url, again).status_code == 302, "the decision to save anyway"
        assert self.facts(row) != stored
        self.is_checked = True

    def facts(self, row: Any) -> dict[str, Any]:
        with outside_store() if self.site == "platform" else use_store(self.store, actor=STAFF):
            return facts_of(type(row)._base_manager.get(pk=row.pk))


def test_every_change_form_is_tried() -> None:
    registered = {door for door in doors.list_forms() if door.endswith(" change")}
    assert registered == set(CHANGES)


@pytest.mark.matrix
@pytest.mark.parametrize("door", [door for door in CHANGES if door.startswith("store")])
def test_a_stale_save_in_a_store_is_refused(world: World, door: str) -> None:
    refuse(world, door)


@pytest.mark.matrix
@pytest.mark.parametrize("door", [door for door in CHANGES if door.startswith("platform")])
def test_a_stale_save_on_the_platform_is_refused(platform_world: World, door: str) -> None:
    refuse(platform_world, door)


def refuse(world: World, door: str) -> None:
    overtaken = Overtaken(world.store, world.client, world.caller, world.site)
    overtaken.typed = TYPED.get(door, {})
    CHANGES[door](overtaken)
    assert overtaken.is_checked


def test_the_refusal_says_who_when_and_what_is_stored_now(world: World) -> None:
    rate = world.first(TaxRate)
    url = world._url(TaxRate, "change", [rate.pk])
    opened = Fields(world.client.get(url).content.decode()).sent
    world.change(rate, name="GST, new", percent="12.5")
    refused = world.client.post(url, {**opened, "name": "Mine"})
    form = refused.context["adminform"].form
    (sentence,) = form.non_field_errors()
    with seeing_all(world.store):
        owner = User.objects.get(role=Role.OWNER)
    assert f"Changed by {owner.full_name} at " in sentence
    assert form.errors["name"] == ["Now it is: GST, new"]
    assert form.errors["percent"] == ["Now it is: 12.5"]
    assert set(form.errors) == {"__all__", "name", "percent"}
    assert Fields(refused.content.decode()).sent["name"] == "Mine"


def test_a_third_change_is_refused_as_well(world: World) -> None:
    rate = world.first(TaxRate)
    url = world._url(TaxRate, "change", [rate.pk])
    opened = Fields(world.client.get(url).content.decode()).sent
    world.change(rate, percent="12")
    refused = Fields(world.client.post(url, opened).content.decode()).sent
    world.change(rate, percent="13")
    assert "Now it is: 13" in world.client.post(url, refused).content.decode()


def test_another_fault_of_the_form_does_not_hide_that_it_is_stale(world: World) -> None:
    rate = world.first(TaxRate)
    url = world._url(TaxRate, "change", [rate.pk])
    opened = Fields(world.client.get(url).content.decode()).sent
    faulty = Fields(world.client.post(url, {**opened, "percent": "x"}).content.decode()).sent
    world.change(rate, percent="12")
    assert "Now it is: 12" in world.client.post(url, {**faulty, "percent": "7"}).content.decode()


@pytest.mark.parametrize("stamp", ["", "garbled", "of another row"])
def test_a_form_without_the_stamp_of_its_row_is_refused_once(world: World, stamp: str) -> None:
    rate, other = world.first(TaxRate), None
    with seeing_all(world.store):
        other = TaxRate.objects.create(name="Other", country="NZ", percent=15)
    url = world._url(TaxRate, "change", [rate.pk])
    opened = Fields(world.client.get(url).content.decode()).sent
    theirs = Fields(world.client.get(world._url(TaxRate, "change", [other.pk])).content.decode())
    sent = theirs.sent["opened_with"] if stamp == "of another row" else stamp
    refused = world.client.post(url, {**opened, "opened_with": sent, "percent": "7"})
    assert "not sent as it was opened" in refused.content.decode()
    again = Fields(refused.content.decode()).sent
    assert world.client.post(url, again).status_code == 302


def test_pieces_that_leave_meanwhile_do_not_disturb_who_counted_nothing(world: World) -> None:
    item = world.first(StockItem)
    url = world._url(StockItem, "change", [item.pk])
    opened = Fields(world.client.get(url).content.decode()).sent
    with seeing_all(world.store):
        inventory.set_on_hand(stock_item=item, on_hand=item.on_hand + 3)
    assert world.client.post(url, {**opened, "low_stock_at": "4"}).status_code == 302
    with seeing_all(world.store):
        fresh = StockItem.objects.get(pk=item.pk)
    assert (fresh.on_hand, fresh.low_stock_at) == (item.on_hand + 3, 4)


def test_a_category_is_written_as_it_was_read_or_not_at_all(in_store: Any) -> None:
    read = catalog.create_category(data=CategoryInput(name="Tea"))
    catalog.update_category(category=read, data=CategoryInput(name="Theirs"))
    with pytest.raises(CategoryChanged):
        catalog.update_category(category=read, data=CategoryInput(name="Mine"), as_read=True)
    assert Category.objects.get(pk=read.pk).name == "Theirs"
    fresh = Category.objects.get(pk=read.pk)
    catalog.update_category(category=fresh, data=CategoryInput(name="Mine"), as_read=True)
    assert Category.objects.get(pk=read.pk).name == "Mine"


def test_rows_below_a_form_belong_to_its_stamp(store: Any) -> None:
    class Hosts(TabularInline):
        model = Domain
        fk_name = "tenant"

        def has_change_permission(self, request: Any, obj: Any = None) -> bool:
            return True

    class Stores(Admin):
        inlines = (Hosts,)
        fields = ("name",)

    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_staff=True)
    row = Store.objects.get(pk=store.pk)
    admin = Stores(Store, site)
    before = admin._stamp_of(request, row)
    Domain.objects.create(tenant=row, domain="one-more.example.com", is_primary=False)
    assert before.differences(admin._stamp_of(request, row)) == ["domain"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["row", "document"])
def test_two_saves_at_the_same_moment(
    throwaway_store: Any, client_for: Callable[..., Client], kind: str
) -> None:
    """One is stored, the other one is refused; the lock of the row or the compared document decides."""
    with use_store(throwaway_store):
        boss = make_user(throwaway_store, Role.OWNER)
        rate = TaxRate.objects.create(name="GST", country="NZ", percent=15)
        category = catalog.create_category(data=CategoryInput(name="Tea"))
    pages = {
        "row": f"/admin/pricing/taxrate/{rate.pk}/change/",
        "document": f"/admin/catalog/category/{category.pk}/change/",
    }
    clients = []
    for _ in range(4):
        client = client_for(throwaway_store)
        with use_store(throwaway_store):
            client.force_login(boss)
        clients.append(rename_session(client, f"session_{throwaway_store.slug}"))
    opened = Fields(clients[0].get(pages[kind]).content.decode()).sent
    answers = run_at_once(
        throwaway_store,
        [
            lambda one=client, n=number: one.post(pages[kind], {**opened, "name": f"Name {n}"})  # type: ignore[misc]
            for number, client in enumerate(clients)
        ],
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302]


def test_a_product_keeps_what_the_other_one_saved(world: World) -> None:
    product = make_product(world.store)
    url = world._url(Product, "change", [product.pk])
    opened = Fields(world.client.get(url).content.decode()).sent
    with seeing_all(world.store):
        stored = Product.objects.get(pk=product.pk)
        catalog.save_product(data=replace(ProductInput.of(stored), tags=["new"]), product=stored)
    refused = world.client.post(url, {**opened, "title": "Mine"})
    assert refused.context["adminform"].form.errors["tags"] == ["Now it is: new"]
    assert Fields(refused.content.decode()).sent["title"] == "Mine"
