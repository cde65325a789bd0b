"""The page on which staff change an order: nothing happens before the difference was shown, and a stale form is refused."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.checkout.models import DraftOrder
from apps.orders.models import Order, OrderLine
from apps.tenancy.context import use_store
from tests.api.shop import Api, fill_cart, log_in, make_product, make_user, order_body, pay
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(store: Any) -> dict[str, Any]:
    """Three pieces, paid."""
    guest = fill_cart(Api(store), make_product(store, minor=33_333), quantity=3)
    placed: dict[str, Any] = guest.post("orders", order_body(store)).json()
    pay(store, placed)
    return placed


@pytest.fixture
def press(
    store: Any, order: dict[str, Any], client_for: Callable[..., Client]
) -> Callable[..., Any]:
    clients: dict[Role, Client] = {}

    def post(role: Role = Role.OWNER, **fields: str) -> Any:
        if role not in clients:
            client, person = client_for(store), make_user(store, role)
            with use_store(store):
                client.force_login(person)
            client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
            clients[role] = client
        page = f"/admin/orders/order/{order['id']}/edit/"
        if not fields:
            return clients[role].get(page)
        return clients[role].post(page, {"reason": "By telephone", **fields}, follow=True)

    return post


def line_of(store: Any) -> OrderLine:
    with seeing_all(store):
        return OrderLine.objects.order_by("position")[0]


def hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="(-?\d+)"', page.content.decode())
    return found.group(1) if found else ""


def test_the_difference_is_shown_first_and_then_done(store: Any, press: Callable[..., Any]) -> None:
    line = line_of(store)
    wanted = {f"remove-{line.pk}": "1", "version": hidden(press(), "version")}

    shown = press(preview="1", **wanted)
    assert "333.33" in shown.content.decode()
    assert line_of(store).cancelled_quantity == 0
    expected = hidden(shown, "expected")
    done = press(apply="1", expected=expected, **wanted)
    twice = press(apply="1", expected=expected, **wanted)

    assert "Changed. The customer gets a mail." in done.content.decode()
    assert "was changed in the meantime" in twice.content.decode()
    assert line_of(store).cancelled_quantity == 1


def test_nothing_is_done_that_was_not_looked_at(store: Any, press: Callable[..., Any]) -> None:
    version = hidden(press(), "version")
    page = press(apply="1", version=version, **{f"remove-{line_of(store).pk}": "1"})
    assert "Look at the difference first." in page.content.decode()
    assert line_of(store).cancelled_quantity == 0


def test_money_goes_back_by_those_who_may_refund(
    store: Any, order: dict[str, Any], press: Callable[..., Any]
) -> None:
    line = line_of(store)
    wanted = {f"remove-{line.pk}": "1", "version": hidden(press(Role.FULFILMENT), "version")}
    shown = press(Role.FULFILMENT, preview="1", **wanted)
    assert "your role has no right to refund" in shown.content.decode()
    expected = hidden(shown, "expected")
    press(Role.FULFILMENT, apply="1", expected=expected, **wanted)
    packer = log_in(store, make_user(store, Role.FULFILMENT))
    body = {
        "version": int(wanted["version"]),
        "reason": "By telephone",
        "remove": [{"id": str(line.pk), "quantity": 1}],
    }
    answer = packer.post(f"orders/{order['id']}/changes", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "refund_not_allowed")
    assert (
        packer.post(f"orders/{order['id']}/changes", {**body, "dry_run": True}).status_code == 200
    )
    assert line_of(store).cancelled_quantity == 0


@pytest.mark.parametrize("typed", ["-1", "9", "99999999", "1.5", "one"])
def test_odd_numbers_of_pieces_are_said_at_the_form(
    store: Any, press: Callable[..., Any], typed: str
) -> None:
    page = press(preview="1", version="1", **{f"remove-{line_of(store).pk}": typed})
    assert page.status_code == 200
    assert 'class="bo-error"' in page.content.decode()
    assert not hidden(page, "expected")


def test_a_split_names_the_other_order_on_both_pages(
    store: Any, order: dict[str, Any], press: Callable[..., Any]
) -> None:
    version = hidden(press(), "version")
    page = press(split="1", version=version, **{f"remove-{line_of(store).pk}": "1"})
    with seeing_all(store):
        new = Order.objects.get(split_from=order["number"])
    assert new.number in page.content.decode()
    assert new.total_minor == 33_333


def test_who_only_reads_changes_nothing(store: Any, press: Callable[..., Any]) -> None:
    assert press(Role.READ_ONLY, preview="1").status_code == 403


def test_support_makes_drafts_at_the_shops_prices_only(
    store: Any, order: dict[str, Any], client_for: Callable[..., Client]
) -> None:
    client, person = client_for(store), make_user(store, Role.SUPPORT)
    with use_store(store):
        client.force_login(person)
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    ref = line_of(store).variant_ref
    plain = {"country": "IN", "line": ref, f"quantity-{ref}": "2"}
    for own in (
        {f"price-{ref}": "0.01", f"reason-{ref}": "x"},
        {"discount": "1", "discount_reason": "x"},
        {"shipping_price": "0"},
    ):
        page = client.post("/admin/checkout/draftorder/create/", {**plain, **own})
        assert "You are not allowed to give discounts." in page.content.decode()
    client.post("/admin/checkout/draftorder/create/", {**plain, "add": ref})
    with seeing_all(store):
        draft = DraftOrder.objects.get()
        assert [line.quantity for line in draft.lines.all()] == [3], "added to its line"
        DraftOrder.objects.update(discount_minor=5, discount_reason="x")
    client.post(f"/admin/checkout/draftorder/{draft.pk}/duplicate/")
    with seeing_all(store):
        assert DraftOrder.objects.count() == 1
