"""Every page of both admins opens; every list costs the same with more rows; new admin classes join by themselves."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.backoffice.sites import platform_admin, store_admin
from apps.common.clock import now
from apps.inventory.models import Bundle
from apps.operations import store_status
from apps.platform.selectors import forget_addresses
from apps.prices.models import CustomerGroup, PriceList, Sale
from apps.shipping.models import PickupPlace
from apps.tenancy.context import use_store
from tests.backoffice.sessions import PASSWORD, rename_session
from tests.support.acting import seeing_all


def name_of(model: Any, page: str) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}_{page}"


def test_every_page_of_the_platforms_admin_opens(operator: Client, store: Any) -> None:
    for model in sorted(platform_admin._registry, key=str):
        open_pages(operator, "platform_admin", model)


def test_every_page_of_a_stores_admin_opens(owner: Client, store: Any) -> None:
    for model in sorted(store_admin._registry, key=str):
        with seeing_all(store):
            first = model._default_manager.first()
        open_pages(owner, "store_admin", model, first, "config.urls.store")


@pytest.mark.parametrize("who", ["visitor", "staff of a suspended store"])
def test_those_who_only_look_open_every_page(
    who: str, owner: Client, visitor: Client, store: Any
) -> None:
    with seeing_all(store):
        group = CustomerGroup.objects.create(name="Resellers")
        PriceList.objects.create(name="Resellers", currency="INR", group=group)
        Sale.objects.create(name="Summer", currency="INR", percent=10, starts_at=now())
        Bundle.objects.create(sku="SET-1", variant_ref="set-1")
        PickupPlace.objects.create(name="The shop", code="shop", country="IN")
    if who != "visitor":
        store_status.suspend_store(store=store, reason="A check")
        forget_addresses()
    client = visitor if who == "visitor" else owner
    for model in sorted(store_admin._registry, key=str):
        with seeing_all(store):
            first = model._default_manager.first()
        for page, args in (("add", []), ("change", [first.pk] if first is not None else [])):
            if page == "add" or first is not None:
                url = reverse(
                    f"store_admin:{name_of(model, page)}", args=args, urlconf="config.urls.store"
                )
                assert client.get(url, follow=True).status_code in (200, 403), url


def open_pages(
    client: Client, site: str, model: Any, first: Any = None, urlconf: str | None = None
) -> None:
    if first is None and urlconf is None:
        first = model._default_manager.first()
    pages: list[tuple[str, list[Any]]] = [("changelist", []), ("add", [])]
    if first is not None:
        pages.append(("change", [first.pk]))
    for page, args in pages:
        url = reverse(f"{site}:{name_of(model, page)}", args=args, urlconf=urlconf)
        response = client.get(url, follow=True)
        expected = (200, 403) if page == "add" else (200,)
        assert response.status_code in expected, f"{url}: {response.status_code}"
    found = client.get(
        reverse(f"{site}:{name_of(model, 'changelist')}", urlconf=urlconf),
        {"q": "kanarienvogel"},
        follow=True,
    )
    assert found.status_code == 200, model


def test_the_dashboards_open(operator: Client, owner: Client) -> None:
    assert operator.get("/admin/").status_code == 200
    assert b"Latest orders" in owner.get("/admin/").content


@pytest.mark.parametrize("path", ["/admin/", "/admin/orders/order/", "/admin/catalog/product/add/"])
def test_customers_and_strangers_are_sent_to_the_login(
    store: Any, client_for: Callable[..., Client], path: str
) -> None:
    stranger = client_for(store)
    assert stranger.get(path).status_code == 302
    with use_store(store):
        customer = User.objects.create_user("buyer@example.com", PASSWORD)
        stranger.force_login(customer)
    assert rename_session(stranger, f"session_{store.slug}").get(path).status_code == 302


def test_wrong_passwords_are_limited(store: Any, client_for: Callable[..., Client]) -> None:
    with use_store(store):
        User.objects.create_user("staff@example.com", PASSWORD, is_staff=True, role=Role.OWNER)
    client = client_for(store)
    url = "/admin/login/?next=/admin/"
    for _ in range(12):
        client.post(url, {"username": "staff@example.com", "password": "wrong"})
    answer = client.post(url, {"username": "staff@example.com", "password": PASSWORD})
    assert answer.status_code == 200
    assert b"too many" in answer.content.lower()


def test_a_login_leads_to_the_admin_and_not_to_the_customers_account(
    store: Any, client_for: Callable[..., Client]
) -> None:
    with use_store(store):
        User.objects.create_user("staff@example.com", PASSWORD, is_staff=True, is_superuser=True)
    client = client_for(store)
    assert client.get("/admin/login/").headers["Location"] == "/admin/login/?next=%2Fadmin%2F"
    answer = client.post(
        "/admin/login/?next=%2Fadmin%2F",
        {"username": "Staff@Example.com", "password": PASSWORD, "next": "/admin/"},
    )
    assert answer.headers["Location"] == "/admin/"


@pytest.mark.parametrize(
    "path",
    [
        "orders/order/?status__exact=%00",
        "orders/order/?placed_at__year=99999",
        "accounts/user/?created_at__year=99999",
        "payments/payment/?gateway=%00",
        "catalog/category/?q=" + "a" * 3000,
        "catalog/product/?q=%00",
    ],
)
def test_a_garbled_filter_is_a_sentence_and_not_a_failure(owner: Client, path: str) -> None:
    answer = owner.get(f"/admin/{path}", follow=True)
    assert answer.status_code == 200


def test_a_garbled_selection_is_a_sentence_and_not_a_failure(owner: Client) -> None:
    values = {"action": "ship_selected", "_selected_action": "abc"}
    answer = owner.post("/admin/orders/order/", values, follow=True)
    assert b"is not valid" in answer.content
