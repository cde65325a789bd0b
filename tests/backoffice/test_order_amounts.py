"""What an order's pages in the admin say about amounts: refused ones, those of the audit log, and when nothing is due."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from apps.accounts.models import Role
from apps.backoffice.history import changes_of
from apps.events.models import AuditEntry
from apps.fulfilment import services as fulfilment
from apps.orders.models import Order
from apps.payments.models import Refund
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.checkout.shop import make_cart, make_goods, place
from tests.fulfilment.parcels import CASH, buy, payment_of
from tests.support.acting import STAFF, seeing_all


@pytest.fixture
def owner(store: Any, client_for: Callable[..., Client]) -> Client:
    client = client_for(store)
    with seeing_all(store):
        client.force_login(make_user(store, Role.OWNER))
    return rename_session(client, f"session_{store.slug}")


def said_on(page: Any) -> str:
    return re.sub(r"\s+", " ", strip_tags(page.content.decode().replace("<", " <")))


@pytest.mark.parametrize("amount", ["-5", "0", "0.00"])
def test_a_refund_of_nothing_says_what_is_wrong(store: Any, owner: Client, amount: str) -> None:
    with seeing_all(store):
        order = buy(make_goods(), quantity=1)
        payment = payment_of(order)
    path = f"/admin/orders/order/{order.pk}/refund/"
    said = said_on(owner.post(path, {"payment": str(payment.pk), "amount": amount}))
    assert "The amount must be more than 0." in said
    with seeing_all(store):
        assert not Refund.objects.exists()


def test_nothing_is_pending_of_an_order_that_was_cancelled_unpaid(
    store: Any, owner: Client
) -> None:
    with seeing_all(store):
        order = place(make_cart(make_goods())).order
    path = f"/admin/orders/order/{order.pk}/change/"
    said = said_on(owner.get(path))
    assert "payment pending" in said
    assert re.search(r"₹[\d,.]+ each, ₹[\d,.]+ in total", said)  # narrow screens have no columns
    with seeing_all(store):
        fulfilment.cancel(order=Order.objects.get(), reason="", actor=STAFF)
    for page in (path, "/admin/orders/order/"):
        said = said_on(owner.get(page))
        assert "nothing due" in said
        assert "cancelled payment pending" not in said


def test_the_audit_log_writes_words_and_moments(in_store: Any) -> None:
    entry = AuditEntry(
        target_type="orders.order",
        before={"paid_at": None, "reduced_minor": 0},
        after={
            "paid_at": "2026-11-28T09:32:00+00:00",
            "reduced_minor": 68_000,
            "return_kind": "undelivered",
            "payment_ref": "01a226a2-0000-7000-8000-000000000000",
        },
    )
    found = {change.name: str(change.became) for change in changes_of(entry)}
    assert found.pop("Paid at").startswith("28 Nov 2026")
    assert found == {"Reduced": "₹680.00", "Return kind": "Never delivered"}


def test_the_audit_log_writes_amounts_of_the_currency(store: Any, owner: Client) -> None:
    with seeing_all(store):
        order = buy(make_goods(price_minor=77_000), quantity=1, payment_method=CASH)
    owner.post(f"/admin/orders/order/{order.pk}/cancel/", {"reason": "Sold out"})
    with seeing_all(store):
        entry = AuditEntry.objects.get(action="order.cash_void")
    said = said_on(owner.get(f"/admin/events/auditentry/{entry.pk}/change/"))
    assert f"₹{order.total_minor / 100:,.2f}" in said
    assert str(order.total_minor) not in said
    assert "IP address" in said
    assert "This computer" in said
