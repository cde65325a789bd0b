"""Payments by PayPal, over HTTP with a server that keeps state as PayPal documents it."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from apps.backoffice.store.gateway_keys import keys_words
from apps.common.money import from_minor
from apps.fulfilment import services as fulfilment
from apps.gateways.errors import GatewayUnavailable, InvalidSignature
from apps.gateways.installed import get_gateway
from apps.inbox.models import InboxMessage
from apps.payments import services as payments
from apps.payments.charges import charge_of
from apps.payments.models import PaymentMethod
from apps.payments.reconciling import reconcile_payments
from apps.payments.selectors import get_payment_method, list_payment_methods
from apps.tenancy.context import use_actor, use_store
from tests.gateways.charges import request_of
from tests.payments.bank import pay_again
from tests.support.acting import STAFF, SYSTEM, by, rows
from tests.support.paypal_server import PayPalServer, signed
from tests.support.paypal_shop import KEYS, PayPalShop, deliver, open_shop
from tests.support.provider_shop import assert_books_add_up, fresh, opened

pytestmark = [pytest.mark.placed, pytest.mark.django_db]
DOLLARS = from_minor(60_000, "USD")
WEBHOOK = "/api/v1/payments/webhook/paypal"


def test_paypal_is_offered_with_keys_and_in_a_currency_that_it_takes(
    paypal: PayPalShop, store: Any
) -> None:
    assert get_payment_method("paypal").is_test_mode
    assert paypal.server.requests == [], "offering it asks nothing of PayPal"
    with use_store(store):
        open_shop(paypal.server)
        assert "paypal" not in [method.code for method in list_payment_methods()]
        method = PaymentMethod.objects.get(gateway="paypal")
        assert keys_words(method).startswith("The provider takes no payments in INR")


def test_keys_are_sealed_and_another_store_has_none_of_them(paypal: PayPalShop, store: Any) -> None:
    with connections["platform"].cursor() as cursor:
        cursor.execute("SELECT config FROM platform_integrationconfig WHERE kind = 'paypal'")
        assert not any(KEYS["client_secret"] in row[0] for row in cursor.fetchall())
    opened("paypal", request_of(DOLLARS))
    with use_store(store):
        with pytest.raises(GatewayUnavailable):
            get_gateway("paypal").open(request_of(DOLLARS))
        with pytest.raises(InvalidSignature):
            deliver({"id": "WH-1", "event_type": "PAYMENT.CAPTURE.COMPLETED", "resource": {}})


def test_a_token_is_asked_for_once_for_each_store_and_again_when_paypal_takes_it_no_more(
    paypal: PayPalShop, store: Any
) -> None:
    """The same keys in two stores, as of one merchant with two: no store uses the other's token."""

    def asked() -> int:
        return paypal.server.requests.count(("POST", "/v1/oauth2/token"))

    for _ in range(2):
        opened("paypal", request_of(DOLLARS))
    assert asked() == 1
    with use_store(store):
        open_shop(paypal.server)
        opened("paypal", request_of(DOLLARS))
    assert asked() == 2
    paypal.server.tokens.clear()
    opened("paypal", request_of(DOLLARS))
    assert asked() == 3


def test_an_order_is_made_once_and_taken_when_its_buyer_has_approved(paypal: PayPalShop) -> None:
    placed = paypal.order()
    payment = placed.payment
    (ref,) = paypal.account.orders
    order = paypal.account.orders[ref]
    assert placed.next_url == f"https://www.sandbox.paypal.com/checkoutnow?token={ref}"
    assert (order["intent"], order["purchase_units"][0]["amount"]["value"][-3:]) == (
        "CAPTURE",
        ".00",
    )
    assert order["experience"]["return_url"].endswith(f"/payments/paypal/{payment.pk}/return/")
    assert pay_again(fresh(payment)).next_url == placed.next_url
    assert len(paypal.account.orders) == 1

    paypal.account.approve(ref)
    paypal.deliver_all()
    assert (fresh(payment).state, fresh(payment).gateway_ref) == ("captured", ref)
    assert_books_add_up(payment)


def test_a_lost_answer_makes_no_second_order(paypal: PayPalShop) -> None:
    request = request_of(DOLLARS)
    assert opened("paypal", request) == opened("paypal", request)
    assert len(paypal.account.orders) == 1


def test_a_silent_paypal_leaves_the_order_and_the_sweep_opens_it(paypal: PayPalShop) -> None:
    paypal.server.fail = [503]
    placed = paypal.order()
    assert placed.next_url == ""
    assert by(SYSTEM, payments.reconcile_new_payments, older_than=timedelta(0)) == 1
    assert fresh(placed.payment).gateway_ref in paypal.account.orders


