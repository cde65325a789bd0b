"""The tax on an order's page in the admin: of what was given back, of each return and refund, of what remains."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from apps.accounts.models import Role
from apps.fulfilment.services import Credit
from apps.pricing.models import ShippingMethod, TaxSettings
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.checkout.shop import make_goods
from tests.fulfilment.parcels import buy, deliver, settle, ship, take_back
from tests.support.acting import seeing_all


@pytest.mark.django_db
def test_returns_refunds_and_what_remains_have_their_tax(
    store: Any, client_for: Callable[..., Client]
) -> None:
    client = client_for(store)
    with seeing_all(store):
        client.force_login(make_user(store, Role.OWNER))
        TaxSettings.objects.update_or_create(
            key="store", defaults={"prices_include_tax": True, "origin_region": "Karnataka"}
        )
        ShippingMethod.objects.update(amount_minor=4_900, free_above_minor=None)
        order = buy(make_goods(price_minor=59_000), quantity=3)
        take_back(deliver(ship(order)), restock=1, credit=Credit())
        settle(order)
    page = rename_session(client, f"session_{store.slug}").get(
        f"/admin/orders/order/{order.pk}/change/"
    )
    said = re.sub(r"\s+", " ", strip_tags(page.content.decode().replace("<", " <")))
    halves = "CGST 9% ₹45.00, SGST 9% ₹45.00"
    assert f"₹590.00 given back, of which tax ₹90.00 ({halves})" in said
    assert f"Refund of ₹590.00, of which tax ₹90.00 ({halves})" in said
    assert (
        "Refunded −₹590.00 of which tax ₹90.00 CGST 9% ₹45.00 SGST 9% ₹45.00 "
        "What remains ₹1,229.00 of which tax ₹187.48 CGST 9% ₹93.74 SGST 9% ₹93.74"
    ) in said
