"""Payments by Razorpay, over HTTP with a server that keeps state as Razorpay documents it."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from apps.common.ids import new_id
from apps.common.money import Money, from_minor
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.gateways.errors import GatewayRefused, GatewayUnavailable, InvalidSignature
from apps.gateways.installed import get_gateway
from apps.gateways.values import CaptureTime, ChargeStatus, RefundRequest
from apps.inbox.models import InboxMessage
from apps.payments import services as payments
from apps.payments.charges import charge_of
from apps.payments.models import Payment
from apps.payments.reconciling import reconcile_payments
from apps.payments.selectors import get_payment_method
from apps.tenancy.context import use_actor, use_store
from tests.gateways.charges import capture_of, request_of
from tests.payments.bank import pay_again
from tests.support.acting import STAFF, SYSTEM, by, rows
from tests.support.provider_shop import assert_books_add_up, fresh, opened
from tests.support.razorpay_server import sign, signed
from tests.support.razorpay_shop import KEYS, RazorpayShop, answer_of_checkout, deliver

pytestmark = [pytest.mark.placed, pytest.mark.django_db, pytest.mark.usefixtures("in_store")]
RUPEES = from_minor(60_000, "INR")
WEBHOOK = "/api/v1/payments/webhook/razorpay"


@pytest.fixture
def client(store: Any, client_for: Callable[..., Client]) -> Client:
    return client_for(store)


def policy_of(answer: Any) -> dict[str, list[str]]:
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in parts}


def test_keys_are_sealed_and_another_store_has_none_of_them(
    razorpay: RazorpayShop, other_store: Any
) -> None:
    assert get_payment_method("razorpay").is_test_mode
    assert razorpay.server.requests == [], "offering it asks nothing of Razorpay"
    with connections["platform"].cursor() as cursor:
        cursor.execute("SELECT config FROM platform_integrationconfig WHERE kind = 'razorpay'")
        assert not any(KEYS["key_secret"] in row[0] for row in cursor.fetchall())
    payment = razorpay.payment()
    razorpay.account.pay(payment.gateway_ref)
    with use_store(other_store):
        with pytest.raises(GatewayUnavailable):
            get_gateway("razorpay").open(request_of(RUPEES))
        with pytest.raises(InvalidSignature):
            deliver(razorpay.new_events()[0])


def test_an_order_is_made_once_also_by_two_calls_at_once(razorpay: RazorpayShop) -> None:
    """Razorpay has no idempotency key for orders; all calls agree on the first."""
    request = request_of(RUPEES)
    razorpay.account.twins = 2
    first = opened("razorpay", request)
    assert opened("razorpay", request) == first
    orders = list(razorpay.account.orders.values())
    assert [len(orders), orders[0]["id"]] == [3, first.gateway_ref]
    assert (orders[0]["amount"], orders[0]["currency"]) == (60_000, "INR")
    assert orders[0]["receipt"] == request.ref


def test_an_order_is_paid_by_its_webhook_after_failed_attempts(razorpay: RazorpayShop) -> None:
    payment = razorpay.payment()
    razorpay.account.fail(payment.gateway_ref, "payment_cancelled")
    razorpay.deliver_all()
    failed = fresh(payment)
    assert (failed.state, failed.failure_code) == ("failed", "payment_cancelled")
    assert failed.failure_message.startswith("You have cancelled the payment.")

    razorpay.account.fail(payment.gateway_ref)
    razorpay.account.pay(payment.gateway_ref)
    razorpay.deliver_all()
    assert fresh(payment).state == "captured"
    assert len(razorpay.account.orders) == 1, "one order takes several attempts"
    assert_books_add_up(payment)


def test_a_silent_razorpay_leaves_the_order_and_the_sweep_opens_it(razorpay: RazorpayShop) -> None:
    razorpay.server.fail = [503, 503]
    placed = razorpay.order()
    assert placed.next_url == ""
    razorpay.server.fail = []
    assert by(SYSTEM, payments.reconcile_new_payments, older_than=timedelta(0)) == 1
    assert fresh(placed.payment).gateway_ref in razorpay.account.orders


def test_money_that_is_authorized_late_is_captured_if_the_order_waits_for_it(
    razorpay: RazorpayShop,
) -> None:
    waiting, over = razorpay.payment(), razorpay.payment()
    with use_actor(SYSTEM):
        order = fresh(over).order
        order.cancelled_at = over.created_at
        order.save(update_fields=["cancelled_at"])
    for payment in (waiting, over):
        late = razorpay.account.fail(payment.gateway_ref)
        razorpay.account.authorize(late, is_late=True)
    razorpay.deliver_all()

    assert (fresh(waiting).state, fresh(over).captured_minor) == ("captured", 0)
    assert razorpay.account.payments[late]["status"] == "authorized", "Razorpay gives it back"
    assert_books_add_up(waiting)


def test_two_payments_of_an_order_take_its_money_once(razorpay: RazorpayShop) -> None:
    """The first comes late, after the buyer has paid in another way."""
    payment = razorpay.payment()
    late = razorpay.account.try_to_pay(payment.gateway_ref)
    razorpay.account.pay(payment.gateway_ref)
    razorpay.account.authorize(late)
    razorpay.deliver_all()
    by(SYSTEM, payments.settle_from_gateway, payment=fresh(payment))
    assert (fresh(payment).state, fresh(payment).captured_minor) == (
        "captured",
        payment.amount_minor,
    )
    assert razorpay.account.payments[late]["captured"] is False
    assert_books_add_up(payment)


def test_every_order_of_every_delivery_ends_the_same(razorpay: RazorpayShop) -> None:
    payment = razorpay.payment()
    razorpay.account.fail(payment.gateway_ref)
    ref = razorpay.account.pay(payment.gateway_ref)
    razorpay.account.refund(ref, {"amount": 5_000})
    events = razorpay.new_events()
    shuffled = [*events, *events]
    random.Random(7).shuffle(shuffled)
    for event in shuffled:
        deliver(event)

    assert (fresh(payment).state, fresh(payment).refunded_minor) == ("partially_refunded", 5_000)
    outcomes = [attempt.outcome for attempt in rows(SYSTEM, payment.attempts.all())]
    assert outcomes.count("captured") == 1
    kept = rows(STAFF, InboxMessage.objects.all())
    assert {event.key for event in kept} == {event["number"] for event in events}
    assert_books_add_up(payment)


def test_a_forged_or_changed_message_is_refused_and_a_body_books_nothing(
    razorpay: RazorpayShop, client: Client
) -> None:
    payment = razorpay.payment()
    razorpay.account.pay(payment.gateway_ref)
    captured = razorpay.new_events()[1]
    razorpay.account.payments.clear()
    deliver(captured)
    assert fresh(payment).state in ("created", "pending")

    body, headers = signed(captured, KEYS["webhook_secret"])
    for content, signature in [
        (body.replace(b"captured", b"Captured"), headers["x-razorpay-signature"]),
        (body, sign(body, KEYS["key_secret"])),
        (body, "é"),
        (body, ""),
    ]:
        answer = client.post(
            WEBHOOK,
            content,
            content_type="application/json",
            headers={**headers, "x-razorpay-signature": signature},
        )
        assert answer.status_code == 401
    odd = b'{"event": "payment.captured", "payload": []}'
    answer = client.post(
        WEBHOOK,
        odd,
        content_type="application/json",
        headers={"x-razorpay-signature": sign(odd, KEYS["webhook_secret"])},
    )
    assert answer.status_code == 400
    assert len(rows(STAFF, InboxMessage.objects.all())) == 1


def test_events_of_other_stores_and_shops_of_the_account_change_nothing(
    razorpay: RazorpayShop,
) -> None:
    notes = {"polystore_charge": str(new_id()), "polystore_store": str(uuid4())}
    payment = {"id": "pay_1", "order_id": "order_till"}
    payloads: list[tuple[dict[str, Any], str]] = [
        ({"order": {"entity": {"id": "order_x", "notes": notes}}}, ""),
        ({"payment": {"entity": {**payment, "notes": notes}}}, "order_till"),
        ({"payment": {"entity": {"id": "pay_2", "notes": []}}}, ""),
    ]
    for number, (payload, ref) in enumerate(payloads):
        row = deliver({"number": f"e{number}", "event": "payment.captured", "payload": payload})
        assert (row.subject, row.handled_at is not None) == (ref, True)


def test_held_money_is_captured_whole_or_goes_back(razorpay: RazorpayShop) -> None:
    gateway = get_gateway("razorpay")
    taken, released, expired = (
        opened("razorpay", request_of(RUPEES, CaptureTime.LATER)) for _number in range(3)
    )
    refs = [razorpay.account.pay(each.gateway_ref) for each in (taken, released, expired)]
    held = gateway.fetch(taken)
    assert (held.status, held.authorized, held.captured) == (
        ChargeStatus.AUTHORIZED,
        RUPEES,
        Money(0, "INR"),
    )
    assert held.held_until is not None
    with pytest.raises(GatewayRefused, match="all of the money or none"):
        gateway.capture(capture_of(taken, from_minor(10_000, "INR")))
    capture = capture_of(taken, RUPEES, is_last=True)
    assert gateway.capture(capture) == gateway.capture(capture), "the same id, the same capture"
    assert gateway.fetch(taken).status is ChargeStatus.PAID
    with pytest.raises(GatewayRefused):
        gateway.capture(capture_of(taken, RUPEES, before=RUPEES))

    assert gateway.cancel(released).status is ChargeStatus.CANCELLED
    razorpay.account.expire(refs[2])
    assert gateway.fetch(expired).status is ChargeStatus.CANCELLED


def test_money_taken_at_razorpay_after_its_release_is_for_a_person(razorpay: RazorpayShop) -> None:
    payment = razorpay.payment()
    by(SYSTEM, Payment.objects.filter(pk=payment.pk).update, is_captured_later=True)
    order = razorpay.account.orders[payment.gateway_ref]
    order["notes"]["polystore_captured_later"], order["capture"] = "yes", "manual"
    ref = razorpay.account.pay(payment.gateway_ref)
    razorpay.deliver_all()
    assert fresh(payment).state == "authorized"
    with use_actor(STAFF):
        fulfilment.cancel(order=fresh(payment).order, reason="Changed my mind", actor=STAFF)
    by(SYSTEM, relay_outbox)
    assert (fresh(payment).state, fresh(payment).held_minor) == ("cancelled", 0)
    razorpay.account.capture(ref, {"amount": payment.amount_minor, "currency": "INR"})
    razorpay.deliver_all()
    assert "had been released" in fresh(payment).needs_attention


def test_a_refund_is_made_once_at_the_store_s_speed(razorpay: RazorpayShop) -> None:
    payment = razorpay.payment()
    razorpay.account.pay(payment.gateway_ref)
    gateway, charge = get_gateway("razorpay"), charge_of(payment)
    refund = RefundRequest(id=new_id(), charge=charge, amount=from_minor(10_000, "INR"))
    first = gateway.refund(refund)
    razorpay.account.answered.clear()
    assert gateway.refund(refund) == first
    (made,) = razorpay.account.refunds.values()
    assert (made["amount"], made["speed_requested"]) == (10_000, "optimum")
    with pytest.raises(GatewayRefused):
        gateway.refund(replace(refund, id=new_id(), amount=charge.amount))


def test_a_refund_that_the_bank_decides_later_is_known_by_its_state(razorpay: RazorpayShop) -> None:
    charge = opened("razorpay", request_of(RUPEES))
    razorpay.account.pay(charge.gateway_ref)
    razorpay.account.next_refund_status = "pending"
    refund = RefundRequest(id=new_id(), charge=charge, amount=from_minor(1_000, "INR"))
    receipt = get_gateway("razorpay").refund(refund)
    assert not receipt.is_final
    states = []
    for status in ("pending", "processed", "failed"):
        razorpay.account.finish_refund(receipt.ref, status)
        (known,) = get_gateway("razorpay").fetch(charge).refunds or ()
        assert (known.id, known.ref) == (refund.ref, receipt.ref)
        states.append(known.status.value)
    assert states == ["pending", "done", "failed"]
    with pytest.raises(GatewayRefused):
        get_gateway("razorpay").refund(refund)


def test_a_dispute_is_shown_with_its_deadline_and_what_it_cost(razorpay: RazorpayShop) -> None:
    payment = razorpay.payment()
    known = razorpay.account.dispute(razorpay.account.pay(payment.gateway_ref))
    razorpay.deliver_all()
    assert "until 17 Mar 2030" in fresh(payment).needs_attention
    razorpay.account.lose_dispute(known)
    razorpay.deliver_all()
    assert "is lost" in fresh(payment).needs_attention
    assert fresh(payment).disputed_minor == payment.amount_minor
    assert_books_add_up(payment)


def test_what_razorpay_says_otherwise_is_listed_and_booked(razorpay: RazorpayShop) -> None:
    late = razorpay.payment()
    razorpay.account.authorize(razorpay.account.fail(late.gateway_ref), is_late=True)

    def found(*, fix: bool) -> list[tuple[str, bool]]:
        return by(
            SYSTEM, lambda: [(d.sentence, d.is_fixed) for d in reconcile_payments(days=1, fix=fix)]
        )

    expected = "approved at razorpay and not taken, created here"
    assert found(fix=False) == [(expected, False)]
    assert fresh(late).state == "created"
    assert found(fix=True) == [(expected, True)]
    assert found(fix=True) == []
    assert fresh(late).state == "captured"


def test_the_page_has_what_checkout_needs_and_no_secret_and_lets_only_razorpay_in(
    razorpay: RazorpayShop, client: Client
) -> None:
    placed = razorpay.order()
    answer = client.get(placed.next_url)
    shown = answer.content.decode()
    for value in (placed.payment.gateway_ref, KEYS["key_id"], str(placed.payment.amount_minor)):
        assert f'value="{value}"' in shown
    for secret in (KEYS["key_secret"], KEYS["webhook_secret"], placed.order.email):
        assert secret not in shown
    assert 'action="https://api.razorpay.com/v1/checkout/embedded"' in shown, "without the script"
    assert "Test mode." in shown
    policy = policy_of(answer)
    assert policy["script-src"] == ["'self'", "https://checkout.razorpay.com"]
    assert policy["form-action"] == ["'self'", "https://api.razorpay.com"]
    assert "razorpay.com" not in client.get(f"/orders/{placed.order.access_token}/").headers.get(
        "Content-Security-Policy", ""
    )


def test_a_buyer_comes_back_with_a_signature_and_sees_what_razorpay_says(
    razorpay: RazorpayShop, store: Any
) -> None:
    placed = razorpay.order()
    payment, ref = placed.payment, placed.payment.gateway_ref
    visitor = Client(enforce_csrf_checks=True, headers={"host": f"{store.slug}.localhost"})
    back, order_page = f"{placed.next_url}return/", f"/orders/{placed.order.access_token}/"

    razorpay.account.fail(ref, "card_expired")
    failed = {"error[code]": "BAD_REQUEST_ERROR", "error[reason]": "card_expired"}
    assert visitor.post(back, failed)["Location"] == placed.next_url
    assert "The card has expired." in visitor.get(placed.next_url).content.decode()

    paid = razorpay.account.pay(ref)
    asked = len(razorpay.server.requests)
    for forged in (answer_of_checkout("order_other", paid), {"razorpay_payment_id": paid}):
        assert visitor.post(back, forged)["Location"] == order_page
    assert len(razorpay.server.requests) == asked, "nothing is asked for a forged signature"
    assert fresh(payment).state == "failed"
    assert visitor.post(back, answer_of_checkout(ref, paid))["Location"] == order_page
    assert fresh(payment).state == "captured"
    assert visitor.get(placed.next_url)["Location"] == order_page


def test_a_page_of_another_store_or_gateway_is_not_there_and_a_silent_razorpay_is_a_sentence(
    razorpay: RazorpayShop, client: Client, other_store: Any, client_for: Callable[..., Client]
) -> None:
    placed = razorpay.order()
    for page in (placed.next_url, f"{placed.next_url}return/"):
        assert client_for(other_store).get(page).status_code == 404
        assert client.get(page.replace("razorpay", "paypal")).status_code == 404
    razorpay.server.fail = [503] * 4
    answer = client.get(placed.next_url)
    assert (answer.status_code, "does not answer" in answer.content.decode()) == (503, True)
    razorpay.server.fail = []
    assert pay_again(fresh(placed.payment)).next_url == placed.next_url
