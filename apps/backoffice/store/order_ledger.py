"""The money of an order as staff read it: what moved, when and by which way, and what it adds up to."""

from collections.abc import Sequence
from typing import Any, Final

from apps.backoffice.columns import moment, money
from apps.orders.models import Order
from apps.payments.balances import balance_of
from apps.payments.models import Payment
from apps.payments.selectors import OfferedMethod, list_payment_methods
from apps.payments.states import CaptureState, TransactionKind
from apps.payments.stored_value import paid_with

_ICONS: Final = {
    TransactionKind.AUTHORIZED: "lock_clock",
    TransactionKind.CAPTURED: "paid",
    TransactionKind.UNDONE: "undo",
    TransactionKind.VOIDED: "lock_open",
    TransactionKind.REFUNDED: "currency_exchange",
    TransactionKind.FEE: "percent",
    TransactionKind.WITHDRAWN: "gavel",
    TransactionKind.RETURNED: "gavel",
}
_SIGNS: Final = {
    TransactionKind.CAPTURED: "+",
    TransactionKind.RETURNED: "+",
    TransactionKind.UNDONE: "−",
    TransactionKind.REFUNDED: "−",
    TransactionKind.FEE: "−",
    TransactionKind.WITHDRAWN: "−",
}
"""Held money is not the store's: it has no sign."""


def present_ledger(order: Order, payments: Sequence[Payment]) -> dict[str, Any]:
    """Rows, oldest first, and sums. The payments have their transactions and captures prefetched."""
    moves = sorted(
        (each for payment in payments for each in payment.transactions.all()),
        key=lambda each: (each.created_at, each.pk),
    )
    by_id = {payment.pk: payment for payment in payments}
    return {
        "rows": [
            {
                "icon": _ICONS[TransactionKind(each.kind)],
                "words": each.get_kind_display(),
                "amount": _SIGNS.get(TransactionKind(each.kind), "")
                + money(each.amount_minor, each.currency),
                "gateway": paid_with(by_id[each.payment_id]),
                "ref": _ref_beside(each.gateway_ref, by_id[each.payment_id]),
                "when": moment(each.created_at),
            }
            for each in moves
        ],
        "waiting": [
            money(capture.amount_minor, capture.currency)
            for payment in payments
            for capture in payment.captures.all()
            if capture.state == CaptureState.REQUESTED
        ],
        "disputed_minor": sum(payment.disputed_minor for payment in payments),
        "held_until": min((each.held_until for each in payments if each.held_until), default=None),
        "balance": balance_of(order, payments),
        "methods": [method for method in list_payment_methods() if _can_ask_by(method)],
    }


def _ref_beside(ref: str, payment: Payment) -> str:
    """Nothing where the payment, or the cash, is named already."""
    is_known = payment.pays_on_delivery or (
        payment.gateway_ref and ref.startswith(payment.gateway_ref)
    )
    return "" if is_known else ref


def _can_ask_by(method: OfferedMethod) -> bool:
    return not method.pays_on_delivery
