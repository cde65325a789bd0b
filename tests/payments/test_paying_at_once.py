"""One order, two tabs, real connections: the bank is asked for the money once, and the money is booked once."""

from functools import partial
from typing import Any

import pytest
from django.db.models import F

from apps.events.services import relay_outbox
from apps.gateways.installed import get_gateway
from apps.gateways.models import TestGatewayCharge as Charge
from apps.inventory.selectors import check_ledger
from apps.orders.models import OrderEvent
from apps.payments import services as payments
from apps.payments.charges import charge_of
from apps.payments.models import Payment
from apps.payments.selectors import get_payment_of
from apps.tenancy.context import use_store
from tests.checkout.shop import assert_adds_up, make_cart, make_goods, place
from tests.payments.bank import deliver, message_of, pay, pay_again, promise
from tests.support.threads import fails, run_at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.placed,
]


@pytest.fixture
def payment(throwaway_store: Any) -> Any:
    with use_store(throwaway_store):
        opened = place(make_cart(make_goods())).payment
        assert opened is not None
        yield opened


def read(payment: Payment) -> Payment:
    return Payment.objects.select_related("order").get(pk=payment.pk)


@pytest.mark.parametrize("is_promised", [False, True])
@pytest.mark.parametrize("said", [Charge.State.OPEN, Charge.State.DECLINED, Charge.State.CANCELLED])
def test_two_who_pay_again_at_once_are_sent_to_one_charge(
    throwaway_store: Any, payment: Payment, said: str, is_promised: bool
) -> None:
    if is_promised:
        promise(payment)
        deliver(message_of(payment))
    Charge.objects.update(state=said)
    pages = [read(payment) for _ in range(4)]

    answers = run_at_once(throwaway_store, [partial(pay_again, page) for page in pages])

    assert fails(answers) == []
    assert all(answer.next_url for answer in answers)
    assert len({answer.next_url for answer in answers}) == 1
    assert Charge.objects.exclude(state=Charge.State.CANCELLED).count() == 1
    assert Payment.objects.exclude(state="cancelled").count() == 1


def test_an_order_paid_in_two_tabs_at_once_is_paid_once(
    throwaway_store: Any, payment: Payment
) -> None:
    pages = [read(payment) for _ in range(2)]

    def pay_in_a_tab(page: Payment) -> None:
        pay_again(page)
        pay(page)
        payments.settle_from_gateway(payment=page)

    run_at_once(throwaway_store, [partial(pay_in_a_tab, page) for page in pages])

    order = read(payment).order
    current = get_payment_of(order)
    assert current is not None
    assert current.captured_minor == order.total_minor
    assert (order.payment_state, order.refunded_minor) == ("paid", 0)
    assert Charge.objects.count() == Payment.objects.count() == 1
    assert OrderEvent.objects.filter(kind="order.paid").count() == 1
    assert_adds_up(order)
    assert check_ledger() == []


def test_money_that_comes_twice_at_once_is_kept_once(
    throwaway_store: Any, payment: Payment
) -> None:
    """The first attempt was over for the bank, and is paid there all the same, as is the one that followed it."""
    get_gateway("test").cancel(charge_of(payment))
    pay_again(payment)
    current = get_payment_of(payment.order)
    assert current is not None
    Charge.objects.update(state=Charge.State.PAID, captured_minor=F("amount_minor"))
    both = [read(each) for each in (payment, current) for _ in range(2)]

    answers = run_at_once(
        throwaway_store,
        [partial(payments.settle_from_gateway, payment=each) for each in both],
    )
    relay_outbox()

    assert fails(answers) == []
    order = read(payment).order
    assert (order.payment_state, order.refunded_minor) == ("paid", 0)
    assert sorted(Payment.objects.values_list("state", flat=True)) == ["captured", "refunded"]
    assert sum(Charge.objects.values_list("refunded_minor", flat=True)) == order.total_minor
    assert check_ledger() == []
