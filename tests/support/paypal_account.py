"""One account of the PayPal server of tests: its orders, and what buyers, PayPal and the merchant do with them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from tests.support.provider_server import Answered, Refused

Row = dict[str, Any]
SITE = "https://www.sandbox.paypal.com"
ALIVE = ("COMPLETED", "PENDING", "PARTIALLY_REFUNDED", "REFUNDED")


def unprocessable(issue: str) -> Refused:
    return Refused(f"{issue} happened.", issue, 422)


@dataclass
class Account:
    """Every change makes an event in `events`, oldest first. `next_issue` is a refusal of the next capture of an order."""

    orders: dict[str, Row] = field(default_factory=dict)
    disputes: dict[str, Row] = field(default_factory=dict)
    webhooks: dict[str, str] = field(default_factory=dict)
    events: list[Row] = field(default_factory=list)
    answered: Answered = field(default_factory=dict)
    next_issue: str = ""
    next_capture_status: str = "COMPLETED"
    next_refund_status: str = "COMPLETED"
    refunds_until_silence: int = 1_000
    may_read_disputes: bool = True
    verified: int = 0

    # The API.

    def create_order(self, body: Row) -> Row:
        (unit,) = body["purchase_units"]
        currency, value = unit["amount"]["currency_code"], unit["amount"]["value"]
        if currency in ("HUF", "JPY", "TWD") and "." in value:
            raise unprocessable("DECIMALS_NOT_SUPPORTED")
        ref = _new()
        self.orders[ref] = {
            "id": ref,
            "intent": body["intent"],
            "status": "PAYER_ACTION_REQUIRED",
            "purchase_units": [{**unit, "payments": {}}],
            "update_time": _now(),
            "experience": body["payment_source"]["paypal"]["experience_context"],
        }
        return self.show(ref)

    def show(self, ref: str) -> Row:
        order = self._order(ref)
        links = [_link("self", f"/v2/checkout/orders/{ref}")]
        if order["status"] == "PAYER_ACTION_REQUIRED":
            links.append(_link("payer-action", f"{SITE}/checkoutnow?token={ref}"))
        return {**order, "links": links}

    def capture_order(self, ref: str) -> Row:
        self._take_approved(ref, "CAPTURE", "ORDER_ALREADY_CAPTURED")
        unit = self._unit(ref)
        capture = self._add_capture(ref, unit["amount"], is_final=True)
        if capture["status"] == "DECLINED":
            self._tell("PAYMENT.CAPTURE.DENIED", capture)
        return self.show(ref)

    def authorize_order(self, ref: str) -> Row:
        self._take_approved(ref, "AUTHORIZE", "ORDER_ALREADY_AUTHORIZED")
        unit = self._unit(ref)
        status = "PENDING" if self.next_capture_status == "PENDING" else "CREATED"
        hold = {
            "id": _new(),
            "status": status,
            "amount": unit["amount"],
            "custom_id": unit["custom_id"],
            "create_time": _now(),
            "expiration_time": _now(timedelta(days=29)),
            "supplementary_data": {"related_ids": {"order_id": ref}},
        }
        unit["payments"]["authorizations"] = [hold]
        self._tell("PAYMENT.AUTHORIZATION.CREATED", hold)
        return self.show(ref)

    def capture_hold(self, hold_id: str, body: Row) -> Row:
        ref, hold = self._find("authorizations", hold_id)
        if hold["status"] not in ("CREATED", "PARTIALLY_CAPTURED"):
            raise unprocessable("AUTHORIZATION_ALREADY_CAPTURED")
        wanted, captured = Decimal(body["amount"]["value"]), self._sum(ref, "captures")
        if captured + wanted > Decimal(hold["amount"]["value"]):
            raise unprocessable("MAX_CAPTURE_AMOUNT_EXCEEDED")
        is_final = bool(body.get("final_capture"))
        capture = self._add_capture(ref, body["amount"], is_final=is_final)
        is_all = is_final or captured + wanted == Decimal(hold["amount"]["value"])
        hold["status"] = "CAPTURED" if is_all else "PARTIALLY_CAPTURED"
        return capture

    def void(self, hold_id: str) -> Row:
        _, hold = self._find("authorizations", hold_id)
        if hold["status"] == "CAPTURED":
            raise unprocessable("PREVIOUSLY_CAPTURED")
        if hold["status"] == "VOIDED":
            raise unprocessable("PREVIOUSLY_VOIDED")
        hold["status"] = "VOIDED"
        self._tell("PAYMENT.AUTHORIZATION.VOIDED", hold)
        return hold

    def refund_capture(self, capture_id: str, body: Row) -> Row:
        ref, capture = self._find("captures", capture_id)
        self.refunds_until_silence -= 1
        if self.refunds_until_silence == -1:
            raise Refused("Not now.", "INTERNAL_SERVER_ERROR", 503)
        wanted = Decimal(body["amount"]["value"])
        refunds = self._unit(ref)["payments"].setdefault("refunds", [])
        gone = sum(
            Decimal(each["amount"]["value"])
            for each in refunds
            if each["capture"] == capture_id and each["status"] not in ("FAILED", "CANCELLED")
        )
        if capture["status"] not in ("COMPLETED", "PARTIALLY_REFUNDED"):
            raise unprocessable("CAPTURE_FULLY_REFUNDED")
        if gone + wanted > Decimal(capture["amount"]["value"]):
            raise unprocessable("REFUND_AMOUNT_EXCEEDED")
        refund = {
            "id": _new(),
            "status": self.next_refund_status,
            "amount": body["amount"],
            "custom_id": body.get("custom_id"),
            "capture": capture_id,
            "links": [_link("up", f"https://api-m.paypal.com/v2/payments/captures/{capture_id}")],
            "supplementary_data": {"related_ids": {"order_id": ref}},
        }
        refunds.append(refund)
        is_all = gone + wanted == Decimal(capture["amount"]["value"])
        capture["status"] = "REFUNDED" if is_all else "PARTIALLY_REFUNDED"
        self._tell("PAYMENT.CAPTURE.REFUNDED", refund)
        return refund

    def list_disputes(self, capture_id: str) -> Row:
        if not self.may_read_disputes:
            raise Refused("Not for this app.", "NOT_AUTHORIZED", 403)
        brief = ("dispute_id", "status", "dispute_amount", "reason")
        found = [
            {name: dispute[name] for name in brief}
            for dispute in self.disputes.values()
            if dispute["disputed_transactions"][0]["seller_transaction_id"] == capture_id
        ]
        return {"items": found}

    # The buyer at PayPal, and PayPal itself.

    def approve(self, ref: str) -> None:
        order = self._order(ref)
        order.update(status="APPROVED", update_time=f"{_now()}.{uuid4().hex[:6]}")
        self._tell("CHECKOUT.ORDER.APPROVED", order)

    def settle(self, ref: str, status: str) -> None:
        """PayPal has looked at a pending capture."""
        capture = self._unit(ref)["payments"]["captures"][-1]
        capture["status"] = status
        kind = "COMPLETED" if status == "COMPLETED" else "DENIED"
        self._tell(f"PAYMENT.CAPTURE.{kind}", capture)

    def finish_refund(self, ref: str, status: str) -> None:
        refund = self._unit(ref)["payments"]["refunds"][-1]
        refund["status"] = status
        self._tell(f"PAYMENT.REFUND.{status}", refund)

    def refund_at_dashboard(self, ref: str, value: str) -> str:
        capture = self._unit(ref)["payments"]["captures"][0]
        amount = {"currency_code": capture["amount"]["currency_code"], "value": value}
        return str(self.refund_capture(capture["id"], {"amount": amount})["id"])

    def dispute(self, ref: str) -> str:
        unit = self._unit(ref)
        capture = unit["payments"]["captures"][0]
        known = f"PP-D-{_new()}"
        transaction = {"seller_transaction_id": capture["id"], "custom": unit["custom_id"]}
        self.disputes[known] = {
            "dispute_id": known,
            "status": "WAITING_FOR_SELLER_RESPONSE",
            "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
            "dispute_amount": capture["amount"],
            "disputed_transactions": [transaction],
            "seller_response_due_date": "2030-03-17T10:00:00.000Z",
        }
        self._tell("CUSTOMER.DISPUTE.CREATED", self.disputes[known])
        return known

    def close_dispute(self, known: str, outcome: str) -> None:
        self.disputes[known].update(status="RESOLVED", dispute_outcome={"outcome_code": outcome})
        self._tell("CUSTOMER.DISPUTE.RESOLVED", self.disputes[known])

    def captures(self, ref: str) -> list[Row]:
        return list(self._unit(ref)["payments"].get("captures", ()))

    def _take_approved(self, ref: str, intent: str, done: str) -> None:
        order = self._order(ref)
        if order["status"] == "COMPLETED":
            raise unprocessable(done)
        if order["status"] != "APPROVED" or order["intent"] != intent:
            raise unprocessable("ORDER_NOT_APPROVED")
        if self.next_issue:
            issue, self.next_issue = self.next_issue, ""
            raise unprocessable(issue)
        order["status"] = "COMPLETED"

    def _add_capture(self, ref: str, amount: Row, *, is_final: bool) -> Row:
        unit, status = self._unit(ref), self.next_capture_status
        capture = {
            "id": _new(),
            "status": status,
            "amount": amount,
            "custom_id": unit["custom_id"],
            "final_capture": is_final,
            "supplementary_data": {"related_ids": {"order_id": ref}},
        }
        if status == "COMPLETED":
            fee = {"currency_code": amount["currency_code"], "value": "1"}
            capture["seller_receivable_breakdown"] = {"paypal_fee": fee}
        else:
            capture["status_details"] = {"reason": "PENDING_REVIEW"}
        unit["payments"].setdefault("captures", []).append(capture)
        if status in ("COMPLETED", "PENDING"):
            self._tell(f"PAYMENT.CAPTURE.{status}", capture)
        return capture

    def _order(self, ref: str) -> Row:
        if ref not in self.orders:
            raise Refused("The specified resource does not exist.", "RESOURCE_NOT_FOUND", 404)
        return self.orders[ref]

    def _unit(self, ref: str) -> Row:
        return self._order(ref)["purchase_units"][0]  # type: ignore[no-any-return]  # plain JSON

    def _find(self, kind: str, known: str) -> tuple[str, Row]:
        for ref in self.orders:
            for row in self._unit(ref)["payments"].get(kind, ()):
                if row["id"] == known:
                    return ref, row
        raise Refused("The specified resource does not exist.", "RESOURCE_NOT_FOUND", 404)

    def _sum(self, ref: str, kind: str) -> Decimal:
        rows = self._unit(ref)["payments"].get(kind, ())
        return sum(
            (Decimal(row["amount"]["value"]) for row in rows if row["status"] in ALIVE), Decimal(0)
        )

    def _tell(self, kind: str, resource: Row) -> None:
        event = {"id": f"WH-{_new()}", "event_type": kind, "create_time": _now()}
        self.events.append({**event, "resource": dict(resource)})


def _new() -> str:
    return uuid4().hex[:17].upper()


def _now(later: timedelta = timedelta(0)) -> str:
    return (datetime.now(UTC) + later).strftime("%Y-%m-%dT%H:%M:%SZ")


def _link(rel: str, href: str) -> dict[str, str]:
    return {"rel": rel, "href": href, "method": "GET"}
