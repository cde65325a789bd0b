"""After an attempt that failed, expired or is still being confirmed; and money that comes twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from apps.common.actor import Actor
from apps.common.clock import now
from apps.events.models import OutboxMessage
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.gateways.installed import get_gateway
from apps.gateways.models import TestGatewayCharge as Charge
from apps.inventory.selectors import check_ledger
from apps.notifications.models import SentMail
from apps.orders.models import Order
from apps.orders.selectors import timeline
from apps.payments import services as payments
from apps.payments.charges import charge_of
from apps.payments.errors import PaymentNotOpen
from apps.payments.models import Payment, PaymentAttempt
from apps.payments.selectors import can_pay_now, get_payment_of, list_expired_payments
from apps.storefront.templatetags.storefront import moment
from tests.checkout.shop import Goods, assert_adds_up, make_cart, make_goods, place, stock_of
from tests.payments.bank import decline, deliver, message_of, pay, pay_again, pay_and_tell, promise

pytestmark = [
    pytest.mark.placed,
    pytest.mark.django_db,
    pytest.mark.usefixtures("in_store", "system_scope"),
]


@pytest.fixture
def goods(in_store: Any) -> Goods:
    return make_goods()


@pytest.fixture
def payment(goods: Goods) -> Payment:
    """Of a new order for one piece, opened at the test bank."""
    opened = place(make_cart(goods)).payment
    assert opened is not None
    return opened


def fresh(payment: Payment) -> Payment:
    return Payment.objects.select_related("order").get(pk=payment.pk)


def promise_and_tell(payment: Payment) -> None:
    promise(payment)
    deliver(message_of(payment))


def arrive(payment: Payment) -> None:
    """What was promised for later comes."""
    Charge.objects.filter(charge_ref=str(payment.pk)).update(
        state=Charge.State.PAID, captured_minor=F("amount_minor"), events_sent=9
    )
    deliver(message_of(payment))


def test_while_the_bank_is_confirming_nobody_is_asked_to_pay(payment: Payment) -> None:
    promise_and_tell(payment)
    promise_and_tell(payment)

    waiting = fresh(payment)
    assert (waiting.state, waiting.order.payment_state) == ("confirming", "confirming")
    assert waiting.order.status == "pending"
    assert not can_pay_now(waiting.order, waiting)
    with pytest.raises(PaymentNotOpen):
        pay_again(waiting)
    assert PaymentAttempt.objects.filter(outcome="confirming").count() == 1

    arrive(payment)

    assert fresh(payment).state == "captured"
    assert [entry.title for entry in timeline(fresh(payment).order)] == [
        "Order placed",
        "The bank is confirming the payment",
        "Paid",
    ]
    assert_adds_up(fresh(payment).order)


def test_the_goods_are_held_while_the_bank_is_confirming(goods: Goods, payment: Payment) -> None:
    Payment.objects.update(expires_at=now() + timedelta(seconds=1))
    promise_and_tell(payment)

    expires_at = fresh(payment).expires_at
    assert expires_at is not None
    assert expires_at > now() + timedelta(hours=23)
    assert stock_of(goods) == (10, 1, 0)
    Payment.objects.update(expires_at=now() - timedelta(seconds=1))
    assert fulfilment.expire_unpaid_orders() == 1
    assert fresh(payment).order.status == "cancelled"
    assert stock_of(goods) == (10, 0, 0)


def test_an_order_stays_when_the_sweep_hears_first_that_the_bank_is_confirming(
    goods: Goods, payment: Payment
) -> None:
    """The bank's message was lost, and the time to pay is over."""
    promise(payment)
    Payment.objects.update(expires_at=now() - timedelta(seconds=1))

    assert fulfilment.expire_unpaid_orders() == 0

    waiting = fresh(payment)
    assert (waiting.state, waiting.order.status) == ("confirming", "pending")
    assert stock_of(goods) == (10, 1, 0)
    arrive(payment)
    assert fresh(payment).order.payment_state == "paid"


