"""Money that PayPal holds, gives back or disputes."""

from datetime import timedelta
from typing import Any

import pytest

from apps.common.ids import new_id
from apps.common.money import Money, from_minor
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.gateways.errors import GatewayRefused, GatewayUnavailable
from apps.gateways.installed import get_gateway
from apps.gateways.values import CaptureTime, Charge, ChargeStatus, RefundRequest
from apps.payments import services as payments
from apps.payments.charges import charge_of
from apps.payments.models import PaymentSettings, Refund
from apps.tenancy.context import use_actor
from tests.gateways.charges import capture_of, request_of
from tests.support.acting import STAFF, SYSTEM, by
from tests.support.paypal_shop import PayPalShop, deliver
from tests.support.provider_shop import assert_books_add_up, fresh, opened

pytestmark = pytest.mark.django_db
DOLLARS = from_minor(60_000, "USD")


@pytest.mark.parametrize("parts", [(60_000,), (10_000, 30_000)])
def test_held_money_is_captured_in_parts_and_the_rest_is_released(
    paypal: PayPalShop, parts: tuple[int, ...]
) -> None:
    gateway, charge = (
        get_gateway("paypal"),
        opened("paypal", request_of(DOLLARS, CaptureTime.LATER)),
    )
    paypal.account.approve(charge.gateway_ref)
    held = by(SYSTEM, complete, charge)
    assert (held.status, held.authorized, held.captured) == (
        ChargeStatus.AUTHORIZED,
        DOLLARS,
        Money(0, "USD"),
    )
    assert held.held_until is not None
    before = Money(0, "USD")
    for number, minor in enumerate(parts, start=1):
        part = from_minor(minor, "USD")
        capture = capture_of(charge, part, before=before, is_last=number == len(parts))
        assert gateway.capture(capture) == gateway.capture(capture), "the same id, the same capture"
        before += part
    state = gateway.fetch(charge)
    assert (state.status, state.captured) == (ChargeStatus.PAID, before)
    with pytest.raises(GatewayRefused):
        gateway.capture(capture_of(charge, from_minor(100, "USD"), before=before))
    assert gateway.cancel(charge).status is ChargeStatus.PAID


def complete(charge: Charge) -> Any:
    return get_gateway("paypal").complete(charge)  # type: ignore[attr-defined]  # as installed


def test_held_money_that_is_not_captured_is_voided(paypal: PayPalShop) -> None:
    gateway, charge = (
        get_gateway("paypal"),
        opened("paypal", request_of(DOLLARS, CaptureTime.LATER)),
    )
    paypal.account.approve(charge.gateway_ref)
    complete(charge)
    assert gateway.cancel(charge).status is ChargeStatus.CANCELLED
    assert gateway.fetch(charge).status is ChargeStatus.CANCELLED
    with pytest.raises(GatewayRefused):
        gateway.capture(capture_of(charge, DOLLARS))


def test_each_parcel_takes_its_part_and_a_refund_is_done_when_all_of_it_has_gone(
    paypal: PayPalShop,
) -> None:
    with use_actor(STAFF):
        row, _ = PaymentSettings.objects.get_or_create(key="store")
        row.capture = PaymentSettings.Capture.AT_SHIPMENT
        row.save()
    placed = paypal.order(quantity=3)
    payment = placed.payment
    paypal.account.approve(payment.gateway_ref)
    paypal.deliver_all()
    assert fresh(payment).state == "authorized"
    for quantity in (1, 2):
        with use_actor(STAFF):
            order = fresh(payment).order
            line = order.lines.get()
            fulfilment.ship_order(order=order, lines={line.pk: quantity}, actor=STAFF)
        for event in paypal.new_events() * 2:
            deliver(event)
    captures = paypal.account.captures(payment.gateway_ref)
    assert [each["final_capture"] for each in captures] == [False, True]
    assert (fresh(payment).state, fresh(payment).captured_minor) == (
        "captured",
        payment.amount_minor,
    )
    assert_books_add_up(payment)

    paypal.account.refunds_until_silence = 1
    with use_actor(STAFF):
        refund = payments.refund_payment(payment=fresh(payment), reason="All", actor=STAFF)
    with pytest.raises(GatewayUnavailable):
        by(SYSTEM, payments.send_refund, refund_id=refund.pk)
    paypal.deliver_all()
    assert (state_of(refund), fresh(payment).state) == ("requested", "captured")
    assert by(SYSTEM, payments.send_waiting_refunds, older_than=timedelta(0)) == 1
    paypal.deliver_all()
    assert (state_of(refund), fresh(payment).state) == ("succeeded", "refunded")
    assert_books_add_up(payment)


def test_a_refund_takes_from_each_capture_and_a_crash_between_sends_only_the_rest(
    paypal: PayPalShop,
) -> None:
    gateway, charge = (
        get_gateway("paypal"),
        opened("paypal", request_of(DOLLARS, CaptureTime.LATER)),
    )
    paypal.account.approve(charge.gateway_ref)
    complete(charge)
    part = from_minor(30_000, "USD")
    gateway.capture(capture_of(charge, part))
    gateway.capture(capture_of(charge, part, before=part, is_last=True))
    refund = RefundRequest(id=new_id(), charge=charge, amount=from_minor(50_000, "USD"))

    paypal.account.refunds_until_silence = 1
    with pytest.raises(GatewayUnavailable):
        gateway.refund(refund)
    (known,) = gateway.fetch(charge).refunds or ()
    assert (known.id, known.amount) == (refund.ref, part)

    receipts = {gateway.refund(refund) for _ in range(2)}
    assert len(receipts) == 1
    (whole,) = gateway.fetch(charge).refunds or ()
    assert (whole.id, whole.amount) == (refund.ref, refund.amount)
    with pytest.raises(GatewayRefused):
        gateway.refund(RefundRequest(id=new_id(), charge=charge, amount=from_minor(10_001, "USD")))


def test_a_refund_that_paypal_decides_later_or_refuses(paypal: PayPalShop) -> None:
    payment = paypal.payment()
    paypal.account.approve(payment.gateway_ref)
    paypal.deliver_all()
    for status in ("COMPLETED", "FAILED"):
        paypal.account.next_refund_status = "PENDING"
        with use_actor(STAFF):
            refund = payments.refund_payment(
                payment=fresh(payment), amount_minor=1_000, reason="Broken", actor=STAFF
            )
        by(SYSTEM, relay_outbox)
        paypal.deliver_all()
        assert state_of(refund) == "requested"
        paypal.account.finish_refund(payment.gateway_ref, status)
        paypal.deliver_all()
        assert state_of(refund) == {"COMPLETED": "succeeded", "FAILED": "failed"}[status]
    assert fresh(payment).refunded_minor == 1_000
    assert_books_add_up(payment)


@use_actor(SYSTEM)
def state_of(refund: Refund) -> str:
    return Refund.objects.get(pk=refund.pk).state


def test_a_dispute_is_shown_with_its_deadline_and_how_it_ended(paypal: PayPalShop) -> None:
    payment = paypal.payment()
    paypal.account.approve(payment.gateway_ref)
    paypal.deliver_all()
    known = paypal.account.dispute(payment.gateway_ref)
    paypal.deliver_all()
    assert "until Mar 17, 2030" in fresh(payment).needs_attention
    paypal.account.close_dispute(known, "RESOLVED_BUYER_FAVOUR")
    paypal.deliver_all()
    assert "is lost" in fresh(payment).needs_attention

    paypal.account.may_read_disputes = False
    assert get_gateway("paypal").fetch(charge_of(fresh(payment))).disputes == ()