def test_an_approval_that_no_news_came_of_is_taken_before_the_order_ends_and_never_twice(
    paypal: PayPalShop,
) -> None:
    payment = paypal.payment()
    paypal.account.approve(payment.gateway_ref)
    assert not by(SYSTEM, fulfilment.expire_unpaid_order, payment=fresh(payment))
    for _ in range(2):
        by(SYSTEM, payments.settle_from_gateway, payment=fresh(payment))
    assert fresh(payment).state == "captured"
    assert len(paypal.account.captures(payment.gateway_ref)) == 1
    assert_books_add_up(payment)


def test_an_approval_of_a_cancelled_order_is_not_taken(paypal: PayPalShop) -> None:
    payment = paypal.payment()
    by(SYSTEM, payments.close_at_gateway, payment=fresh(payment))
    with use_actor(SYSTEM):
        order = fresh(payment).order
        order.cancelled_at = payment.created_at
        order.save(update_fields=["cancelled_at"])
    paypal.account.approve(payment.gateway_ref)
    paypal.deliver_all()
    assert paypal.account.captures(payment.gateway_ref) == []
    assert fresh(payment).captured_minor == 0


def test_a_pending_review_is_confirming_until_paypal_decides(paypal: PayPalShop) -> None:
    good, bad = paypal.payment(), paypal.payment()
    paypal.account.next_capture_status = "PENDING"
    for payment in (good, bad):
        paypal.account.approve(payment.gateway_ref)
    paypal.deliver_all()
    assert [fresh(each).state for each in (good, bad)] == ["confirming", "confirming"]
    paypal.account.settle(good.gateway_ref, "COMPLETED")
    paypal.account.settle(bad.gateway_ref, "DECLINED")
    paypal.deliver_all()
    assert [fresh(each).state for each in (good, bad)] == ["captured", "failed"]
    assert_books_add_up(good)

    paypal.account.next_capture_status = "COMPLETED"
    again = pay_again(fresh(bad))
    assert again.ref != bad.gateway_ref, "a declined order is over: the buyer gets a new one"
    paypal.account.approve(again.ref)
    paypal.deliver_all()
    assert fresh(bad).state == "captured"


def test_a_declined_instrument_leads_back_to_paypal_and_the_next_approval_is_taken(
    paypal: PayPalShop, dollars: Any, client_for: Callable[..., Client]
) -> None:
    placed = paypal.order()
    payment, client = placed.payment, client_for(dollars)
    back = f"/payments/paypal/{payment.pk}/return/"
    paypal.account.next_issue = "INSTRUMENT_DECLINED"
    paypal.account.approve(payment.gateway_ref)

    answer = client.get(back, {"token": payment.gateway_ref, "PayerID": "X"})
    assert answer["Location"] == "https://www.sandbox.paypal.com/checkoutnow?token=again"
    failed = fresh(payment)
    assert (failed.state, failed.failure_code) == ("failed", "INSTRUMENT_DECLINED")
    assert "choose another one" in failed.failure_message

    paypal.account.approve(payment.gateway_ref)
    assert client.get(back)["Location"] == f"/orders/{placed.order.access_token}/"
    assert fresh(payment).state == "captured"
    assert_books_add_up(payment)


def test_a_refused_approval_is_followed_by_a_new_order_when_the_buyer_pays_again(
    paypal: PayPalShop,
) -> None:
    payment = paypal.payment()
    paypal.account.next_issue = "TRANSACTION_REFUSED"
    paypal.account.approve(payment.gateway_ref)
    paypal.deliver_all()
    assert fresh(payment).state == "failed"
    again = pay_again(fresh(payment))
    assert (again.ref != payment.gateway_ref, again.next_url.endswith(again.ref)) == (True, True)


def test_a_buyer_who_comes_back_or_cancels_sees_the_order(
    paypal: PayPalShop, dollars: Any, store: Any, client_for: Callable[..., Client]
) -> None:
    """What the address says is not believed."""
    placed = paypal.order()
    order_page, here = f"/orders/{placed.order.access_token}/", client_for(dollars)
    for way in ("return", "cancelled"):
        page = f"/payments/paypal/{placed.payment.pk}/{way}/"
        assert here.get(page, {"PayerID": "X"})["Location"] == order_page
        assert client_for(store).get(page).status_code == 404
        assert here.get(f"/payments/stripe/{placed.payment.pk}/").status_code == 404
        assert here.get(f"/payments/paypal/{uuid4()}/{way}/").status_code == 404
    assert fresh(placed.payment).state in ("created", "pending")
    shown = here.get(order_page)["Content-Security-Policy"]
    assert "https://www.sandbox.paypal.com" in shown, "the button may lead there"


