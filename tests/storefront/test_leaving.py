"""A form that pays may end at the provider's own page, on the pages where one pays, and on no other."""

import re
from dataclasses import replace
from typing import Any

import pytest

from apps.gateways import installed
from apps.gateways.test_bank import TestGateway
from apps.gateways.values import ChargeRequest, GatewayState
from apps.payments import services as payments
from apps.payments.models import PaymentMethod
from apps.tenancy.context import use_store
from tests.api.shop import ADDRESSES
from tests.checkout.shop import make_cart, make_goods, place
from tests.payments.bank import pay
from tests.support.acting import SYSTEM, by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store")]
BANK = "https://pay.example"


class Outside(TestGateway):
    """A provider with a page of its own."""

    code = "outside"
    pages = (BANK,)

    def open(self, request: ChargeRequest) -> GatewayState:
        return replace(super().open(request), next_url=f"{BANK}/{request.ref}")


@pytest.fixture
def outside(monkeypatch: Any) -> PaymentMethod:
    monkeypatch.setitem(installed._GATEWAYS, "outside", Outside())
    method = PaymentMethod(gateway="outside", label="Card", position=9)
    payments.save_payment_method(method)
    return method


def ends_of(answer: Any) -> list[str]:
    """Where the page's forms may end."""
    found = re.search(r"form-action ([^;]*)", answer["Content-Security-Policy"])
    assert found is not None
    return found[1].split()


def open_checkout(browse: Any, sell: Any) -> Any:
    variant = sell("Assam").variants[0]
    browse.post("/cart/add/", {"variant": variant.id, "quantity": 1})
    answer = browse.get("/checkout/")
    assert answer.status_code == 200
    return answer


def test_checkout_leads_to_what_the_store_offers(
    browse: Any, sell: Any, outside: PaymentMethod, django_capture_on_commit_callbacks: Any
) -> None:
    assert ends_of(open_checkout(browse, sell)) == ["'self'", BANK]
    assert ends_of(browse.post("/checkout/", {})) == ["'self'", BANK], "the page of a refused form"
    assert ends_of(browse.get("/cart/")) == ["'self'"]
    outside.is_active = False
    with django_capture_on_commit_callbacks(execute=True):
        payments.save_payment_method(outside)
    assert ends_of(browse.get("/checkout/")) == ["'self'"]


def test_without_a_provider_outside_forms_stay_here(browse: Any, sell: Any) -> None:
    assert ends_of(open_checkout(browse, sell)) == ["'self'"]


def test_the_order_s_page_leads_to_the_provider_of_its_payment_until_it_is_paid(
    browse: Any, outside: PaymentMethod
) -> None:
    placed = place(make_cart(make_goods()), payment_method="outside")
    assert placed.payment is not None
    page = f"/orders/{placed.order.access_token}/"

    assert ends_of(browse.get(page)) == ["'self'", BANK]
    answer = browse.post(f"{page}pay/")
    assert answer.url == f"{BANK}/{placed.payment.pk}"
    pay(placed.payment)
    by(SYSTEM, payments.settle_from_gateway, payment=placed.payment)
    assert ends_of(browse.get(page)) == ["'self'"]


def test_an_order_through_another_provider_does_not_lead_there(
    browse: Any, outside: PaymentMethod
) -> None:
    placed = place(make_cart(make_goods()))
    assert ends_of(browse.get(f"/orders/{placed.order.access_token}/")) == ["'self'"]


def test_another_store_leads_nowhere(
    other_store: Any, client_for: Any, outside: PaymentMethod
) -> None:
    with use_store(other_store):
        placed = place(make_cart(make_goods()), shipping_address=ADDRESSES["US"])
    page = f"/orders/{placed.order.access_token}/"
    assert ends_of(client_for(other_store).get(page)) == ["'self'"]
