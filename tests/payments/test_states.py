"""The two state tables, walked pair by pair."""

from itertools import product

import pytest

from apps.common.errors import TransitionNotAllowed
from apps.payments.models import Payment, Refund
from apps.payments.services.moving import move_payment, move_refund
from apps.payments.states import (
    CASH_TRANSITIONS,
    PAYMENT_TRANSITIONS,
    REFUND_TRANSITIONS,
    PaymentState,
    RefundState,
)


@pytest.mark.parametrize("is_cash", [False, True])
@pytest.mark.parametrize(("current", "target"), product(PaymentState, PaymentState))
def test_a_payment_moves_only_as_the_table_says(
    current: PaymentState, target: PaymentState, is_cash: bool
) -> None:
    payment = Payment(state=current, pays_on_delivery=is_cash)
    if target in (CASH_TRANSITIONS if is_cash else PAYMENT_TRANSITIONS)[current]:
        move_payment(payment, target)
        assert payment.state == target
    else:
        with pytest.raises(TransitionNotAllowed):
            move_payment(payment, target)
        assert payment.state == current


@pytest.mark.parametrize(("current", "target"), product(RefundState, RefundState))
def test_a_refund_moves_only_as_the_table_says(current: RefundState, target: RefundState) -> None:
    refund = Refund(state=current)
    if target in REFUND_TRANSITIONS[current]:
        move_refund(refund, target)
        assert refund.state == target
    else:
        with pytest.raises(TransitionNotAllowed):
            move_refund(refund, target)
        assert refund.state == current


def test_money_that_came_can_only_go_back() -> None:
    for state in (PaymentState.CAPTURED, PaymentState.PARTIALLY_REFUNDED):
        assert PAYMENT_TRANSITIONS[state] <= {
            PaymentState.PARTIALLY_REFUNDED,
            PaymentState.REFUNDED,
        }
