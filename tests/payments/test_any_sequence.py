"""Any sequence of what a bank can do with held money, in any currency: the counters are the sums of the transactions,
no constraint breaks, and a state that arrives twice is booked once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common.errors import DomainError
from apps.common.ids import new_id
from apps.common.money import from_minor
from apps.gateways import test_bank
from apps.gateways.errors import GatewayRefused
from apps.gateways.installed import get_gateway
from apps.gateways.values import CaptureRequest
from apps.orders.models import Order, OrderLine
from apps.orders.states import OrderPaymentState
from apps.payments import services as payments
from apps.payments.charges import charge_of, charge_request_of
from apps.payments.checking import check_money
from apps.payments.models import Payment, Transaction
from apps.payments.services.settling import book_state
from apps.tenancy.context import use_actor
from tests.payments.bank import State
from tests.support.acting import STAFF
from tests.support.orders import place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store"), pytest.mark.placed]
_TOTAL = 2_000

amounts = st.integers(1, _TOTAL + 5)
acts = st.one_of(
    st.tuples(st.sampled_from(["pay", "settle", "void"]), st.just(0)),
    st.tuples(st.sampled_from(["capture here", "capture there", "refund"]), amounts),
)


def begin(currency: str) -> Payment:
    """Of an order without goods, which the bank opens."""
    order = place(payment_state=OrderPaymentState.PENDING)
    OrderLine.objects.filter(order=order).update(is_digital=True)
    Order.objects.filter(pk=order.pk).update(currency=currency, needs_shipping=False)
    order.refresh_from_db()
    payment = payments.create_payment(
        order=order, gateway_code="test", expires_at=None, is_captured_later=True
    )
    get_gateway("test").open(charge_request_of(payment))
    return payment


def capture_there(payment: Payment, amount_minor: int) -> None:
    """At the provider's own page, past the store."""
    get_gateway("test").capture(
        CaptureRequest(
            id=new_id(),
            charge=charge_of(payment),
            amount=from_minor(amount_minor, payment.currency),
            captured_before=from_minor(payment.captured_minor, payment.currency),
            is_last=amount_minor % 2 == 0,
        )
    )


def act(payment: Payment, name: str, amount_minor: int) -> None:
    does: dict[str, Callable[[], Any]] = {
        "pay": lambda: test_bank.choose(test_bank.get_charge(str(payment.pk)), State.PAID),
        "settle": lambda: payments.settle_from_gateway(payment=payment),
        "void": lambda: payments.release_payment(payment_id=payment.pk),
        "capture here": lambda: payments.capture_up_to(
            order=payment.order,
            target_minor=min(payment.captured_minor + amount_minor, payment.amount_minor),
            is_last=False,
            actor=STAFF,
        ),
        "capture there": lambda: capture_there(payment, amount_minor),
        "refund": lambda: payments.send_refund(
            refund_id=payments.refund_payment(
                payment=payment, amount_minor=amount_minor, reason="", actor=STAFF
            ).pk
        ),
    }
    try:
        with transaction.atomic():
            does[name]()
    except (DomainError, GatewayRefused):
        return


@settings(max_examples=30)
@given(
    currency=st.sampled_from(["INR", "JPY", "KWD"]),
    steps=st.lists(acts, min_size=1, max_size=9),
)
def test_counters_are_the_sums_of_the_transactions(
    currency: str, steps: list[tuple[str, int]]
) -> None:
    with transaction.atomic(), use_actor(STAFF):
        payment = begin(currency)
        act(payment, "pay", 0)
        for name, amount_minor in steps:
            act(payment, name, amount_minor)
            payment = Payment.objects.select_related("order").get(pk=payment.pk)
            assert check_money() == []
        payments.settle_from_gateway(payment=payment)
        bank = get_gateway("test").fetch(charge_of(payment))
        for _ in range(2):
            book_state(payment=Payment.objects.get(pk=payment.pk), state=bank)
        payment.refresh_from_db()
        assert check_money() == []
        assert bank.captured is not None
        assert from_minor(payment.captured_minor, currency) == bank.captured
        assert payment.authorized_minor in ({_TOTAL} if payment.captured_minor else {0, _TOTAL})
        assert set(Transaction.objects.values_list("currency", flat=True)) == {currency}
        transaction.set_rollback(True)
