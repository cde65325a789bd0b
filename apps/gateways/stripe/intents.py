"""What Stripe says of a payment, as the values of gateways. Input are the plain mappings of the API's JSON."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from apps.common.money import Money
from apps.gateways.stripe.amounts import from_stripe
from apps.gateways.stripe.declines import words_of
from apps.gateways.values import (
    ChargeStatus,
    Dispute,
    DisputeStatus,
    GatewayState,
    KnownRefund,
    RefundReceipt,
    RefundStatus,
)

CHARGE_KEY: Final = "polystore_charge"
STORE_KEY: Final = "polystore_store"
REFUND_KEY: Final = "polystore_refund"

_STATUS: Final = {
    "requires_payment_method": ChargeStatus.OPEN,
    "requires_confirmation": ChargeStatus.OPEN,
    "requires_action": ChargeStatus.OPEN,
    "processing": ChargeStatus.CONFIRMING,
    "requires_capture": ChargeStatus.AUTHORIZED,
    "succeeded": ChargeStatus.PAID,
    "canceled": ChargeStatus.CANCELLED,
}
_REFUND_STATUS: Final = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "succeeded": RefundStatus.DONE,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}
_DISPUTE_STATUS: Final = {
    "needs_response": DisputeStatus.OPEN,
    "warning_needs_response": DisputeStatus.OPEN,
    "under_review": DisputeStatus.REVIEWED,
    "warning_under_review": DisputeStatus.REVIEWED,
    "won": DisputeStatus.WON,
    "warning_closed": DisputeStatus.WON,
    "prevented": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
}


def state_of(
    intent: Mapping[str, Any],
    *,
    refunds: Iterable[Mapping[str, Any]] = (),
    disputes: Iterable[Mapping[str, Any]] = (),
) -> GatewayState:
    """The charge as it is, with its sums."""
    status = _STATUS.get(intent["status"], ChargeStatus.OPEN)
    error = intent.get("last_payment_error") or {}
    code = message = ""
    if intent["status"] == "requires_payment_method" and error:
        status = ChargeStatus.DECLINED
        code = str(error.get("decline_code") or error.get("code") or "declined")
        message = words_of(code)
    currency = intent["currency"]
    known = tuple(_refund_of(refund) for refund in refunds)
    held = intent["amount"] if _was_held(intent) else 0
    back = [refund.amount for refund in known if refund.status is RefundStatus.DONE]
    return GatewayState(
        status=status,
        amount=from_stripe(int(intent["amount"]), currency),
        ref=str(intent["id"]),
        code=code,
        message=message,
        authorized=from_stripe(int(held), currency),
        captured=from_stripe(int(intent.get("amount_received") or 0), currency),
        refunded=sum(back, from_stripe(0, currency)),
        fee=_fee_of(_charge_of(intent)),
        held_until=_held_until(intent) if status is ChargeStatus.AUTHORIZED else None,
        disputes=tuple(_dispute_of(dispute) for dispute in disputes),
        refunds=known,
    )


def receipt_of(refund: Mapping[str, Any]) -> RefundReceipt:
    return RefundReceipt(str(refund["id"]), is_final=refund_status(refund) is RefundStatus.DONE)


def refund_status(refund: Mapping[str, Any]) -> RefundStatus:
    return _REFUND_STATUS.get(str(refund.get("status")), RefundStatus.PENDING)


def _refund_of(refund: Mapping[str, Any]) -> KnownRefund:
    return KnownRefund(
        ref=str(refund["id"]),
        id=str((refund.get("metadata") or {}).get(REFUND_KEY, "")),
        amount=from_stripe(int(refund["amount"]), refund["currency"]),
        status=refund_status(refund),
        message=str(refund.get("failure_reason") or ""),
    )


def _charge_of(intent: Mapping[str, Any]) -> Mapping[str, Any]:
    """The expanded charge; empty before there is one."""
    charge = intent.get("latest_charge")
    return charge if isinstance(charge, Mapping) else {}


def _was_held(intent: Mapping[str, Any]) -> bool:
    is_reached = intent["status"] in ("requires_capture", "succeeded")
    return bool(intent.get("capture_method") == "manual" and is_reached)


def _held_until(intent: Mapping[str, Any]) -> datetime | None:
    card = (_charge_of(intent).get("payment_method_details") or {}).get("card") or {}
    return _moment(card.get("capture_before"))


def _fee_of(charge: Mapping[str, Any]) -> Money | None:
    booked = charge.get("balance_transaction")
    if not isinstance(booked, Mapping):
        return None
    return from_stripe(int(booked["fee"]), booked["currency"])


def _dispute_of(dispute: Mapping[str, Any]) -> Dispute:
    """Stripe withdraws and returns whole disputes, in the currency of the account."""
    amount = from_stripe(int(dispute["amount"]), dispute["currency"])
    moves = [int(move["amount"]) for move in dispute.get("balance_transactions") or ()]
    nothing = Money(0, amount.currency)
    status = _DISPUTE_STATUS.get(str(dispute["status"]), DisputeStatus.REVIEWED)
    return Dispute(
        ref=str(dispute["id"]),
        amount=amount,
        status=status,
        reason=str(dispute.get("reason") or "").replace("_", " "),
        respond_by=_moment((dispute.get("evidence_details") or {}).get("due_by")),
        withdrawn=amount if any(move < 0 for move in moves) else nothing,
        returned=amount if any(move > 0 for move in moves) else nothing,
    )


def _moment(stamp: int | None) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if stamp else None
