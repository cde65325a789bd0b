"""What PayPal says of an order, as the values of gateways. Input are the plain mappings of the API's JSON.

Sources: https://developer.paypal.com/docs/api/orders/v2/ (order status, `purchase_units[].payments`) and
https://developer.paypal.com/docs/api/payments/v2/ (status of authorizations, captures and refunds, `final_capture`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from apps.common.clock import now
from apps.common.money import Money
from apps.gateways.parts import Taken, joined
from apps.gateways.paypal.amounts import from_paypal
from apps.gateways.paypal.references import refund_id_of
from apps.gateways.paypal.words import REVIEWED, words_of
from apps.gateways.values import (
    ChargeStatus,
    Dispute,
    GatewayState,
    KnownRefund,
    RefundStatus,
)

Row = Mapping[str, Any]
AUTHORIZE: Final = "AUTHORIZE"
CAPTURE: Final = "CAPTURE"
ACTIONS: Final = {AUTHORIZE: "authorize", CAPTURE: "capture"}

_TAKEN: Final = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")
_WAITING: Final = "PENDING"
_HELD: Final = ("CREATED", "PARTIALLY_CAPTURED")
_REFUND_STATUS: Final = {
    "COMPLETED": RefundStatus.DONE,
    "PENDING": RefundStatus.PENDING,
    "FAILED": RefundStatus.FAILED,
    "CANCELLED": RefundStatus.FAILED,
}


def state_of(order: Row, *, disputes: Iterable[Dispute] = ()) -> GatewayState:
    """The order as it is, with its sums."""
    amount = from_paypal(_unit(order)["amount"])
    nothing = Money(0, amount.currency)
    status = _status_of(order)
    hold = authorization_of(order) if status is not ChargeStatus.DECLINED else None
    refunds = joined(refunds_of(order))
    back = [each.amount for each in refunds if each.status is RefundStatus.DONE]
    code = _reason_of(order) if status is ChargeStatus.DECLINED else ""
    return GatewayState(
        status=status,
        amount=amount,
        ref=str(order["id"]),
        code=code,
        message=_message(status, code),
        authorized=from_paypal(hold["amount"]) if hold else nothing,
        captured=sum((from_paypal(each["amount"]) for each in taken_by(order)), nothing),
        refunded=sum(back, nothing),
        fee=_fee_of(order),
        held_until=_held_until(hold) if hold and status is ChargeStatus.AUTHORIZED else None,
        disputes=tuple(disputes),
        refunds=refunds,
    )


def authorization_of(order: Row) -> Row | None:
    """The latest one: an order has one, unless it was authorized again at PayPal."""
    found = _payments(order, "authorizations")
    return max(found, key=lambda each: str(each.get("create_time", ""))) if found else None


def is_held(order: Row) -> bool:
    """Whether more can be captured."""
    authorization = authorization_of(order)
    return (
        authorization is not None and _hold_status(order, authorization) is ChargeStatus.AUTHORIZED
    )


def taken_by(order: Row) -> list[Row]:
    """The captures that took money."""
    return [each for each in _payments(order, "captures") if each.get("status") in _TAKEN]


def is_asked_for(order: Row, total: Money) -> bool:
    """Whether so much was captured, or is being captured while PayPal reviews it."""
    captures = [
        from_paypal(each["amount"])
        for each in _payments(order, "captures")
        if each.get("status") in (*_TAKEN, _WAITING)
    ]
    return sum(captures, Money(0, total.currency)) >= total


def refundable_of(order: Row) -> list[Taken]:
    """What each capture has left, by the refunds that PayPal knows."""
    gone: dict[str, Money] = {}
    for refund in _payments(order, "refunds"):
        if refund.get("status") not in ("FAILED", "CANCELLED"):
            capture, amount = _capture_of(refund), from_paypal(refund["amount"])
            gone[capture] = gone.get(capture, Money(0, amount.currency)) + amount
    found = []
    for each in taken_by(order):
        amount = from_paypal(each["amount"])
        ref = str(each["id"])
        found.append(Taken(ref, amount - gone.get(ref, Money(0, amount.currency))))
    return found


def refunds_of(order: Row) -> list[KnownRefund]:
    """One for each refund at PayPal: several of them can be one of ours."""
    return [refund_of(each) for each in _payments(order, "refunds")]


def refund_of(refund: Row) -> KnownRefund:
    details = refund.get("status_details") or {}
    return KnownRefund(
        ref=str(refund["id"]),
        id=refund_id_of(refund.get("custom_id")),
        amount=from_paypal(refund["amount"]),
        status=_REFUND_STATUS.get(str(refund.get("status")), RefundStatus.PENDING),
        message=_plain(details.get("reason")),
    )


def moment(text: object) -> datetime | None:
    """Of a time in RFC 3339."""
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _held_until(authorization: Row) -> datetime | None:
    return moment(authorization.get("expiration_time"))


def _status_of(order: Row) -> ChargeStatus:
    authorization = authorization_of(order)
    if authorization is not None:
        return _hold_status(order, authorization)
    captures = _payments(order, "captures")
    if captures:
        return _captured_status(captures)
    if order.get("status") == "APPROVED":
        return ChargeStatus.APPROVED
    return ChargeStatus.CANCELLED if order.get("status") == "VOIDED" else ChargeStatus.OPEN


def _hold_status(order: Row, authorization: Row) -> ChargeStatus:
    """A capture that PayPal reviews keeps the hold open: what it took is not known yet."""
    status = str(authorization.get("status"))
    if status == _WAITING:
        return ChargeStatus.CONFIRMING
    captures = _payments(order, "captures")
    if any(each.get("status") == _WAITING for each in captures):
        return ChargeStatus.AUTHORIZED
    taken = taken_by(order)
    is_final = any(each.get("final_capture") is True for each in taken)
    ends = _held_until(authorization)
    is_running = status in _HELD and not is_final and (ends is None or ends > now())
    if is_running:
        return ChargeStatus.AUTHORIZED
    if taken:
        return ChargeStatus.PAID
    return ChargeStatus.DECLINED if status == "DENIED" else ChargeStatus.CANCELLED


def _captured_status(captures: Iterable[Row]) -> ChargeStatus:
    statuses = {str(each.get("status")) for each in captures}
    if statuses & set(_TAKEN):
        return ChargeStatus.PAID
    return ChargeStatus.CONFIRMING if _WAITING in statuses else ChargeStatus.DECLINED


def _reason_of(order: Row) -> str:
    """PayPal's code of the last refusal."""
    tried = [*_payments(order, "authorizations"), *_payments(order, "captures")]
    details = tried[-1].get("status_details") or {} if tried else {}
    return str(details.get("reason") or "DECLINED")


def _message(status: ChargeStatus, code: str) -> str:
    if status is ChargeStatus.CONFIRMING:
        return str(REVIEWED)
    return words_of(code) if code else ""


def _fee_of(order: Row) -> Money | None:
    fees = [
        from_paypal(fee)
        for each in taken_by(order)
        if (fee := (each.get("seller_receivable_breakdown") or {}).get("paypal_fee"))
    ]
    return sum(fees[1:], fees[0]) if fees else None


def _capture_of(refund: Row) -> str:
    """The id of the capture that a refund belongs to: the last part of its `up` link."""
    for link in refund.get("links") or ():
        if link.get("rel") == "up":
            return str(link.get("href")).rpartition("/")[2]
    return ""


def _unit(order: Row) -> Row:
    return order["purchase_units"][0]  # type: ignore[no-any-return]  # plain JSON


def _payments(order: Row, kind: str) -> list[Row]:
    return list((_unit(order).get("payments") or {}).get(kind) or ())


def _plain(code: object) -> str:
    return str(code).replace("_", " ").capitalize() if code else ""
