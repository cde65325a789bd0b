"""Payments by Stripe, over HTTP with a server that keeps state as Stripe documents it."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from apps.common.ids import new_id
from apps.common.money import Money, from_minor
from apps.gateways.errors import GatewayRefused, GatewayUnavailable, InvalidSignature
from apps.gateways.installed import get_gateway
from apps.gateways.values import CaptureTime, ChargeStatus, RefundRequest
from apps.inbox.models import InboxMessage
from apps.payments import services as payments
from apps.payments.charges import charge_of
from apps.payments.models import PaymentMethod
from apps.payments.selectors import get_payment_method, list_payment_methods
from apps.tenancy.context import outside_store, use_store
from tests.checkout.shop import assert_adds_up
from tests.gateways.charges import capture_of, request_of
from tests.payments.bank import pay_again
from tests.support.acting import STAFF, SYSTEM, by, rows
from tests.support.provider_shop import fresh
from tests.support.stripe_server import StripeServer, signed
from tests.support.stripe_shop import KEYS, StripeShop, deliver, open_shop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store")]
RUPEES = from_minor(60_000, "INR")


def test_a_store_without_keys_does_not_offer_stripe(in_store: Any, stripe_at: StripeServer) -> None:
    PaymentMethod.objects.filter(gateway="stripe").update(is_active=True)
    assert "stripe" not in [method.code for method in list_payment_methods()]

    shop = open_shop(stripe_at)
    assert get_payment_method("stripe").is_test_mode
    assert shop.server.requests == [], "offering it asks nothing of Stripe"


def test_keys_are_sealed_and_another_store_has_none_of_them(
    stripe: StripeShop, other_store: Any
) -> None:
    with connections["platform"].cursor() as cursor:
        cursor.execute("SELECT config FROM platform_integrationconfig WHERE kind = 'stripe'")
        assert not any(KEYS["secret_key"] in row[0] for row in cursor.fetchall())
    with use_store(other_store):
        assert not get_gateway("stripe").is_enabled()
        with pytest.raises(GatewayUnavailable):
            get_gateway("stripe").open(request_of(from_minor(500, "USD")))
    with outside_store():
        assert not get_gateway("stripe").is_enabled()


def test_an_order_s_intent_is_made_once_and_paid_by_its_webhook(stripe: StripeShop) -> None:
    payment = stripe.payment()
    for _ in range(2):
        pay_again(fresh(payment))

    assert len(stripe.account.intents) == 1
    intent = stripe.account.intents[payment.gateway_ref]
    assert (intent["amount"], intent["currency"]) == (payment.amount_minor, "inr")
    assert intent["metadata"]["polystore_charge"] == str(payment.pk)

    stripe.account.pay(payment.gateway_ref)
    stripe.deliver_all()
    assert fresh(payment).state == "captured"
    assert_adds_up(payment.order)


def test_a_lost_answer_makes_no_second_intent(stripe: StripeShop) -> None:
    """The connection broke after Stripe had made it: the repeated call has the same key and the same body."""
    request = request_of(RUPEES)
    gateway = get_gateway("stripe")
    assert gateway.open(request).ref == gateway.open(request).ref
    assert len(stripe.account.intents) == 1


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_silent_stripe_leaves_the_order_and_the_sweep_opens_it(
    stripe: StripeShop, status: int
) -> None:
    stripe.server.fail = [status, status]
    placed = stripe.order()
    assert placed.next_url == ""
    stripe.server.fail = []

    assert by(SYSTEM, payments.reconcile_new_payments, older_than=timedelta(0)) == 1
    assert fresh(placed.payment).gateway_ref in stripe.account.intents


def test_an_amount_that_stripe_refuses_leaves_an_order_that_says_so(stripe: StripeShop) -> None:
    stripe.account.next_refusal = ("Amount must be at least 50 cents", "amount_too_small")
    placed = stripe.order()
    assert placed.next_url == ""
    stripe.account.next_refusal = ("Amount must be at least 50 cents", "amount_too_small")
    with pytest.raises(GatewayRefused, match="at least 50 cents"):
        pay_again(fresh(placed.payment))


def test_a_decline_has_the_buyer_s_words_and_can_be_tried_again(stripe: StripeShop) -> None:
    payment = stripe.payment()
    stripe.account.decline(payment.gateway_ref, "card_declined", "insufficient_funds")
    stripe.deliver_all()
    failed = fresh(payment)
    assert (failed.state, failed.failure_code) == ("failed", "insufficient_funds")
    assert failed.failure_message == "The card has not enough money for this payment."

    stripe.account.decline(payment.gateway_ref, "card_declined", "stolen_card")
    state = get_gateway("stripe").fetch(charge_of(failed))
    assert "stolen" not in state.message, "the buyer reads no reason of the bank"

    stripe.account.pay(payment.gateway_ref)
    stripe.deliver_all()
    assert fresh(payment).state == "captured"


def test_every_order_of_every_delivery_ends_the_same(stripe: StripeShop) -> None:
    payment = stripe.payment()
    stripe.account.challenge(payment.gateway_ref)
    stripe.account.decline(payment.gateway_ref)
    stripe.account.promise(payment.gateway_ref)
    stripe.account.settle(payment.gateway_ref)
    events = stripe.new_events()
    shuffled = [*events, *events]
    random.Random(7).shuffle(shuffled)
    for event in shuffled:
        deliver(event)

    assert fresh(payment).state == "captured"
    outcomes = [attempt.outcome for attempt in rows(SYSTEM, payment.attempts.all())]
    assert outcomes.count("captured") == 1
    kept = rows(STAFF, InboxMessage.objects.all())
    assert len(kept) == len(events)
    assert all(event.handled_at for event in kept)
    assert_adds_up(payment.order)


def test_what_the_webhook_says_is_fetched_before_money_moves(stripe: StripeShop) -> None:
    """A body that says "succeeded" of a payment that is not paid books nothing."""
    payment = stripe.payment()
    stripe.account.pay(payment.gateway_ref)
    paid, *_ = stripe.new_events()
    stripe.account.intents[payment.gateway_ref].update(
        status="requires_payment_method", amount_received=0, latest_charge=None
    )
    deliver(paid)
    assert fresh(payment).state in ("created", "pending")


@pytest.mark.parametrize("age", [301, 86_400, -400])
def test_an_old_or_future_signature_is_refused(
    stripe: StripeShop, store: Any, client_for: Callable[..., Client], age: int
) -> None:
    stripe.payment()
    event = {"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": {}}}
    body, headers = signed(event, KEYS["webhook_secret"], int(time.time()) - age)
    answer = client_for(store).post(
        "/api/v1/payments/webhook/stripe", body, content_type="application/json", headers=headers
    )
    assert answer.status_code == 401
    assert rows(STAFF, InboxMessage.objects.all()) == []


@pytest.mark.parametrize("header", ["", "nonsense", "t=1,v1=é", "t=,v1=", "v1=00", "t=9,v0=1"])
def test_a_forged_signature_is_refused(
    stripe: StripeShop, store: Any, client_for: Callable[..., Client], header: str
) -> None:
    answer = client_for(store).post(
        "/api/v1/payments/webhook/stripe",
        b'{"id": "evt_1"}',
        content_type="application/json",
        headers={"stripe-signature": header},
    )
    assert answer.status_code == 401


def test_a_signature_of_one_store_is_worth_nothing_at_another(
    stripe: StripeShop, other_store: Any
) -> None:
    payment = stripe.payment()
    stripe.account.pay(payment.gateway_ref)
    event = stripe.new_events()[0]
    with use_store(other_store), pytest.raises(InvalidSignature):
        deliver(event)


def test_events_of_other_stores_and_shops_of_the_account_change_nothing(
    stripe: StripeShop,
) -> None:
    """A merchant may run several stores and a till on one account. Their payments get to every endpoint."""
    foreign = {"object": "payment_intent", "id": "pi_x", "metadata": {}}
    ours = {"polystore_charge": str(new_id()), "polystore_store": str(new_id())}
    subjects: list[tuple[str, dict[str, Any]]] = [
        ("payment_intent.succeeded", foreign),
        ("payment_intent.succeeded", {**foreign, "metadata": ours}),
        ("customer.created", {"object": "customer", "id": "cus_1"}),
    ]
    for number, (kind, subject) in enumerate(subjects):
        row = deliver({"id": f"evt_{number}", "type": kind, "data": {"object": subject}})
        assert (row.subject, row.handled_at is not None) == ("", True)
    dispute = {"object": "dispute", "id": "dp_x", "payment_intent": "pi_x", "metadata": {}}
    row = deliver({"id": "evt_9", "type": "charge.dispute.created", "data": {"object": dispute}})
    assert (row.subject, row.handled_at is not None) == ("pi_x", True)


def test_held_money_is_captured_once_and_the_rest_released(stripe: StripeShop) -> None:
    gateway, request = get_gateway("stripe"), request_of(RUPEES, CaptureTime.LATER)
    charge = replace_ref(request, gateway.open(request).ref)
    stripe.account.pay(charge.gateway_ref)
    held = gateway.fetch(charge)
    assert (held.status, held.authorized, held.captured) == (
        ChargeStatus.AUTHORIZED,
        RUPEES,
        Money(0, "INR"),
    )
    assert held.held_until is not None

    part = from_minor(50_000, "INR")
    capture = capture_of(charge, part, is_last=True)
    first, second = gateway.capture(capture), gateway.capture(capture)
    assert first == second
    assert (first.status, first.captured) == (ChargeStatus.PAID, part)
    with pytest.raises(GatewayRefused):
        gateway.capture(capture_of(charge, part, before=part))


def test_held_money_that_is_not_captured_is_released(stripe: StripeShop) -> None:
    gateway, request = get_gateway("stripe"), request_of(RUPEES, CaptureTime.LATER)
    charge = replace_ref(request, gateway.open(request).ref)
    stripe.account.pay(charge.gateway_ref)
    assert gateway.cancel(charge).status is ChargeStatus.CANCELLED


def test_cancelling_what_was_paid_in_this_moment_says_paid(stripe: StripeShop) -> None:
    payment = stripe.payment()
    stripe.account.pay(payment.gateway_ref)
    state = get_gateway("stripe").cancel(charge_of(payment))
    assert (state.status, state.captured) == (
        ChargeStatus.PAID,
        from_minor(payment.amount_minor, "INR"),
    )


def test_a_refund_is_made_once_even_after_stripe_forgot_its_key(stripe: StripeShop) -> None:
    """Stripe keeps idempotency keys for a day; a store can be down for longer."""
    payment = stripe.payment()
    stripe.account.pay(payment.gateway_ref)
    refund = RefundRequest(id=new_id(), charge=charge_of(payment), amount=from_minor(10_000, "INR"))
    gateway = get_gateway("stripe")
    first = gateway.refund(refund)
    stripe.account.answered.clear()

    assert gateway.refund(refund) == first
    assert len(stripe.account.refunds) == 1
    too_much = RefundRequest(
        id=new_id(), charge=charge_of(payment), amount=from_minor(payment.amount_minor, "INR")
    )
    with pytest.raises(GatewayRefused):
        gateway.refund(too_much)


def test_a_state_has_refunds_fee_and_disputes(stripe: StripeShop) -> None:
    payment = stripe.payment()
    stripe.account.pay(payment.gateway_ref)
    for _ in range(12):
        stripe.account.refund_at_dashboard(payment.gateway_ref, 100)
    dispute = stripe.account.dispute(payment.gateway_ref)

    state = get_gateway("stripe").fetch(charge_of(payment))
    assert (len(state.refunds or ()), state.refunded) == (12, from_minor(1_200, "INR"))
    assert state.fee == from_minor(payment.amount_minor // 50, "INR")
    assert [(each.ref, each.status.value, each.withdrawn) for each in state.disputes] == [
        (dispute, "open", from_minor(payment.amount_minor, "INR"))
    ]
    assert state.disputes[0].respond_by is not None


def test_other_keys_find_nothing_and_open_the_payment_anew(stripe: StripeShop) -> None:
    """From test keys to live ones: an order that waits for its money gets an intent of the new account."""
    payment = stripe.payment()
    stripe.account.intents.clear()
    stripe.account.answered.clear()

    opened = pay_again(fresh(payment))
    assert opened.ref != payment.gateway_ref
    assert fresh(payment).gateway_ref == opened.ref


def test_refused_keys_are_no_refusal_of_the_payment(stripe: StripeShop) -> None:
    payment = stripe.payment()
    stripe.server.accounts.clear()
    with pytest.raises(GatewayUnavailable) as caught:
        get_gateway("stripe").fetch(charge_of(payment))
    assert KEYS["secret_key"] not in repr(caught.value.__cause__)


def replace_ref(request: Any, ref: str) -> Any:
    return replace(request, gateway_ref=ref)