def test_an_order_stays_when_its_buyer_pays_again_behind_the_sweeps_list(payment: Payment) -> None:
    Payment.objects.update(expires_at=now() - timedelta(seconds=1))
    (listed,) = list_expired_payments()
    pay_again(fresh(payment))

    assert not fulfilment.expire_unpaid_order(payment=listed)

    assert fresh(payment).order.status == "pending"
    assert can_pay_now(fresh(payment).order, fresh(payment))


def test_what_the_bank_refuses_in_the_end_can_be_paid_again(payment: Payment) -> None:
    promise_and_tell(payment)
    Charge.objects.update(state=Charge.State.DECLINED)
    payments.settle_from_gateway(payment=fresh(payment))

    assert fresh(payment).order.payment_state == "failed"
    pay_again(fresh(payment))
    pay_and_tell(payment)
    assert fresh(payment).state == "captured"


def test_what_the_bank_forgets_in_the_end_can_be_paid_again(payment: Payment) -> None:
    promise_and_tell(payment)
    Charge.objects.update(state=Charge.State.OPEN)

    payments.settle_from_gateway(payment=fresh(payment))

    waiting = fresh(payment)
    assert (waiting.state, waiting.order.payment_state) == ("pending", "pending")
    assert can_pay_now(waiting.order, waiting)


@pytest.mark.parametrize("said", [Charge.State.OPEN, Charge.State.DECLINED, Charge.State.CANCELLED])
def test_who_pays_again_hears_what_the_bank_says_now(payment: Payment, said: str) -> None:
    """Its message was lost, and no sweep has run since."""
    promise_and_tell(payment)
    Charge.objects.update(state=said)

    pay_again(fresh(payment))

    current = get_payment_of(payment.order)
    assert current is not None
    assert (current.pk != payment.pk) == (said == Charge.State.CANCELLED)
    assert can_pay_now(fresh(current).order, current)
    pay_and_tell(current)
    assert fresh(current).order.payment_state == "paid"
    assert Payment.objects.filter(captured_minor__gt=0).count() == 1
    relay_outbox()
    assert [mail.template for mail in SentMail.objects.exclude(template="order_document")] == [
        "order_confirmation"
    ]


@pytest.mark.parametrize(
    ("said", "leads_to_the_bank"),
    [(Charge.State.DECLINED, True), (Charge.State.OPEN, True), (Charge.State.LATER, False)],
)
def test_an_old_page_pays_again_when_the_bank_allows_it(
    client: Any, payment: Payment, said: str, leads_to_the_bank: bool
) -> None:
    promise_and_tell(payment)
    Charge.objects.update(state=said)

    answer = client.post(
        f"/orders/{payment.order.access_token}/pay/", headers={"host": "alpha.localhost"}
    )

    assert answer.status_code == 302
    assert (f"{payment.pk}" in answer.url) == leads_to_the_bank
    assert fresh(payment).state == ("pending" if leads_to_the_bank else "confirming")


def test_a_lost_webhook_of_a_confirmed_payment_is_made_up_for(payment: Payment) -> None:
    promise_and_tell(payment)
    Charge.objects.update(state=Charge.State.PAID, captured_minor=F("amount_minor"))
    assert payments.reconcile_new_payments(older_than=timedelta(0)) == 0, "asked a moment ago"

    Payment.objects.update(updated_at=now() - timedelta(minutes=6))
    assert payments.reconcile_new_payments(older_than=timedelta(0)) == 1

    assert fresh(payment).state == "captured"


def test_what_is_over_at_the_gateway_is_followed_by_a_new_payment(payment: Payment) -> None:
    get_gateway("test").cancel(charge_of(payment))

    pay_again(payment)
    pay_again(payment)

    new = Payment.objects.exclude(pk=payment.pk).get()
    assert fresh(payment).state == "cancelled"
    assert new.amount_minor == payment.amount_minor
    assert new.expires_at == payment.expires_at
    pay_and_tell(new)
    assert fresh(new).order.payment_state == "paid"
    assert check_ledger() == []
    assert_adds_up(fresh(new).order)


