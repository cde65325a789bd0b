"""One account of the Stripe server of tests: its payments, and what buyers, banks and the merchant do with them."""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.support.provider_server import Answered, Refused

HELD_UNTIL = 1_900_000_000
PAYABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


@dataclass
class Account:
    """Every change makes an event in `events`, oldest first."""

    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    disputes: dict[str, dict[str, Any]] = field(default_factory=dict)
    customers: dict[str, dict[str, Any]] = field(default_factory=dict)
    sessions: list[dict[str, Any]] = field(default_factory=list)
    endpoints: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    answered: Answered = field(default_factory=dict)
    next_refund_status: str = "succeeded"
    next_refusal: tuple[str, str] | None = None

    # The API.

    def create_intent(self, form: dict[str, Any]) -> dict[str, Any]:
        if self.next_refusal is not None:
            refusal, self.next_refusal = self.next_refusal, None
            raise Refused(*refusal)
        ref = new_id("pi")
        self.intents[ref] = {
            "id": ref,
            "object": "payment_intent",
            "amount": int(form["amount"]),
            "amount_received": 0,
            "currency": form["currency"],
            "status": "requires_payment_method",
            "client_secret": f"{ref}_secret_{uuid4().hex}",
            "capture_method": form.get("capture_method", "automatic"),
            "description": form.get("description"),
            "metadata": dict(form.get("metadata", {})),
            "last_payment_error": None,
            "latest_charge": None,
            "customer": None,
        }
        return dict(self.intents[ref])

    def update_intent(self, ref: str, form: dict[str, Any]) -> dict[str, Any]:
        intent = self._payable(ref)
        if form["customer"] not in self.customers:
            raise Refused(f"No such customer: {form['customer']}", "resource_missing")
        intent["customer"] = form["customer"]
        return dict(intent)

    def create_customer(self, form: dict[str, Any]) -> dict[str, Any]:
        ref = new_id("cus")
        self.customers[ref] = {"id": ref, "object": "customer", **form}
        return dict(self.customers[ref])

    def create_session(self, form: dict[str, Any]) -> dict[str, Any]:
        if form["customer"] not in self.customers:
            raise Refused(f"No such customer: {form['customer']}", "resource_missing")
        self.sessions.append(form)
        secret = f"cuss_secret_{len(self.sessions)}"
        return {"object": "customer_session", "client_secret": secret, "customer": form["customer"]}

    def show(self, ref: str, form: dict[str, Any]) -> dict[str, Any]:
        shown = dict(self._intent(ref))
        if shown["latest_charge"] and "expand" in form:
            refunds = [each for each in self.refunds.values() if each["payment_intent"] == ref]
            page = {"object": "list", "data": refunds[:10], "has_more": len(refunds) > 10}
            shown["latest_charge"] = {**self._charge(ref), "refunds": page}
        return shown

    def cancel(self, ref: str) -> dict[str, Any]:
        intent = self._intent(ref)
        if intent["status"] not in (*PAYABLE, "requires_capture"):
            raise Refused("You cannot cancel this PaymentIntent", "payment_intent_unexpected_state")
        intent["status"] = "canceled"
        self._tell("payment_intent.canceled", intent)
        return dict(intent)

    def capture(self, ref: str, form: dict[str, Any]) -> dict[str, Any]:
        intent = self._intent(ref)
        amount = int(form.get("amount_to_capture") or intent["amount"])
        if intent["status"] != "requires_capture" or amount > intent["amount"]:
            raise Refused(
                "This PaymentIntent could not be captured", "payment_intent_unexpected_state"
            )
        intent.update(status="succeeded", amount_received=amount)
        self._tell("payment_intent.succeeded", intent)
        return dict(intent)

    def create_refund(self, form: dict[str, Any]) -> dict[str, Any]:
        intent = self._intent(form["payment_intent"])
        amount = int(form.get("amount") or intent["amount_received"])
        left = intent["amount_received"] - self._refunded(intent["id"])
        if amount > left:
            raise Refused(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
                "charge_already_refunded" if not left else "",
            )
        ref = new_id("re")
        self.refunds[ref] = {
            "id": ref,
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "charge": intent["latest_charge"],
            "status": self.next_refund_status,
            "failure_reason": None,
            "metadata": dict(form.get("metadata", {})),
        }
        self._tell("charge.refunded", self._charge(intent["id"]))
        self._tell("refund.created", self.refunds[ref])
        return dict(self.refunds[ref])

    # The buyer's browser, and the bank.

    def pay(self, ref: str) -> None:
        """The card is charged, or its money held."""
        intent = self._payable(ref)
        intent.update(latest_charge=new_id("ch"), last_payment_error=None)
        if intent["capture_method"] == "manual":
            intent.update(status="requires_capture")
            self._tell("payment_intent.amount_capturable_updated", intent)
            return
        intent.update(status="succeeded", amount_received=intent["amount"])
        self._tell("payment_intent.succeeded", intent)
        self._tell("charge.succeeded", self._charge(ref))

    def decline(
        self, ref: str, code: str = "card_declined", decline_code: str | None = None
    ) -> None:
        intent = self._payable(ref)
        error = {"type": "card_error", "code": code, "decline_code": decline_code, "message": "No."}
        intent.update(status="requires_payment_method", last_payment_error=error)
        self._tell("payment_intent.payment_failed", intent)

    def challenge(self, ref: str) -> None:
        """3-D Secure: the bank sends the buyer to its page."""
        self._payable(ref).update(status="requires_action")
        self._tell("payment_intent.requires_action", self.intents[ref])

    def promise(self, ref: str) -> None:
        """A bank debit: the money comes in some days, or not."""
        self._payable(ref).update(status="processing")
        self._tell("payment_intent.processing", self.intents[ref])

    def settle(self, ref: str) -> None:
        """The promised money came."""
        self.intents[ref]["status"] = "requires_action"
        self.pay(ref)

    # The merchant's dashboard, and what comes later.

    def refund_at_dashboard(self, ref: str, amount: int) -> str:
        return str(self.create_refund({"payment_intent": ref, "amount": amount})["id"])

    def finish_refund(self, ref: str, status: str) -> None:
        self.refunds[ref]["status"] = status
        if status == "failed":
            self.refunds[ref]["failure_reason"] = "lost_or_stolen_card"
        self._tell("refund.failed" if status == "failed" else "refund.updated", self.refunds[ref])

    def dispute(self, ref: str, status: str = "needs_response", due: int = 1_900_000_000) -> str:
        intent, known = self._intent(ref), new_id("dp")
        self.disputes[known] = {
            "id": known,
            "object": "dispute",
            "amount": intent["amount_received"],
            "currency": intent["currency"],
            "payment_intent": ref,
            "charge": intent["latest_charge"],
            "reason": "fraudulent",
            "status": status,
            "evidence_details": {"due_by": due},
            "balance_transactions": [{"amount": -intent["amount_received"], "fee": 1500}],
            "metadata": {},
        }
        self._tell("charge.dispute.created", self.disputes[known])
        return known

    def close_dispute(self, ref: str, status: str) -> None:
        self.disputes[ref]["status"] = status
        if status == "won":
            back = {"amount": self.disputes[ref]["amount"], "fee": 0}
            self.disputes[ref]["balance_transactions"].append(back)
        self._tell("charge.dispute.closed", self.disputes[ref])

    def _intent(self, ref: str) -> dict[str, Any]:
        if ref not in self.intents:
            raise Refused(f"No such payment_intent: {ref}", "resource_missing", 404)
        return self.intents[ref]

    def _payable(self, ref: str) -> dict[str, Any]:
        intent = self._intent(ref)
        if intent["status"] not in PAYABLE:
            raise Refused("This PaymentIntent's status is final", "payment_intent_unexpected_state")
        return intent

    def _charge(self, ref: str) -> dict[str, Any]:
        intent = self.intents[ref]
        return {
            "id": intent["latest_charge"],
            "object": "charge",
            "payment_intent": ref,
            "amount_refunded": self._refunded(ref),
            "disputed": any(each["payment_intent"] == ref for each in self.disputes.values()),
            "metadata": intent["metadata"],
            "payment_method_details": {
                "type": "card",
                "card": {"brand": "visa", "last4": "4242", "capture_before": HELD_UNTIL},
            },
            "balance_transaction": {
                "fee": intent["amount_received"] // 50,
                "currency": intent["currency"],
            },
        }

    def _refunded(self, ref: str) -> int:
        mine = (each for each in self.refunds.values() if each["payment_intent"] == ref)
        return sum(each["amount"] for each in mine if each["status"] not in ("failed", "canceled"))

    def _tell(self, kind: str, subject: dict[str, Any]) -> None:
        self.events.append(
            {
                "id": new_id("evt"),
                "object": "event",
                "type": kind,
                "created": int(time.time()),
                "livemode": False,
                "data": {"object": dict(subject)},
            }
        )


def new_id(kind: str) -> str:
    return f"{kind}_{uuid4().hex[:24]}"
