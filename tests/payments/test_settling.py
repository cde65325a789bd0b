"""Money that comes, does not come, comes twice, comes late."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from apps.common.clock import now
from apps.common.money import Money, from_minor
from apps.events.models import OutboxMessage
from apps.fulfilment import services as fulfilment
from apps.gateways.errors import GatewayUnavailable
from apps.gateways.installed import get_gateway
from apps.gateways.models import TestGatewayCharge as Charge
from apps.gateways.values import ChargeRequest, Dispute, DisputeStatus
from apps.inbox.models import InboxMessage
from apps.inventory.models import Movement
from apps.inventory.selectors import check_ledger
from apps.orders.models import OrderEvent
from apps.payments import services as payments
from apps.payments.charges import charge_of
from apps.payments.errors import PaymentNotOpen
from apps.payments.models import Payment, PaymentAttempt, Refund
from tests.checkout.shop import Goods, assert_adds_up, make_cart, make_goods, place, stock_of
from tests.payments.bank import decline, deliver, message_of, pay, pay_again, pay_and_tell, promise
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "system_scope")]


@pytest.fixture
def goods(in_store: Any) -> Goods:
    return make_goods()


@pytest.fixture
def payment(goods: Goods) -> Payment:
    """Of a new order for one piece, opened at the test bank."""
    return place(make_cart(goods)).payment


def fresh(payment: Payment) -> Payment:
    return Payment.objects.select_related("order").get(pk=payment.pk)


def test_a_paid_order_has_its_stock_allocated(goods: Goods, payment: Payment) -> None:
    event = pay_and_tell(payment)

    paid = fresh(payment)
    assert event.handled_at is not None
    assert (paid.state, paid.captured_minor) == ("captured", paid.amount_minor)
    assert (paid.order.status, paid.order.payment_state) == ("processing", "paid")
    assert stock_of(goods) == (10, 0, 1)
    assert check_ledger() == []
    assert_adds_up(paid.order)


def test_the_webhook_five_times_shuffled_books_one_payment(goods: Goods, payment: Payment) -> None:
    decline(payment)
    declined = message_of(payment)
    pay(payment)
    paid = message_of(payment)
    deliveries = [declined] * 2 + [paid] * 5
    random.shuffle(deliveries)

    for message in deliveries:
        deliver(message)

    assert fresh(payment).state == "captured"
    assert InboxMessage.objects.count() == 2
    assert PaymentAttempt.objects.filter(outcome="captured").count() == 1
    assert OrderEvent.objects.filter(kind="order.paid").count() == 1
    assert Movement.objects.filter(kind="allocate").count() == 1
    assert stock_of(goods) == (10, 0, 1)


def test_a_webhook_before_the_checkout_answered_books_once(
    goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The buyer and the bank are faster than our own answer: open, pay, tell, and only then does `open` return."""
    gateway = get_gateway("test")
    opened = type(gateway).open

    def open_and_pay(self: Any, request: ChargeRequest) -> Any:
        answer = opened(self, request)
        pay_and_tell(Payment.objects.get(pk=request.id))
        return answer

    monkeypatch.setattr(type(gateway), "open", open_and_pay)
    placed = place(make_cart(goods))
    monkeypatch.undo()
    deliver(message_of(placed.payment))

    assert fresh(placed.payment).state == "captured"
    assert OrderEvent.objects.filter(kind="order.paid").count() == 1
    assert stock_of(goods) == (10, 0, 1)


def test_the_bank_is_asked_again_whatever_the_event_says(goods: Goods, payment: Payment) -> None:
    """A signed event that claims a payment: the bank itself knows of none."""
    charge = Charge.objects.get(charge_ref=str(payment.pk))
    charge.state = charge.State.PAID  # only in memory: the event will say "charge.paid"
    from apps.gateways.test_bank import build_event

    event = deliver(build_event(charge))

    assert event.topic == "charge.paid"
    assert event.handled_at is not None
    assert fresh(payment).state == "created"
    assert stock_of(goods) == (10, 1, 0)


def test_a_declined_payment_keeps_the_stock_and_can_be_tried_again(
    goods: Goods, payment: Payment
) -> None:
    decline(payment)
    deliver(message_of(payment))

    failed = fresh(payment)
    assert (failed.state, failed.failure_code) == ("failed", "declined")
    assert failed.order.payment_state == "failed"
    assert stock_of(goods) == (10, 1, 0)

    pay_again(failed)
    assert fresh(payment).state == "pending"
    assert fresh(payment).order.payment_state == "pending"
    pay_and_tell(payment)

    assert fresh(payment).state == "captured"
    assert_adds_up(fresh(payment).order)


def test_old_news_of_a_refusal_never_undoes_a_capture(payment: Payment) -> None:
    decline(payment)
    old = get_gateway("test").fetch(charge_of(payment))
    pay_and_tell(payment)

    payments.fail_payment(payment=payment, state=old)

    assert fresh(payment).state == "captured"
    assert not OutboxMessage.objects.filter(topic="payment.failed").exists()


