"""Money that goes back: never more than came, never twice."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.events.models import OutboxMessage
from apps.events.services import relay_outbox
from apps.gateways.errors import GatewayRefused, GatewayUnavailable
from apps.gateways.installed import get_gateway
from apps.gateways.models import TestGatewayCharge as Charge
from apps.payments import services as payments
from apps.payments.charges import refund_request_of
from apps.payments.errors import NotRefundable
from apps.payments.models import Payment, Refund
from tests.checkout.shop import assert_adds_up, make_cart, make_goods, place
from tests.payments.bank import pay_and_tell
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "as_staff")]


@pytest.fixture
def payment(in_store: Any) -> Payment:
    """600.00, captured."""
    payment = place(make_cart(make_goods(price_minor=60_000))).payment
    pay_and_tell(payment)
    return fresh(payment)


def fresh(payment: Payment) -> Payment:
    return Payment.objects.select_related("order").get(pk=payment.pk)


def refund(payment: Payment, amount_minor: int | None = None, **more: Any) -> Refund:
    return payments.refund_payment(
        payment=payment, amount_minor=amount_minor, reason="Broken", actor=STAFF, **more
    )


def test_a_whole_refund_reaches_the_bank_the_payment_and_the_order(payment: Payment) -> None:
    asked = refund(payment)
    assert (asked.state, fresh(payment).state) == ("requested", "captured")

    relay_outbox()

    done = fresh(payment)
    assert (done.state, done.refundable_minor) == ("refunded", 0)
    assert done.order.payment_state == "refunded"
    assert Charge.objects.get().refunded_minor == 60_000
    assert_adds_up(done.order)


def test_parts_add_up_to_the_whole_and_no_further(payment: Payment) -> None:
    payments.send_refund(refund_id=refund(payment, 10_000).pk)
    assert fresh(payment).state == "partially_refunded"
    assert fresh(payment).order.payment_state == "partially_refunded"
    with pytest.raises(NotRefundable) as refused:
        refund(payment, 50_001)
    assert refused.value.details["refundable_minor"] == 50_000

    payments.send_refund(refund_id=refund(payment, 20_000).pk)
    payments.send_refund(refund_id=refund(payment).pk)

    assert fresh(payment).state == "refunded"
    with pytest.raises(NotRefundable):
        refund(payment)
    assert_adds_up(payment.order)


def test_what_two_people_ask_for_counts_before_the_bank_answers(payment: Payment) -> None:
    refund(payment, 40_000)

    with pytest.raises(NotRefundable):
        refund(payment, 40_000)

    assert Refund.objects.count() == 1
    assert fresh(payment).refunded_minor == 40_000


def test_a_double_click_refunds_once(payment: Payment) -> None:
    first = refund(payment, 10_000, request_key="form-1")
    second = refund(payment, 10_000, request_key="form-1")

    assert first.pk == second.pk
    assert fresh(payment).refunded_minor == 10_000


def test_sending_a_refund_again_gives_nothing_twice(payment: Payment) -> None:
    asked = refund(payment, 10_000)
    for _ in range(3):
        payments.send_refund(refund_id=asked.pk)
    get_gateway("test").refund(refund_request_of(asked))
    relay_outbox()

    assert Charge.objects.get().refunded_minor == 10_000
    assert OutboxMessage.objects.filter(topic="refund.requested").count() == 1
    assert_adds_up(payment.order)


@pytest.mark.parametrize("amount", [0, -1, 60_001, 10**18])
def test_an_impossible_amount_is_refused(payment: Payment, amount: int) -> None:
    with pytest.raises(NotRefundable):
        refund(payment, amount)

    assert not Refund.objects.exists()


def test_an_unpaid_payment_has_nothing_to_give_back(in_store: Any) -> None:
    payment = place(make_cart(make_goods())).payment

    with pytest.raises(NotRefundable):
        refund(payment)


def test_a_refund_the_bank_refuses_can_be_asked_for_again(
    payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise GatewayRefused("The account is closed.")

    monkeypatch.setattr(type(get_gateway("test")), "refund", refuse)
    failed = payments.send_refund(refund_id=refund(payment).pk)
    monkeypatch.undo()

    assert failed.state == "failed"
    assert "The account is closed." in fresh(payment).needs_attention
    assert fresh(payment).refundable_minor == 60_000
    payments.send_refund(refund_id=refund(payment).pk)
    assert fresh(payment).state == "refunded"


def test_a_silent_bank_is_asked_again_later(
    payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    def silent(*_: Any) -> Any:
        raise GatewayUnavailable

    asked = refund(payment)
    monkeypatch.setattr(type(get_gateway("test")), "refund", silent)
    relay_outbox()
    assert payments.send_waiting_refunds(older_than=timedelta(0)) == 0
    monkeypatch.undo()

    assert payments.send_waiting_refunds(older_than=timedelta(0)) == 1
    asked.refresh_from_db()
    assert asked.state == "succeeded"


def test_the_database_itself_refuses_to_refund_more_than_came(payment: Payment) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(refunded_minor=60_001)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(captured_minor=60_001)
