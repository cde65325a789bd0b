"""What Razorpay says of an order and of the payments that were tried for it, as the values of gateways.

Sources: https://razorpay.com/docs/api/orders/entity/ , https://razorpay.com/docs/api/payments/entity/ ,
https://razorpay.com/docs/api/refunds/entity/ . A payment that is not captured in time becomes `refunded` with `captured` false:
its money was never the shop's.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from apps.common.money import Money
from apps.gateways.parts import Taken, joined
from apps.gateways.razorpay.amounts import from_razorpay
from apps.gateways.razorpay.words import words_of
from apps.gateways.values import (
    ChargeStatus,
    Dispute,
    DisputeStatus,
    GatewayState,
    KnownRefund,
    RefundStatus,
)

Row = Mapping[str, Any]
CHARGE_KEY: Final = "polystore_charge"
STORE_KEY: Final = "polystore_store"
REFUND_KEY: Final = "polystore_refund"
LATER_KEY: Final = "polystore_captured_later"
# https://razorpay.com/docs/payments/payments/capture-settings/api/ : at most 5 days, which the order's options ask for.
HELD_FOR: Final = timedelta(days=5)

_REFUND_STATUS: Final = {
    "pending": RefundStatus.PENDING,
    "processed": RefundStatus.DONE,
    "failed": RefundStatus.FAILED,
}
_DISPUTE_STATUS: Final = {
    "open": DisputeStatus.OPEN,
    "under_review": DisputeStatus.REVIEWED,
    "won": DisputeStatus.WON,
    "closed": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
}


def state_of(
    order: Row,
    payments: Sequence[Row],
    *,
    refunds: Iterable[Row] = (),
    disputes: Iterable[Row] = (),
) -> GatewayState:
    """The order as it is, with its sums. Razorpay captures one payment of an order; a second one comes to a person as more
    than was asked for."""
    currency = order["currency"]
    nothing = from_razorpay(0, currency)
    status = _status_of(order, payments)
    held = authorized_of(payments)
    taken = captured_of(payments)
    known = joined(refund_of(refund) for refund in refunds)
    code = _reason_of(payments) if status is ChargeStatus.DECLINED else ""
    hold = held or (taken[0] if taken and is_captured_later(order) else None)
    return GatewayState(
        status=status,
        amount=from_razorpay(int(order["amount"]), currency),
        ref=str(order["id"]),
        code=code,
        message=words_of(code) if code else "",
        authorized=_amount_of(hold) if hold and is_captured_later(order) else nothing,
        captured=sum((_amount_of(payment) for payment in taken), nothing),
        refunded=sum((each.amount for each in known if each.status is RefundStatus.DONE), nothing),
        fee=_fee_of(taken),
        held_until=_held_until(held) if held and status is ChargeStatus.AUTHORIZED else None,
        disputes=tuple(_dispute_of(dispute) for dispute in disputes),
        refunds=known,
    )


def is_captured_later(order: Row) -> bool:
    return LATER_KEY in notes_of(order)


def captured_of(payments: Iterable[Row]) -> list[Row]:
    """Those whose money the shop got, also if it went back since."""
    return [payment for payment in payments if payment.get("captured") is True]


def authorized_of(payments: Iterable[Row]) -> Row | None:
    """The first one whose money waits to be captured."""
    waiting = [payment for payment in payments if payment.get("status") == "authorized"]
    return min(waiting, key=lambda payment: int(payment["created_at"])) if waiting else None


def refundable_of(payments: Iterable[Row]) -> list[Taken]:
    return [
        Taken(
            str(payment["id"]),
            from_razorpay(
                int(payment["amount"]) - int(payment.get("amount_refunded") or 0),
                payment["currency"],
            ),
        )
        for payment in captured_of(payments)
    ]


def refund_of(refund: Row) -> KnownRefund:
    return KnownRefund(
        ref=str(refund["id"]),
        id=str(notes_of(refund).get(REFUND_KEY, "")),
        amount=from_razorpay(int(refund["amount"]), refund["currency"]),
        status=_REFUND_STATUS.get(str(refund.get("status")), RefundStatus.PENDING),
    )


def notes_of(entity: Row) -> Row:
    """Razorpay writes no notes as a list."""
    notes = entity.get("notes")
    return notes if isinstance(notes, Mapping) else {}


def _status_of(order: Row, payments: Sequence[Row]) -> ChargeStatus:
    """A failed attempt is only news while nothing better is known: the same order takes the next one."""
    if captured_of(payments):
        return ChargeStatus.PAID
    if authorized_of(payments) is not None:
        return ChargeStatus.AUTHORIZED if is_captured_later(order) else ChargeStatus.APPROVED
    latest = max(payments, key=lambda payment: int(payment["created_at"]), default=None)
    if latest is None:
        return ChargeStatus.OPEN
    if latest.get("status") == "refunded" and is_captured_later(order):
        return ChargeStatus.CANCELLED
    return ChargeStatus.OPEN if latest.get("status") == "created" else ChargeStatus.DECLINED


def _reason_of(payments: Sequence[Row]) -> str:
    latest = max(payments, key=lambda payment: int(payment["created_at"]))
    return str(latest.get("error_reason") or latest.get("error_code") or "declined")


def _held_until(payment: Row) -> datetime:
    return datetime.fromtimestamp(int(payment["created_at"]), UTC) + HELD_FOR


def _amount_of(payment: Row) -> Money:
    return from_razorpay(int(payment["amount"]), payment["currency"])


def _fee_of(captured: Sequence[Row]) -> Money | None:
    """In rupees, with the tax on it. Of a payment in another currency its currency is not documented."""
    fees = [
        from_razorpay(int(payment["fee"]), "INR")
        for payment in captured
        if payment.get("fee") and payment["currency"] == "INR"
    ]
    return sum(fees[1:], fees[0]) if fees else None


def _dispute_of(dispute: Row) -> Dispute:
    """Razorpay deducts the money of a dispute that is lost."""
    amount = from_razorpay(int(dispute["amount"]), dispute["currency"])
    respond_by = dispute.get("respond_by")
    return Dispute(
        ref=str(dispute["id"]),
        amount=amount,
        status=_DISPUTE_STATUS.get(str(dispute["status"]), DisputeStatus.REVIEWED),
        reason=str(dispute.get("reason_code") or "").replace("_", " "),
        respond_by=datetime.fromtimestamp(int(respond_by), UTC) if respond_by else None,
        withdrawn=from_razorpay(int(dispute.get("amount_deducted") or 0), dispute["currency"]),
        returned=Money(0, amount.currency),
    )
