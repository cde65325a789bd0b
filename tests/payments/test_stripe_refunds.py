"""Refunds and disputes at Stripe: asked for here or made at its dashboard, decided later, failed."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.events.services import relay_outbox
from apps.payments import services as payments
from apps.payments.models import Dispute, Payment, Refund
from apps.tenancy.context import use_actor, use_store
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.support.acting import STAFF, SYSTEM, by, rows
from tests.support.provider_shop import assert_books_add_up, fresh
from tests.support.stripe_shop import StripeShop, deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store")]


@pytest.fixture
def payment(stripe: StripeShop) -> Payment:
    """Paid, and its events delivered."""
    payment = stripe.payment()
    stripe.account.pay(payment.gateway_ref)
    stripe.deliver_all()
    return fresh(payment)


def refunds() -> list[tuple[int, str]]:
    return sorted((each.amount_minor, each.state) for each in rows(STAFF, Refund.objects.all()))


def ask(payment: Payment, amount_minor: int) -> Refund:
    with use_actor(STAFF):
        refund = payments.refund_payment(
            payment=payment, amount_minor=amount_minor, reason="Broken", actor=STAFF
        )
    by(SYSTEM, relay_outbox)
    return refund


def test_refunds_made_at_the_dashboard_count_once_beside_those_asked_for_here(
    stripe: StripeShop, payment: Payment
) -> None:
    ask(payment, 10_000)
    stripe.account.refund_at_dashboard(payment.gateway_ref, 5_000)
    stripe.account.refund_at_dashboard(payment.gateway_ref, 2_500)
    events = stripe.new_events() * 2
    random.Random(3).shuffle(events)
    for event in events:
        deliver(event)

    assert refunds() == [(2_500, "succeeded"), (5_000, "succeeded"), (10_000, "succeeded")]
    assert (fresh(payment).state, fresh(payment).refunded_minor) == ("partially_refunded", 17_500)
    assert_books_add_up(payment)


def test_a_refund_the_bank_decides_later_is_not_booked_before(
    stripe: StripeShop, payment: Payment
) -> None:
    stripe.account.next_refund_status = "pending"
    refund = ask(payment, 10_000)
    by(SYSTEM, payments.send_waiting_refunds, older_than=timedelta(0))
    assert refunds() == [(10_000, "requested")]
    assert len(stripe.account.refunds) == 1

    (ref,) = stripe.account.refunds
    stripe.account.finish_refund(ref, "succeeded")
    stripe.deliver_all()
    assert refunds() == [(10_000, "succeeded")]
    assert rows(STAFF, Refund.objects.all())[0].gateway_ref == ref
    assert by(SYSTEM, payments.send_refund, refund_id=refund.pk).state == "succeeded"
    assert_books_add_up(payment)


def test_a_refund_that_fails_can_be_made_again(stripe: StripeShop, payment: Payment) -> None:
    stripe.account.next_refund_status = "pending"
    ask(payment, payment.captured_minor)
    (ref,) = stripe.account.refunds
    stripe.account.finish_refund(ref, "failed")
    stripe.deliver_all()

    assert refunds() == [(payment.captured_minor, "failed")]
    assert "refused" in fresh(payment).needs_attention
    stripe.account.next_refund_status = "succeeded"
    ask(payment, payment.captured_minor)
    assert fresh(payment).state == "refunded"
    assert_books_add_up(payment)


def test_money_of_a_done_refund_that_comes_back_is_for_a_person(
    stripe: StripeShop, payment: Payment
) -> None:
    ask(payment, 10_000)
    (ref,) = stripe.account.refunds
    stripe.account.finish_refund(ref, "failed")
    for event in stripe.new_events() * 2:
        deliver(event)

    assert "came back from the buyer's bank" in fresh(payment).needs_attention
    assert refunds() == [(10_000, "succeeded")], "the order stays refunded"
    assert_books_add_up(payment)


def test_more_than_is_left_here_is_for_a_person(stripe: StripeShop, payment: Payment) -> None:
    """Both sides refund in the same moment; Stripe's money is gone, and the refund asked for here is refused."""
    with use_actor(STAFF):
        payments.refund_payment(payment=payment, amount_minor=None, reason="All", actor=STAFF)
    stripe.account.refund_at_dashboard(payment.gateway_ref, 10_000)
    stripe.deliver_all()
    assert "less is left here" in fresh(payment).needs_attention
    by(SYSTEM, relay_outbox)
    stripe.deliver_all()
    by(SYSTEM, payments.settle_from_gateway, payment=fresh(payment))

    assert refunds() == [(10_000, "succeeded"), (payment.captured_minor, "failed")]
    assert_books_add_up(payment)


def test_a_dispute_is_kept_with_its_deadline_and_how_it_ended(
    stripe: StripeShop, payment: Payment, in_store: Any, client_for: Callable[..., Client]
) -> None:
    owner = client_for(in_store)
    ref = stripe.account.dispute(payment.gateway_ref, due=1_900_000_000)
    opened = stripe.new_events()
    for event in opened * 2:
        deliver(event)
    (dispute,) = rows(STAFF, Dispute.objects.all())
    assert (dispute.state, dispute.amount_minor) == ("open", payment.captured_minor)
    assert dispute.respond_by is not None
    assert "until 17 Mar 2030" in fresh(payment).needs_attention

    with use_store(in_store):
        owner.force_login(make_user(in_store, Role.OWNER))
    rename_session(owner, f"session_{in_store.slug}")
    shown = owner.get(f"/admin/payments/payment/{payment.pk}/change/").content.decode()
    assert "fraudulent: Answer awaited until 17 Mar 2030" in shown

    stripe.account.close_dispute(ref, "lost")
    closed = stripe.new_events()
    for event in [*closed, *opened]:
        deliver(event)
    assert [each.state for each in rows(STAFF, Dispute.objects.all())] == ["lost"]
    assert "is lost" in fresh(payment).needs_attention
    assert_books_add_up(payment)
