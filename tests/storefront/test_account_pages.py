from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.roles import Role
from apps.tenancy.context import use_store
from tests.storefront.bought import orders
from tests.support.acting import seeing_all

HOME = {
    "name": "Mira Rao",
    "line1": "12 Lake Road",
    "city": "Bengaluru",
    "region": "Karnataka",
    "postal_code": "560001",
    "country": "IN",
}

PAGES = (
    "/account/",
    "/account/orders/",
    "/account/profile/",
    "/account/addresses/",
    "/account/addresses/new/",
)


@pytest.mark.parametrize("path", [*PAGES, "/account/orders/ABCD-EFGH/"])
def test_without_logging_in_there_is_no_account(in_store: Any, browse: Any, path: str) -> None:
    answer = browse.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/?next=")


@pytest.mark.parametrize("path", PAGES)
def test_a_customer_sees_their_account(browse: Any, customer: Any, log_in: Any, path: str) -> None:
    log_in(browse, customer)
    answer = browse.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_a_customer_sees_their_own_orders_only(
    store: Any,
    browse: Any,
    client_for: Callable[..., Client],
    sell: Any,
    customer: Any,
    log_in: Any,
    form: Any,
) -> None:
    variant = sell("Assam").variants[0].id
    log_in(browse, customer)
    browse.post("/cart/add/", {"variant": variant})
    browse.post("/checkout/", form())
    [order] = orders()
    assert order.number in browse.get("/account/orders/").content.decode()
    assert browse.get(f"/account/orders/{order.number}/").status_code == 200

    with use_store(store):
        clerk = accounts.create_user(
            email="clerk@example.com", password="correct horse battery", role=Role.MANAGER
        )
    for somebody in (clerk,):  # also staff see only what they bought themselves, on these pages
        stranger = client_for(store)
        log_in(stranger, somebody)
        assert order.number not in stranger.get("/account/orders/").content.decode()
        assert stranger.get(f"/account/orders/{order.number}/").status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 50, "%00"])
def test_a_page_of_orders_that_is_not_there_is_the_nearest(
    browse: Any, customer: Any, log_in: Any, page: Any
) -> None:
    log_in(browse, customer)
    assert browse.get(f"/account/orders/?page={page}").status_code == 200


def test_profile_is_saved(store: Any, browse: Any, customer: Any, log_in: Any) -> None:
    log_in(browse, customer)
    browse.post("/account/profile/", {"first_name": " Mira ", "last_name": "Rao", "role": "owner"})
    with use_store(store):
        customer.refresh_from_db()
    assert customer.full_name == "Mira Rao"
    assert customer.role == Role.CUSTOMER
    long = browse.post("/account/profile/", {"first_name": "x" * 5000})
    assert long.status_code == 422


def test_addresses_are_added_changed_and_deleted(
    store: Any, browse: Any, customer: Any, log_in: Any
) -> None:
    log_in(browse, customer)
    wrong = browse.post("/account/addresses/new/", {"name": "Mira", "country": "XX"})
    assert wrong.status_code == 422
    address = HOME
    assert browse.post("/account/addresses/new/", address).status_code == 302
    with seeing_all(store):
        saved = customer.addresses.get()
    path = f"/account/addresses/{saved.pk}/"
    assert browse.post(path, {**address, "line1": "14 Lake Road"}).status_code == 302
    assert "14 Lake Road" in browse.get("/account/addresses/").content.decode()
    assert browse.get(f"{path}delete/").status_code == 405
    assert browse.post(f"{path}delete/").status_code == 302
    assert "14 Lake Road" not in browse.get("/account/addresses/").content.decode()
    assert browse.get(path).status_code == 404


def test_another_customer_s_address_is_not_there(
    store: Any, browse: Any, customer: Any, log_in: Any
) -> None:
    with seeing_all(store):
        other = accounts.create_user(email="ravi@example.com", password="correct horse battery")
        theirs = accounts.save_address(
            user=other,
            values={**HOME, "name": "Ravi", "line1": "Secret Lane"},
        )
    log_in(browse, customer)
    path = f"/account/addresses/{theirs.pk}/"
    assert browse.get(path).status_code == 404
    assert browse.post(path, {"name": "Mine now"}).status_code == 404
    assert browse.post(f"{path}delete/").status_code == 404
    with seeing_all(store):
        theirs.refresh_from_db()
    assert theirs.name == "Ravi"


def test_the_guest_s_cart_joins_the_customer_s_at_login(
    store: Any,
    browse: Any,
    client_for: Callable[..., Client],
    sell: Any,
    customer: Any,
    log_in: Any,
) -> None:
    tea, cup = sell("Assam").variants[0].id, sell("Cup").variants[0].id
    earlier = client_for(store)
    log_in(earlier, customer)
    earlier.post("/cart/add/", {"variant": tea})

    browse.post("/cart/add/", {"variant": tea, "quantity": "2"})
    browse.post("/cart/add/", {"variant": cup})
    guest = browse.cookies["cart"].value
    log_in(browse, customer)
    assert browse.cookies["cart"].value == ""
    assert browse.cookies["cart_count"].value == "4"
    page = browse.get("/cart/").content.decode()
    assert "Assam" in page
    assert "Cup" in page
    assert 'data-count="4"' in page

    stranger = client_for(store)
    stranger.cookies["cart"] = guest
    assert "Your cart is empty" in stranger.get("/cart/").content.decode()


def test_logging_out_takes_the_cart_s_count_along(
    store: Any, browse: Any, sell: Any, customer: Any, log_in: Any
) -> None:
    log_in(browse, customer)
    browse.post("/cart/add/", {"variant": sell("Assam").variants[0].id})
    assert browse.cookies["cart_count"].value == "1"
    browse.post("/account/logout/")
    assert browse.cookies["cart_count"].value == ""
    assert "Your cart is empty" in browse.get("/cart/").content.decode()
