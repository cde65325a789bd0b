"""What gateways learn of a payment and of a refund."""

from typing import Any

import pytest

from apps.common.money import from_minor
from apps.payments import services as payments
from apps.payments.charges import charge_of, charge_request_of, refund_request_of
from apps.payments.models import Payment
from tests.checkout.shop import make_cart, make_goods, place
from tests.payments.bank import pay_and_tell
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system_scope")]


def test_a_payment_is_asked_for_with_its_order(
    in_store: Any, django_assert_num_queries: Any
) -> None:
    placed = place(make_cart(make_goods(price_minor=60_000)))
    order, payment = placed.order, placed.payment
    with django_assert_num_queries(0):
        request = charge_request_of(payment)

    assert (request.id, request.amount) == (payment.pk, from_minor(60_000, "INR"))
    assert (request.number, request.customer_email) == (order.number, order.email)
    assert request.description == f"Order {order.number}"
    assert request.return_path == f"/orders/{order.access_token}/"


def test_a_refund_names_its_charge(in_store: Any, django_assert_num_queries: Any) -> None:
    payment = place(make_cart(make_goods(price_minor=60_000))).payment
    pay_and_tell(payment)
    refund = payments.refund_payment(
        payment=payment, amount_minor=1_500, reason="Broken", actor=STAFF
    )
    paid = Payment.objects.get(pk=payment.pk)
    with django_assert_num_queries(0):
        charge = charge_of(paid)
        request = refund_request_of(refund)

    assert request.charge.id == charge.id == payment.pk
    assert charge.gateway_ref.startswith("test-")
    assert (request.id, request.amount) == (refund.pk, from_minor(1_500, "INR"))
    assert request.reason == "Broken"
