"""The platform's own account at the Stripe server of tests: customers, invoices, pages, a portal, as Stripe documents them.

An invoice is a draft, open once it is finalized, then paid, void or uncollectible; its money is a Payment Intent, which its
`payments` name. What payers, banks and the dashboard do is a method.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.provider_server import Answer, Refused, Sent, serving
from tests.support.stripe_account import Account, new_id
from tests.support.stripe_server import HEADERS, StripeServer, list_page

SECRET: Final = "sk_test_platform00000000"
WEBHOOK_SECRET: Final = "whsec_platform0000000000"
CARD: Final = {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2031}


@dataclass
class BillingAccount(Account):
    invoices: dict[str, dict[str, Any]] = field(default_factory=dict)
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    methods: dict[str, dict[str, Any]] = field(default_factory=dict)
    portals: list[dict[str, Any]] = field(default_factory=list)
    # What the bank says of the next charge of a saved method: "" takes it.
    next_decline: str = ""

    # The API.

    def update_customer(self, ref: str, form: dict[str, Any]) -> dict[str, Any]:
        customer = self._customer(ref)
        customer.update({name: form[name] for name in ("name", "email") if name in form})
        if "invoice_settings" in form:
            customer["invoice_settings"] = dict(form["invoice_settings"])
            self._tell("customer.updated", customer)
        return dict(customer)

    def show_customer(self, ref: str) -> dict[str, Any]:
        customer = self.customers.get(ref)
        if customer is None:
            raise Refused(f"No such customer: {ref}", "resource_missing", 404)
        if customer.get("deleted"):
            return {"id": ref, "object": "customer", "deleted": True}
        method = (customer.get("invoice_settings") or {}).get("default_payment_method")
        expanded = {"default_payment_method": self.methods.get(method or "")}
        return {**customer, "invoice_settings": expanded}

    def create_invoice(self, form: dict[str, Any]) -> dict[str, Any]:
        customer = self._customer(form["customer"])
        is_sent = form.get("collection_method") == "send_invoice"
        if is_sent and not customer.get("email"):
            raise Refused("Missing email.", "missing_email")
        if is_sent == ("days_until_due" not in form):
            raise Refused("days_until_due is for send_invoice.", "parameter_unknown")
        ref = new_id("in")
        self.invoices[ref] = {
            "id": ref,
            "object": "invoice",
            "status": "draft",
            "customer": form["customer"],
            "currency": form["currency"],
            "collection_method": form.get("collection_method", "charge_automatically"),
            "auto_advance": form.get("auto_advance") == "true",
            "attempted": False,
            "total": 0,
            "amount_paid": 0,
            "hosted_invoice_url": None,
            "metadata": dict(form.get("metadata", {})),
            "lines": {"object": "list", "data": []},
            "status_transitions": {"paid_at": None},
            "intent": None,
        }
        return self._shown(ref)

    def add_line(self, form: dict[str, Any]) -> dict[str, Any]:
        invoice = self._invoice(form["invoice"], "draft")
        line = {"id": new_id("ii"), "object": "invoiceitem", "amount": int(form["amount"])}
        invoice["lines"]["data"].append(line)
        invoice["total"] += line["amount"]
        return line

    def finalize(self, ref: str, form: dict[str, Any]) -> dict[str, Any]:
        invoice = self._invoice(ref, "draft")
        if not invoice["lines"]["data"]:
            raise Refused("You must have at least one item.", "invoice_no_customer_line_items")
        made = self.create_intent(
            {"amount": str(invoice["total"]), "currency": invoice["currency"], "metadata": {}}
        )
        invoice.update(
            status="open",
            intent=made["id"],
            auto_advance=form.get("auto_advance") == "true",
            hosted_invoice_url=f"https://invoice.stripe.com/i/{ref}",
        )
        return self._shown(ref)

    def charge_saved(self, ref: str) -> dict[str, Any]:
        """`POST /pay`, and Stripe's own retries: by the customer's default method."""
        invoice = self._invoice(ref, "open", "uncollectible")
        method = (self._customer(invoice["customer"]).get("invoice_settings") or {}).get(
            "default_payment_method"
        )
        if not method:
            raise Refused("No payment method.", "invoice_payment_intent_requires_action")
        invoice["attempted"] = True
        if self.next_decline:
            reason, self.next_decline = self.next_decline, ""
            self.decline_invoice(ref, reason)
            raise Refused("Your card was declined.", "card_declined", 402)
        self.pay_invoice(ref)
        return self._shown(ref)

    def void(self, ref: str) -> dict[str, Any]:
        invoice = self._invoice(ref, "open", "uncollectible")
        invoice.update(status="void", auto_advance=False)
        self._tell("invoice.voided", self._shown(ref))
        return self._shown(ref)

    def delete_draft(self, ref: str) -> dict[str, Any]:
        self._invoice(ref, "draft")
        del self.invoices[ref]
        return {"id": ref, "object": "invoice", "deleted": True}

    def show_invoice(self, ref: str) -> dict[str, Any]:
        if ref not in self.invoices:
            raise Refused(f"No such invoice: {ref}", "resource_missing", 404)
        return self._shown(ref)

    def create_page(self, form: dict[str, Any]) -> dict[str, Any]:
        self._customer(form["customer"])
        if form["mode"] != "setup" or "currency" not in form:
            raise Refused("Missing required param: currency.", "parameter_missing")
        ref = new_id("cs_test")
        self.pages[ref] = {
            "id": ref,
            "object": "checkout.session",
            "mode": "setup",
            "status": "open",
            "customer": form["customer"],
            "created": int(time.time()) + len(self.pages),
            "setup_intent": {
                "id": new_id("seti"),
                "object": "setup_intent",
                "payment_method": None,
            },
            "metadata": dict(form.get("metadata", {})),
            "success_url": form["success_url"],
            "url": f"https://checkout.stripe.com/c/pay/{ref}",
        }
        return dict(self.pages[ref])

    def show_page(self, ref: str) -> dict[str, Any]:
        if ref not in self.pages:
            raise Refused(f"No such checkout session: {ref}", "resource_missing", 404)
        return dict(self.pages[ref])

    def create_portal(self, form: dict[str, Any]) -> dict[str, Any]:
        self._customer(form["customer"])
        self.portals.append(form)
        return {
            "id": new_id("bps"),
            "object": "billing_portal.session",
            "customer": form["customer"],
            "url": f"https://billing.stripe.com/p/session/{len(self.portals)}",
        }

    def payments_of(self, intent: str) -> list[dict[str, Any]]:
        return [
            row for ref in self.invoices for row in self._payments(ref) if row["intent"] == intent
        ]

    # Payers, banks, and the dashboard.

    def pay_invoice(self, ref: str) -> None:
        """On its page, or by the saved method."""
        invoice = self._invoice(ref, "open", "uncollectible")
        self.pay(invoice["intent"])
        invoice.update(
            status="paid",
            attempted=True,
            auto_advance=False,
            amount_paid=invoice["total"],
            status_transitions={"paid_at": int(time.time())},
        )
        self._tell("invoice.paid", self._shown(ref))

    def decline_invoice(self, ref: str, reason: str = "expired_card") -> None:
        invoice = self._invoice(ref, "open", "uncollectible")
        invoice["attempted"] = True
        self.decline(invoice["intent"], "card_declined", reason)
        self._tell("invoice.payment_failed", self._shown(ref))

    def give_up(self, ref: str) -> None:
        self._invoice(ref, "open")["status"] = "uncollectible"
        self._tell("invoice.marked_uncollectible", self._shown(ref))

    def finish_page(self, ref: str, **card: Any) -> str:
        """A card is saved on the page."""
        page, method = self.pages[ref], new_id("pm")
        self.methods[method] = {
            "id": method,
            "object": "payment_method",
            "type": "card",
            "card": {**CARD, **card},
            "customer": page["customer"],
        }
        page["setup_intent"]["payment_method"] = method
        page["status"] = "complete"
        self._tell("checkout.session.completed", page)
        return method

    def remove_method(self, customer_ref: str) -> None:
        """In the portal."""
        settings = self._customer(customer_ref)["invoice_settings"]
        method = self.methods.pop(settings["default_payment_method"])
        settings["default_payment_method"] = None
        self._tell("payment_method.detached", {**method, "customer": None})
        self.events[-1]["data"]["previous_attributes"] = {"customer": customer_ref}

    def delete_customer(self, ref: str) -> None:
        self._customer(ref)["deleted"] = True
        self._tell("customer.deleted", self.customers[ref])

    def _shown(self, ref: str) -> dict[str, Any]:
        rows = {"object": "list", "data": self._payments(ref), "has_more": False}
        shown = {name: value for name, value in self.invoices[ref].items() if name != "intent"}
        return {**shown, "payments": rows}

    def _payments(self, ref: str) -> list[dict[str, Any]]:
        invoice = self.invoices[ref]
        if invoice["intent"] is None:
            return []
        status = {"paid": "paid", "void": "canceled"}.get(invoice["status"], "open")
        return [
            {
                "id": f"inpay_{ref}",
                "object": "invoice_payment",
                "invoice": ref,
                "is_default": True,
                "status": status,
                "intent": invoice["intent"],
                "payment": {"type": "payment_intent", "payment_intent": invoice["intent"]},
            }
        ]

    def _invoice(self, ref: str, *statuses: str) -> dict[str, Any]:
        invoice = self.invoices.get(ref)
        if invoice is None:
            raise Refused(f"No such invoice: {ref}", "resource_missing", 404)
        if invoice["status"] not in statuses:
            raise Refused(f"Invoice is {invoice['status']}.", "invoice_not_editable")
        return invoice

    def _customer(self, ref: str) -> dict[str, Any]:
        customer = self.customers.get(ref)
        if customer is None or customer.get("deleted"):
            raise Refused(f"No such customer: {ref}", "resource_missing", 404)
        return customer


@dataclass
class BillingServer(StripeServer):
    """The server of shops, with the resources of bills."""

    def bills(self) -> BillingAccount:
        found = self.accounts.setdefault(SECRET, BillingAccount())
        assert isinstance(found, BillingAccount)
        return found

    def route(self, account: Account, sent: Sent, form: dict[str, Any]) -> Answer:
        if isinstance(account, BillingAccount):
            found = _answer(account, sent, form)
            if found is not None:
                return 200, found
        return super().route(account, sent, form)


def _answer(account: BillingAccount, sent: Sent, form: dict[str, Any]) -> dict[str, Any] | None:
    match (sent.method, *sent.path.removeprefix("/v1/").split("/")):
        case ("POST", "customers", ref):
            return account.update_customer(ref, form)
        case ("GET", "customers", ref):
            return account.show_customer(ref)
        case ("POST", "invoices"):
            return account.create_invoice(form)
        case ("GET", "invoices"):
            mine = [row for row in account.invoices.values() if row["customer"] == form["customer"]]
            return list_page(reversed(mine), {"limit": form.get("limit", 10)})
        case ("POST", "invoiceitems"):
            return account.add_line(form)
        case ("POST", "invoices", ref, "finalize"):
            return account.finalize(ref, form)
        case ("POST", "invoices", ref, "pay"):
            return account.charge_saved(ref)
        case ("POST", "invoices", ref, "void"):
            return account.void(ref)
        case ("DELETE", "invoices", ref):
            return account.delete_draft(ref)
        case ("GET", "invoices", ref):
            return account.show_invoice(ref)
        case ("GET", "invoice_payments"):
            found = account.payments_of(form["payment"]["payment_intent"])
            return list_page(found, {})
        case ("POST", "checkout", "sessions"):
            return account.create_page(form)
        case ("GET", "checkout", "sessions", ref):
            return account.show_page(ref)
        case ("POST", "billing_portal", "sessions"):
            return account.create_portal(form)
    return None


@contextmanager
def billing_server() -> Iterator[BillingServer]:
    server = BillingServer(headers=HEADERS)
    server.bills()
    with serving(server):
        yield server