def test_every_order_of_every_delivery_ends_the_same(paypal: PayPalShop) -> None:
    payment = paypal.payment()
    paypal.account.next_capture_status = "PENDING"
    paypal.account.approve(payment.gateway_ref)
    by(SYSTEM, payments.settle_from_gateway, payment=fresh(payment))
    paypal.account.settle(payment.gateway_ref, "COMPLETED")
    paypal.account.refund_at_dashboard(payment.gateway_ref, "50.00")
    events = paypal.new_events()
    shuffled = [*events, *events]
    random.Random(7).shuffle(shuffled)
    for event in shuffled:
        deliver(event)

    assert (fresh(payment).state, fresh(payment).refunded_minor) == ("partially_refunded", 5_000)
    outcomes = [attempt.outcome for attempt in rows(SYSTEM, payment.attempts.all())]
    assert outcomes.count("captured") == 1
    kept = rows(STAFF, InboxMessage.objects.all())
    assert (len(kept), all(event.handled_at for event in kept)) == (len(events), True)
    assert_books_add_up(payment)


def test_only_what_paypal_confirms_is_taken_and_a_body_books_nothing(
    paypal: PayPalShop, dollars: Any, client_for: Callable[..., Client]
) -> None:
    payment = paypal.payment()
    paypal.account.approve(payment.gateway_ref)
    event = {**paypal.new_events()[0], "event_type": "PAYMENT.CAPTURE.COMPLETED"}
    paypal.account.orders[payment.gateway_ref]["status"] = "PAYER_ACTION_REQUIRED"
    deliver(event)
    assert fresh(payment).state in ("created", "pending")

    body, headers = signed(event, KEYS["webhook_id"])
    asked, client = paypal.account.verified, client_for(dollars)
    bad: list[tuple[bytes, dict[str, str], bool]] = [
        (body.replace(b"WH-", b"WX-"), headers, True),
        (body, signed(event, "7OTHER0000000000W")[1], True),
        (body, {**headers, "paypal-cert-url": "https://api.paypal.com.evil.example/c"}, False),
        (body, {**headers, "paypal-transmission-sig": "é"}, False),
        (body, {}, False),
    ]
    for content, sent, is_asked in bad:
        answer = client.post(WEBHOOK, content, content_type="application/json", headers=sent)
        assert answer.status_code == 401
        asked += is_asked
        assert paypal.account.verified == asked, "PayPal is not asked about nonsense"
    paypal.server.fail = [503]
    answer = client.post(WEBHOOK, body, content_type="application/json", headers=headers)
    assert answer.status_code == 503, "PayPal sends it again"
    assert len(rows(STAFF, InboxMessage.objects.all())) == 1


def test_events_of_other_stores_and_shops_of_the_account_change_nothing(paypal: PayPalShop) -> None:
    resources: list[dict[str, Any]] = [
        {"custom_id": f"{uuid4()}.{uuid4()}"},
        {"custom_id": "a till", "supplementary_data": {"related_ids": {"order_id": "9TILL"}}},
        {},
    ]
    refs = []
    for number, resource in enumerate(resources):
        event = {"id": f"WH-{number}", "event_type": "PAYMENT.CAPTURE.COMPLETED"}
        row = deliver({**event, "resource": resource})
        refs.append((row.subject, row.handled_at is not None))
    assert refs == [("", True), ("9TILL", True), ("", True)]


def test_what_paypal_says_otherwise_is_listed_and_booked(paypal: PayPalShop) -> None:
    approved, refunded = paypal.payment(), paypal.payment()
    paypal.account.approve(refunded.gateway_ref)
    paypal.deliver_all()
    paypal.account.approve(approved.gateway_ref)
    ref = paypal.account.refund_at_dashboard(refunded.gateway_ref, "50.00")

    def found(*, fix: bool) -> list[tuple[str, bool]]:
        return by(
            SYSTEM, lambda: [(d.sentence, d.is_fixed) for d in reconcile_payments(days=1, fix=fix)]
        )

    expected = [
        "approved at paypal and not taken, created here",
        f"refund of $50.00 ({ref}) was made at paypal and is not here",
    ]
    assert [sentence for sentence, _ in found(fix=False)] == expected
    assert fresh(approved).state == "created"
    assert found(fix=True) == [(each, True) for each in expected]
    assert found(fix=True) == []
    assert fresh(approved).state == "captured"


def test_refused_keys_are_no_refusal_of_the_payment(
    paypal: PayPalShop, paypal_at: PayPalServer
) -> None:
    payment = paypal.payment()
    paypal_at.accounts.clear()
    paypal_at.tokens.clear()
    with pytest.raises(GatewayUnavailable) as caught:
        get_gateway("paypal").fetch(charge_of(payment))
    assert KEYS["client_secret"] not in repr(caught.value.__cause__)


def test_the_method_can_t_be_switched_on_for_a_store_without_keys(dollars: Any) -> None:
    PaymentMethod.objects.filter(gateway="paypal").update(is_active=True)
    assert "paypal" not in [method.code for method in list_payment_methods()]
