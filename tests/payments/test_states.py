"""The two state tables, walked pair by pair."""

from itertools import product

import pytest

from apps.payments.models import Payment, Refund
from apps.payments.services.transitions import move_payment, move_refund
from apps.payments.states import (
    CASH_TRANSITIONS,
    PAYMENT_TRANSITIONS,
    REFUND_TRANSITIONS,
    PaymentState,
    RefundState,
)
from tests.support.moves import assert_moves_by, list_forbidden, parse_forbidden

PAYMENTS = """
    created: created partially_captured partially_refunded refunded
    pending: created pending partially_captured partially_refunded refunded
    confirming: created confirming partially_captured partially_refunded refunded
    failed: created failed partially_captured partially_refunded refunded
    cancelled: created pending confirming failed cancelled partially_captured partially_refunded refunded
    authorized: created pending confirming failed authorized partially_refunded refunded
    partially_captured: created pending confirming failed cancelled authorized partially_captured
    captured: created pending confirming failed cancelled authorized partially_captured captured
    partially_refunded: created pending confirming failed cancelled authorized partially_captured captured partially_refunded
    refunded: created pending confirming failed cancelled authorized partially_captured captured partially_refunded refunded
"""
REFUNDS = """
    requested: requested
    succeeded: requested succeeded failed
    failed: requested succeeded failed
"""


def test_the_tables_forbid_what_is_written_down() -> None:
    payments = parse_forbidden(PAYMENTS)
    assert list_forbidden(PAYMENT_TRANSITIONS) == payments
    # Cash arrives in parts. A booking that is undone makes the payment due again.
    cash = {state: set(forbidden) for state, forbidden in payments.items()}
    cash["pending"] -= {"partially_captured"}
    cash["partially_captured"] -= {"pending", "captured", "partially_refunded", "refunded"}
    cash["captured"] -= {"pending", "partially_captured"}
    cash["partially_refunded"] -= {"partially_captured"}
    assert list_forbidden(CASH_TRANSITIONS) == cash
    assert list_forbidden(REFUND_TRANSITIONS) == parse_forbidden(REFUNDS)


@pytest.mark.parametrize("is_cash", [False, True])
@pytest.mark.parametrize(("current", "target"), product(PaymentState, PaymentState))
def test_a_payment_moves_only_as_the_table_says(
    current: PaymentState, target: PaymentState, is_cash: bool
) -> None:
    payment = Payment(state=current, pays_on_delivery=is_cash)
    table = CASH_TRANSITIONS if is_cash else PAYMENT_TRANSITIONS
    assert_moves_by(table, move_payment, payment, target)


@pytest.mark.parametrize(("current", "target"), product(RefundState, RefundState))
def test_a_refund_moves_only_as_the_table_says(current: RefundState, target: RefundState) -> None:
    assert_moves_by(REFUND_TRANSITIONS, move_refund, Refund(state=current), target)


def test_money_that_came_can_only_go_back() -> None:
    for state in (PaymentState.CAPTURED, PaymentState.PARTIALLY_REFUNDED):
        assert PAYMENT_TRANSITIONS[state] <= {
            PaymentState.PARTIALLY_REFUNDED,
            PaymentState.REFUNDED,
        }
