"""The address of a button, read instead of posted to, leads to a page of the admin and never to a bare error."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from apps.backoffice.store.order_buttons import BUTTONS
from apps.common.ids import new_id
from apps.orders.models import Order
from tests.backoffice import doors
from tests.support.acting import seeing_all

URLCONFS = {"platform": settings.ROOT_URLCONF, "store": settings.STORE_URLCONF}


def refused_addresses(client: Client, site: str) -> list[str]:
    """Buttons whose address answers 405 to a browser that opens it."""
    refused = []
    for name, parameters in doors.list_button_parameters(site):
        address = reverse(
            f"{site}_admin:{name}",
            kwargs={each: new_id() for each in parameters},
            urlconf=URLCONFS[site],
        )
        if client.get(address).status_code == 405:
            refused.append(name)
    return refused


def test_no_address_of_a_button_is_a_bare_error(operator: Client, owner: Client) -> None:
    found = [name for site in doors.SITES for name, _ in doors.list_button_parameters(site)]
    assert {"orders_order_refund", "platform_storemove_resume", "platform_store_check"} <= {*found}
    assert refused_addresses(operator, "platform") == []
    assert refused_addresses(owner, "store") == []


@pytest.mark.parametrize("verb", BUTTONS)
def test_an_order_is_shown_at_the_addresses_of_its_buttons(
    store: Any, owner: Client, verb: str
) -> None:
    with seeing_all(store):
        order = Order.objects.first()
    assert order is not None
    home = f"/admin/orders/order/{order.pk}"

    answer = owner.get(f"{home}/{verb}/", follow=True)

    assert answer.redirect_chain == [(f"{home}/change/", 302)]
    assert re.search(order.number, answer.content.decode())
    assert owner.put(f"{home}/{verb}/").status_code == 405