@pytest.mark.parametrize("amount", [from_minor(1, "INR"), from_minor(60_000, "USD")])
def test_another_amount_than_asked_is_not_booked_but_shown_to_staff(
    payment: Payment, amount: Money
) -> None:
    pay(payment)
    state = replace(get_gateway("test").fetch(charge_of(payment)), amount=amount)

    payments.confirm_payment(payment=payment, state=state)
    payments.confirm_payment(payment=payment, state=state)

    flagged = fresh(payment)
    assert flagged.needs_attention
    assert (flagged.captured_minor, flagged.order.paid_at) == (0, None)
    assert PaymentAttempt.objects.filter(outcome="wrong_amount").count() == 1


def test_money_that_comes_after_the_order_was_cancelled_goes_back(
    goods: Goods, payment: Payment
) -> None:
    promise(payment)
    fulfilment.cancel(order=payment.order, reason="Changed my mind", actor=STAFF)
    assert fresh(payment).state == "cancelled"
    Charge.objects.update(state=Charge.State.PAID, captured_minor=F("amount_minor"))

    deliver(message_of(payment))
    deliver(message_of(payment))

    late = fresh(payment)
    assert late.state == "captured"
    assert late.needs_attention
    refund = Refund.objects.get()
    assert (refund.state, refund.amount_minor) == ("requested", late.amount_minor)
    assert stock_of(goods) == (10, 0, 0)

    payments.send_refund(refund_id=refund.pk)

    assert fresh(payment).state == "refunded"
    assert fresh(payment).order.status == "cancelled"
    assert Charge.objects.get().refunded_minor == late.amount_minor
    assert_adds_up(late.order)


def test_late_money_that_a_bank_has_withdrawn_already_is_booked_and_waits_for_a_person(
    payment: Payment,
) -> None:
    promise(payment)
    fulfilment.cancel(order=payment.order, reason="Changed my mind", actor=STAFF)
    Charge.objects.update(state=Charge.State.PAID, captured_minor=F("amount_minor"))
    paid = get_gateway(payment.gateway).fetch(charge_of(payment))
    nothing = from_minor(0, payment.currency)
    dispute = Dispute(
        ref="dp_1",
        amount=paid.amount,
        status=DisputeStatus.OPEN,
        withdrawn=paid.amount,
        returned=nothing,
    )
    payments.book_state(payment=payment, state=replace(paid, disputes=(dispute,)))
    late = fresh(payment)
    assert (late.state, late.disputed_minor) == ("captured", late.amount_minor)
    assert late.needs_attention
    assert not Refund.objects.exists(), "the buyer's bank has it already"
    assert_adds_up(late.order)


def test_an_unpaid_order_expires_and_gives_its_stock_back(goods: Goods, payment: Payment) -> None:
    assert fulfilment.expire_unpaid_orders() == 0, "there is still time"
    Payment.objects.update(expires_at=now() - timedelta(seconds=1))

    assert fulfilment.expire_unpaid_orders() == 1
    assert fulfilment.expire_unpaid_orders() == 0

    expired = fresh(payment)
    assert expired.state == "cancelled"
    assert expired.order.status == "cancelled"
    assert stock_of(goods) == (10, 0, 0)
    assert Charge.objects.get().state == "cancelled"
    assert check_ledger() == []
    with pytest.raises(PaymentNotOpen):
        pay_again(expired)


def test_an_order_paid_in_silence_is_not_expired(goods: Goods, payment: Payment) -> None:
    pay(payment)
    Payment.objects.update(expires_at=now() - timedelta(seconds=1))

    assert fulfilment.expire_unpaid_orders() == 0

    assert fresh(payment).state == "captured"
    assert fresh(payment).order.status == "processing"
    assert stock_of(goods) == (10, 0, 1)


def test_a_payment_the_gateway_never_heard_of_is_opened_by_the_sweeper(payment: Payment) -> None:
    Charge.objects.all().delete()

    assert payments.reconcile_new_payments(older_than=timedelta(minutes=1)) == 0
    assert payments.reconcile_new_payments(older_than=timedelta(0)) == 1
    assert payments.reconcile_new_payments(older_than=timedelta(0)) == 0

    assert Charge.objects.get().charge_ref == str(payment.pk)
    assert fresh(payment).state == "pending"


def test_a_payment_whose_webhook_was_lost_is_booked_by_the_sweeper(payment: Payment) -> None:
    pay(payment)

    payments.reconcile_new_payments(older_than=timedelta(0))

    assert fresh(payment).state == "captured"


def test_a_silent_gateway_leaves_everything_for_later(
    payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: Any) -> Any:
        raise GatewayUnavailable

    monkeypatch.setattr(type(get_gateway("test")), "fetch", silent)
    Payment.objects.update(expires_at=now() - timedelta(seconds=1))

    assert payments.reconcile_new_payments(older_than=timedelta(0)) == 0
    assert fulfilment.expire_unpaid_orders() == 0
    event = deliver(message_of(payment))

    assert fresh(payment).state == "created"
    assert event.handled_at is None
    assert event.last_error


def test_opening_again_makes_no_second_charge(payment: Payment) -> None:
    first = payments.open_at_gateway(payment=payment)
    second = payments.open_at_gateway(payment=payment)

    assert first == second
    assert Charge.objects.count() == 1
