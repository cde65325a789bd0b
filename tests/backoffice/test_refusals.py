"""What services refuse is said on the admin's page: nothing fails, nothing is half written."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.errors import EmailTaken
from apps.accounts.models import Role, User
from apps.catalog import services as catalog
from apps.catalog.documents import Category, Product
from apps.catalog.errors import TakenMeanwhile
from apps.catalog.inputs import CategoryInput
from apps.events.models import AuditEntry
from apps.inventory import services as inventory
from apps.inventory.models import Movement, StockItem, Warehouse
from apps.tenancy.context import use_store
from tests.api.shop import make_product, make_user, place_order
from tests.backoffice.forms import Fields
from tests.support.acting import seeing_all


@pytest.fixture
def owner(store: Any, client_for: Callable[..., Client]) -> Client:
    client = client_for(store, **{"x-forwarded-for": "198.51.100.7"})
    with use_store(store):
        client.force_login(make_user(store, Role.OWNER))
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    return client


@pytest.fixture
def item(store: Any) -> StockItem:
    """Ten pieces, one of them promised to an order."""
    product = make_product(store, stock=10)
    place_order(store, product)
    with use_store(store):
        return StockItem.objects.get()


def stock_page(item: StockItem) -> str:
    return f"/admin/inventory/stockitem/{item.pk}/change/"


def counted(owner: Client, item: StockItem, number: int, **changes: Any) -> dict[str, Any]:
    opened = Fields(owner.get(stock_page(item)).content.decode()).sent
    return {**opened, "counted": number, **changes}


def test_a_count_is_written_by_whoever_saved_it(store: Any, owner: Client, item: StockItem) -> None:
    assert (
        owner.post(stock_page(item), counted(owner, item, 7, reason="counted")).status_code == 302
    )
    with seeing_all(store):
        movement = Movement.objects.order_by("-created_at").first()
        item.refresh_from_db()
        assert (item.on_hand, movement.on_hand_delta, movement.reason) == (7, -3, "counted")
        assert movement.actor_label == User.objects.get(role=Role.OWNER).email


def test_a_page_with_a_mistake_writes_nothing_into_the_ledger(
    store: Any, owner: Client, item: StockItem
) -> None:
    with seeing_all(store):
        before = Movement.objects.count()
    for mistake in ({"movements-TOTAL_FORMS": "x"}, {"low_stock_at": "-5"}):
        assert owner.post(stock_page(item), counted(owner, item, 7, **mistake)).status_code == 200
    with seeing_all(store):
        assert Movement.objects.count() == before


def test_a_count_below_what_is_promised_is_an_error_of_the_form(
    owner: Client, item: StockItem
) -> None:
    answer = owner.post(stock_page(item), counted(owner, item, 0))
    assert answer.status_code == 200
    assert "promised to orders" in answer.content.decode()


def test_pieces_that_left_do_not_come_back_with_an_untouched_count(
    store: Any, owner: Client, item: StockItem
) -> None:
    sent = counted(owner, item, 10, low_stock_at="2")
    assert sent["initial-counted"] == "10"
    with seeing_all(store):
        inventory.set_on_hand(stock_item=item, on_hand=4)
    assert owner.post(stock_page(item), sent).status_code == 302
    with seeing_all(store):
        item.refresh_from_db()
        assert (item.on_hand, item.low_stock_at) == (4, 2)


def product_page(store: Any) -> tuple[str, str]:
    """The page of the only product, and the name of the field for its pieces."""
    with use_store(store):
        product = Product.objects.get()
    return f"/admin/catalog/product/{product.pk}/change/", f"stock-{product.variants[0].id}"


def test_a_product_is_not_written_with_a_count_below_what_is_promised(
    store: Any, owner: Client, item: StockItem
) -> None:
    path, pieces = product_page(store)
    sent = Fields(owner.get(path).content.decode()).sent
    answer = owner.post(path, {**sent, "title": "New name", pieces: "0"})
    assert answer.status_code == 200
    assert "promised to orders" in answer.content.decode()
    with use_store(store):
        assert Product.objects.get().title != "New name"
    assert owner.post(path, {**sent, "title": "New name", pieces: "5"}).status_code == 302
    with seeing_all(store):
        item.refresh_from_db()
        assert (Product.objects.get().title, item.on_hand) == ("New name", 5)


def test_a_product_page_left_open_brings_no_pieces_back(
    store: Any, owner: Client, item: StockItem
) -> None:
    path, pieces = product_page(store)
    sent = Fields(owner.get(path).content.decode()).sent
    assert sent[pieces] == "10"
    with seeing_all(store):
        inventory.set_on_hand(stock_item=item, on_hand=4)
    assert owner.post(path, sent).status_code == 302
    with seeing_all(store):
        item.refresh_from_db()
        assert item.on_hand == 4


def test_a_count_on_a_product_page_that_was_overtaken_is_refused_once(
    store: Any, owner: Client, item: StockItem
) -> None:
    path, pieces = product_page(store)
    sent = {**Fields(owner.get(path).content.decode()).sent, pieces: "9"}
    with seeing_all(store):
        inventory.set_on_hand(stock_item=item, on_hand=4)
    refused = owner.post(path, sent).content.decode()
    assert "4 are on hand now, no longer 10" in refused
    again = Fields(refused).sent
    assert again[pieces] == "9"
    assert owner.post(path, again).status_code == 302
    with seeing_all(store):
        item.refresh_from_db()
        assert item.on_hand == 9


def test_a_count_in_the_list_that_was_overtaken_is_refused_once(
    store: Any, owner: Client, item: StockItem
) -> None:
    path = "/admin/inventory/stockitem/"
    shown = Fields(owner.get(path).content.decode()).sent
    sent = {**shown, "form-0-on_hand": "9", "_save": "Save"}
    with seeing_all(store):
        inventory.set_on_hand(stock_item=item, on_hand=4)
    refused = owner.post(path, sent).content.decode()
    assert "4 are on hand now, no longer 10" in refused
    again = {**Fields(refused).sent, "_save": "Save"}
    assert again["form-0-on_hand"] == "9"
    assert owner.post(path, again).status_code == 302
    with seeing_all(store):
        item.refresh_from_db()
        assert item.on_hand == 9


def test_a_category_with_children_is_not_deleted(store: Any, owner: Client) -> None:
    with seeing_all(store):
        parent = catalog.create_category(data=CategoryInput(name="Tea"))
        catalog.create_category(data=CategoryInput(name="Green", parent_id=str(parent.pk)))
    path = f"/admin/catalog/category/{parent.pk}/delete/"
    answer = owner.post(path, {"post": "yes"}, follow=True)
    assert answer.redirect_chain == [(path, 302)]
    assert any(message.level_tag == "error" for message in answer.context["messages"])
    with seeing_all(store):
        assert Category.objects.count() == 2


def test_a_product_page_opens_with_every_warehouse_switched_off(
    store: Any, owner: Client, item: StockItem
) -> None:
    with seeing_all(store):
        Warehouse.objects.update(is_active=False)
        product = Product.objects.get()
    assert owner.get(f"/admin/catalog/product/{product.pk}/change/").status_code == 200


def test_deactivating_says_from_where(store: Any, owner: Client, settings: Any) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    customer = make_user(store)
    data = {"action": "deactivate", "_selected_action": [str(customer.pk)]}
    assert owner.post("/admin/accounts/customer/", data).status_code == 302
    with seeing_all(store):
        entry = AuditEntry.objects.get(action="user.deactivated")
        assert entry.ip == "198.51.100.7"


@pytest.mark.parametrize(
    ("kind", "service", "values"),
    [
        ("product", "save_product", {"variants-0-sku": "NEW-1", "variants-0-price": "5.00"}),
        ("category", "create_category", {}),
    ],
)
def test_an_address_that_was_taken_meanwhile_costs_nothing_that_was_typed(
    owner: Client,
    store: Any,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    service: str,
    values: dict[str, str],
) -> None:
    """The form found it free; another request had it by the time of the write."""

    def taken(**given: Any) -> None:
        raise TakenMeanwhile(fields={"slug": ["This address is taken."]})

    path = f"/admin/catalog/{kind}/add/"
    sent = Fields(owner.get(path).content.decode()).sent
    name = "title" if kind == "product" else "name"
    typed = {**sent, name: "Monsoon Malabar", "description": "<p>Long text</p>", "slug": "mon-soon"}
    monkeypatch.setattr(catalog, service, taken)
    answer = owner.post(path, {**typed, **values})
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    assert form.errors["slug"] == ["This address is taken."]
    page = answer.content.decode()
    for words in ("Monsoon Malabar", "Long text", "mon-soon", *values.values()):
        assert words in page, words
    monkeypatch.undo()
    assert owner.post(path, {**typed, **values}).status_code == 302


def test_what_a_service_says_of_a_person_stands_above_what_was_typed(
    owner: Client, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**given: Any) -> None:
        raise EmailTaken

    monkeypatch.setattr(accounts, "save_person", refuse)
    typed = {"email": "new@example.com", "first_name": "Lakshmi", "role": "support"}
    answer = owner.post("/admin/accounts/user/add/", typed)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert "Lakshmi" in answer.content.decode()
    with use_store(store):
        assert not User.objects.filter(email="new@example.com").exists()


def test_a_write_that_met_another_one_is_checked_again(
    owner: Client, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one wrote after the form had found the address free."""
    save, calls = accounts.save_person, []

    def late(**given: Any) -> Any:
        calls.append(given)
        if len(calls) == 1:
            raise IntegrityError("duplicate key")
        return save(**given)

    monkeypatch.setattr(accounts, "save_person", late)
    typed = {"email": "new@example.com", "role": "support", "password": "a-long-password-1"}
    assert owner.post("/admin/accounts/user/add/", typed).status_code == 302
    with use_store(store):
        assert User.objects.filter(email="new@example.com").count() == 1
    assert len(calls) == 2