def test_what_was_over_by_itself_counts_as_failed(payment: Payment) -> None:
    get_gateway("test").cancel(charge_of(payment))
    payments.settle_from_gateway(payment=payment)

    failed = fresh(payment)
    assert (failed.state, failed.failure_code) == ("failed", "expired")
    assert failed.order.payment_state == "failed"
    pay_again(failed)
    assert Payment.objects.exclude(pk=payment.pk).get().state == "created"


def test_who_tries_again_in_the_last_minute_has_time_to_pay(payment: Payment) -> None:
    Payment.objects.update(expires_at=now() + timedelta(seconds=20))

    pay_again(payment)

    expires_at = fresh(payment).expires_at
    assert expires_at is not None
    assert expires_at > now() + timedelta(minutes=9)


def test_what_was_paid_meanwhile_is_booked_and_not_asked_for_twice(payment: Payment) -> None:
    pay(payment)

    with pytest.raises(PaymentNotOpen):
        pay_again(payment)

    assert fresh(payment).order.payment_state == "paid"


@pytest.mark.parametrize("older_first", [True, False])
def test_money_that_comes_twice_is_kept_once(payment: Payment, older_first: bool) -> None:
    """The first payment was over for us and for the bank, and its money comes all the same."""
    get_gateway("test").cancel(charge_of(payment))
    pay_again(payment)
    new = Payment.objects.exclude(pk=payment.pk).get()
    first, second = (payment, new) if older_first else (new, payment)
    for each in (first, second):
        Charge.objects.filter(charge_ref=str(each.pk)).update(
            state=Charge.State.PAID, captured_minor=F("amount_minor")
        )
        deliver(message_of(each))
        relay_outbox()

    order = Order.objects.get()
    assert (order.payment_state, order.refunded_minor, order.status) == ("paid", 0, "processing")
    assert (fresh(first).state, fresh(second).state) == ("captured", "refunded")
    assert "paid already" in fresh(second).needs_attention
    assert Charge.objects.get(charge_ref=str(second.pk)).refunded_minor == order.total_minor

    payments.refund_payment(payment=fresh(first), reason="", actor=Actor.system("test"))
    relay_outbox()
    order.refresh_from_db()
    assert (order.payment_state, order.refunded_minor) == ("refunded", order.total_minor)


def test_a_refusal_is_mailed_once_and_only_to_who_did_not_try_again(payment: Payment) -> None:
    decline(payment)
    deliver(message_of(payment))
    relay_outbox()
    assert not SentMail.objects.exists(), "there is a moment to try again"

    OutboxMessage.objects.update(due_at=now())
    relay_outbox()
    mail = SentMail.objects.get()
    assert mail.template == "order_payment_failed"
    link = f"/orders/{payment.order.access_token}/"
    assert (mail.text.count(link), mail.html.count(link)) == (1, 1)
    assert "keep it to yourself" in mail.text
    until = moment(fresh(payment).expires_at)
    assert f"held for you until {until}:" in mail.text
    assert f"held for you until {until}." in mail.html

    pay_again(fresh(payment))
    decline(payment)
    deliver(message_of(payment))
    OutboxMessage.objects.update(due_at=now())
    relay_outbox()
    assert SentMail.objects.count() == 1


def test_who_paid_in_the_second_attempt_gets_no_mail_about_the_first(payment: Payment) -> None:
    decline(payment)
    deliver(message_of(payment))
    pay_and_tell(payment)
    OutboxMessage.objects.update(due_at=now())
    relay_outbox()

    assert [mail.template for mail in SentMail.objects.exclude(template="order_document")] == [
        "order_confirmation"
    ]
