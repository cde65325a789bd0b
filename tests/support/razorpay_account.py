"""One account of the Razorpay server of tests: its orders, and what buyers, banks and the merchant do with them."""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.support.provider_server import Answered, Refused

Row = dict[str, Any]


@dataclass
class Account:
    """Every change makes an event in `events`, oldest first. Times count up, so that rows have an order."""

    orders: dict[str, Row] = field(default_factory=dict)
    payments: dict[str, Row] = field(default_factory=dict)
    refunds: dict[str, Row] = field(default_factory=dict)
    disputes: dict[str, Row] = field(default_factory=dict)
    events: list[Row] = field(default_factory=list)
    answered: Answered = field(default_factory=dict)
    next_refund_status: str = "processed"
    twins: int = 0

    # The API.

    def create_order(self, body: Row) -> Row:
        if int(body["amount"]) < 100:
            raise Refused("The amount must be at least INR 1.00", "BAD_REQUEST_ERROR")
        while self.twins:  # other calls make the same order in this moment
            self.twins -= 1
            self._add_order(body)
        return self._add_order(body)

    def list_orders(self, receipt: str) -> Row:
        """Latest first, as Razorpay lists."""
        found = [each for each in self.orders.values() if each["receipt"] == receipt]
        return _collection(list(reversed(found)))

    def show_order(self, ref: str) -> Row:
        return self._order(ref)

    def payments_of(self, ref: str) -> Row:
        self._order(ref)
        return _collection([each for each in self.payments.values() if each["order_id"] == ref])

    def capture(self, ref: str, body: Row) -> Row:
        payment = self._payment(ref)
        order = self._order(payment["order_id"])
        if order["status"] == "paid" or payment["status"] != "authorized":
            raise Refused("This payment has already been captured", "BAD_REQUEST_ERROR")
        if body["amount"] != payment["amount"] or body["currency"] != payment["currency"]:
            raise Refused(
                "Capture amount must be equal to the amount authorized", "BAD_REQUEST_ERROR"
            )
        self._capture(payment)
        return payment

    def refund(self, ref: str, body: Row) -> Row:
        payment = self._payment(ref)
        if not payment["captured"]:
            raise Refused("The payment status should be captured", "BAD_REQUEST_ERROR")
        left = payment["amount"] - payment["amount_refunded"]
        if not left:
            raise Refused("The payment has been fully refunded already", "BAD_REQUEST_ERROR")
        if body["amount"] > left:
            raise Refused(
                "The refund amount provided is greater than amount captured", "BAD_REQUEST_ERROR"
            )
        refund = {
            "id": f"rfnd_{_new()}",
            "entity": "refund",
            "amount": body["amount"],
            "currency": payment["currency"],
            "payment_id": ref,
            "notes": body.get("notes") or [],
            "status": self.next_refund_status,
            "speed_requested": body.get("speed", "normal"),
        }
        self.refunds[refund["id"]] = refund
        self._count_refunds(payment)
        self._tell("refund.created", refund=refund, payment=payment)
        if refund["status"] == "processed":
            self._tell("refund.processed", refund=refund, payment=payment)
        return refund

    def refunds_of(self, ref: str) -> Row:
        return _collection([each for each in self.refunds.values() if each["payment_id"] == ref])

    def list_disputes(self) -> Row:
        return _collection(list(self.disputes.values()))

    # The buyer's browser, and the bank.

    def pay(self, order_ref: str, method: str = "upi") -> str:
        """The bank has authorized it; Razorpay captures it, if the order says so."""
        ref = self.try_to_pay(order_ref, method)
        self.authorize(ref)
        return ref

    def try_to_pay(self, order_ref: str, method: str = "upi") -> str:
        order = self._order(order_ref)
        if order["status"] == "paid":
            raise Refused("The order is already paid", "BAD_REQUEST_ERROR")
        order["status"] = "attempted"
        ref = f"pay_{_new()}"
        self.payments[ref] = {
            "id": ref,
            "entity": "payment",
            "amount": order["amount"],
            "currency": order["currency"],
            "status": "created",
            "order_id": order_ref,
            "method": method,
            "captured": False,
            "amount_refunded": 0,
            "notes": {"polystore_charge": "typed by the buyer"},
            "fee": None,
            "error_reason": None,
            "created_at": int(time.time()) + len(self.payments),
        }
        return ref

    def fail(self, order_ref: str, reason: str = "payment_failed") -> str:
        ref = self.try_to_pay(order_ref)
        self.payments[ref].update(status="failed", error_reason=reason)
        self._tell("payment.failed", payment=self.payments[ref])
        return ref

    def authorize(self, ref: str, *, is_late: bool = False) -> None:
        """`is_late`: after the time within which Razorpay captures by itself."""
        payment = self._payment(ref)
        payment.update(status="authorized", error_reason=None)
        self._tell("payment.authorized", payment=payment)
        order = self._order(payment["order_id"])
        if order["capture"] == "automatic" and not is_late and order["status"] != "paid":
            self._capture(payment)

    def expire(self, ref: str) -> None:
        """No one has captured it in time."""
        self._payment(ref).update(status="refunded", amount_refunded=self.payments[ref]["amount"])
        self._tell("payment.failed", payment=self.payments[ref])

    # The merchant's dashboard, and what comes later.

    def finish_refund(self, ref: str, status: str) -> None:
        refund = self.refunds[ref]
        refund["status"] = status
        payment = self._payment(refund["payment_id"])
        self._count_refunds(payment)
        self._tell(f"refund.{status}", refund=refund, payment=payment)

    def dispute(self, ref: str) -> str:
        payment, known = self._payment(ref), f"disp_{_new()}"
        self.disputes[known] = {
            "id": known,
            "payment_id": ref,
            "amount": payment["amount"],
            "currency": payment["currency"],
            "amount_deducted": 0,
            "reason_code": "chargeback",
            "respond_by": 1_900_000_000,
            "status": "open",
        }
        self._tell("payment.dispute.created", dispute=self.disputes[known], payment=payment)
        return known

    def lose_dispute(self, known: str) -> None:
        dispute = self.disputes[known]
        dispute.update(status="lost", amount_deducted=dispute["amount"])
        payment = self._payment(dispute["payment_id"])
        self._tell("payment.dispute.lost", dispute=dispute, payment=payment)

    def _add_order(self, body: Row) -> Row:
        ref = f"order_{_new()}"
        self.orders[ref] = {
            "id": ref,
            "entity": "order",
            "amount": body["amount"],
            "currency": body["currency"],
            "receipt": body["receipt"],
            "notes": body["notes"],
            "status": "created",
            "capture": body["payment"]["capture"],
            "created_at": int(time.time()) + len(self.orders),
        }
        return self.orders[ref]

    def _capture(self, payment: Row) -> None:
        payment.update(status="captured", captured=True, fee=payment["amount"] // 50)
        order = self._order(payment["order_id"])
        order["status"] = "paid"
        self._tell("payment.captured", payment=payment)
        self._tell("order.paid", payment=payment, order=order)

    def _count_refunds(self, payment: Row) -> None:
        mine = [each for each in self.refunds.values() if each["payment_id"] == payment["id"]]
        gone = sum(each["amount"] for each in mine if each["status"] != "failed")
        payment["amount_refunded"] = gone
        payment["status"] = "refunded" if gone == payment["amount"] else "captured"

    def _order(self, ref: str) -> Row:
        if ref not in self.orders:
            raise Refused("The id provided does not exist", "BAD_REQUEST_ERROR")
        return self.orders[ref]

    def _payment(self, ref: str) -> Row:
        if ref not in self.payments:
            raise Refused("The id provided does not exist", "BAD_REQUEST_ERROR")
        return self.payments[ref]

    def _tell(self, kind: str, **entities: Row) -> None:
        payload = {name: {"entity": dict(row)} for name, row in entities.items()}
        event = {"entity": "event", "event": kind, "contains": [*entities], "payload": payload}
        self.events.append({**event, "number": f"evt_{_new()}"})


def _new() -> str:
    return uuid4().hex[:14]


def _collection(rows: list[Row]) -> Row:
    return {"entity": "collection", "count": len(rows), "items": rows}
