"""What people read in the admin: words, not codes; and every list tells what to do when it is empty."""

from typing import Any

import pytest
from django.test import Client

from apps.backoffice.columns import words
from apps.common.ids import new_id
from apps.events.models import OutboxMessage
from apps.events.states import MessageState
from apps.gateways.installed import gateway_label
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db


def test_codes_become_words() -> None:
    assert words("order.partly_shipped") == "Order: partly shipped"
    assert words("order_refunded") == "Order refunded"
    assert gateway_label("cash_on_delivery") == "Cash on delivery"
    assert gateway_label("gone_bank") == "gone bank"


def test_a_list_says_what_is_filtered_and_closes_it(owner: Client) -> None:
    page = owner.get("/admin/orders/order/").content.decode()
    assert ">Filters</h2>" in page
    assert 'aria-label="Close the filters"' in page


def test_a_finished_task_and_a_way_to_pay_are_said_in_words(owner: Client, store: Any) -> None:
    with seeing_all(store):
        OutboxMessage.objects.update(state=MessageState.DELIVERED)
        OutboxMessage.objects.create(message_id=new_id(), topic="t", key="k", consumer="c",
            state=MessageState.DELIVERED)  # fmt: skip
    rows = owner.get("/admin/events/outboxmessage/").content.decode().partition("<tbody")[2]
    assert ">done</span>" in rows
    assert "delivered</span>" not in rows
    ways = owner.get("/admin/payments/paymentmethod/").content.decode()
    assert "payments of buyers" in ways
    assert "no money" not in ways


def test_countries_are_chosen_by_name(owner: Client) -> None:
    page = owner.get("/admin/inventory/warehouse/add/").content.decode()
    assert '<select name="country"' in page
    assert ">India</option>" in page
    answer = owner.post("/admin/inventory/warehouse/add/", {"name": "W", "code": "W2",
        "priority": "1", "country": "XX"})  # fmt: skip
    assert "country" in answer.context["adminform"].form.errors


def test_a_list_without_rows_says_what_to_do(owner: Client) -> None:
    nothing = owner.get("/admin/pricing/taxrate/?q=").content.decode()
    assert "yielded into" not in nothing
    lost = owner.get("/admin/orders/order/?q=nobody-has-this").content.decode()
    assert "Show all orders" in lost


def test_the_page_of_a_store_leads_to_everything(operator: Client, store: Any) -> None:
    page = operator.get(f"/admin/platform/store/{store.id}/change/").content.decode()
    for leads_to in ("connection", "deletion"):
        assert f"/admin/platform/store/{store.id}/{leads_to}/" in page
    assert f"/admin/platform/storemove/start/{store.id}/" in page
    assert '<select name="time_zone"' in page
    assert "Save and add another" not in page
