"""Stripe's invoices, one for each of ours: no subscription at Stripe, whose clock would have to agree with ours."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from moneyed import Money
from stripe import InvalidRequestError, StripeClient

from apps.billing.providers.base import (
    PAGE_ID,
    Charge,
    ChargeEvent,
    Customer,
    CustomerGone,
    KeepingProvider,
    Outcome,
    SavedMethod,
)
from apps.billing.providers.stripe.keys import are_for_tests, has_keys, platform_client
from apps.billing.providers.stripe.states import (
    BILL_KEY,
    event_of,
    payment_ref_of,
    saved_method_of,
)
from apps.common.clock import now
from apps.gateways.errors import GatewayRefused
from apps.gateways.stripe.amounts import takes, to_stripe
from apps.gateways.stripe.client import translated
from apps.gateways.stripe.intents import REFUND_KEY, STORE_KEY
from apps.gateways.stripe.reading import describe_intent, find_intent, list_refunds, plain

CODE: Final = "stripe"
_MISSING: Final = "resource_missing"
_PAYMENTS: Final = ["payments"]


class StripeBilling(KeepingProvider):
    code = CODE
    label: StrOrPromise = _("Stripe")
    pages = (
        "https://invoice.stripe.com",
        "https://checkout.stripe.com",
        "https://billing.stripe.com",
    )

    def is_enabled(self) -> bool:
        return has_keys()

    def takes(self, currency: str) -> bool:
        return takes(currency)

    def open(self, charge: Charge) -> ChargeEvent:
        """Each call is repeatable by its key, or looks first: Stripe forgets keys after a day, and refuses one that comes with
        another content. A method that is saved is charged at once; Stripe tries again by its own plan."""
        client, customer = platform_client(), _customer_of(charge)
        invoice = self._find(client, charge) or self._make(client, charge, customer)
        if invoice["status"] == "draft":
            invoice = self._finalize(client, charge, customer, invoice)
        is_automatic = invoice["collection_method"] == "charge_automatically"
        if invoice["status"] == "open" and is_automatic and not invoice["attempted"]:
            # a refusal of the bank is in the state that is read below
            with suppress(GatewayRefused), translated():
                client.v1.invoices.pay(invoice["id"], {}, {"idempotency_key": f"pay.{charge.id}"})
        return self._describe(client, charge, str(invoice["id"]))

    def fetch(self, charge: Charge) -> ChargeEvent:
        client = platform_client()
        invoice = self._find(client, charge)
        if invoice is None:
            return ChargeEvent(charge.id, Outcome.PENDING)
        return self._describe(client, charge, str(invoice["id"]))

    def close(self, charge: Charge) -> ChargeEvent:
        client = platform_client()
        invoice = self._find(client, charge)
        if invoice is None or invoice["status"] == "draft":
            if invoice is not None:
                with translated():
                    client.v1.invoices.delete(invoice["id"])
            reason = gettext("It was paid in another way.")
            return ChargeEvent(charge.id, Outcome.FAILED, reason=reason, is_closed=True)
        if invoice["status"] in ("open", "uncollectible"):
            # paid in this moment: the state says so
            with suppress(GatewayRefused), translated():
                client.v1.invoices.void_invoice(invoice["id"])
        return self._describe(client, charge, str(invoice["id"]))

    def refund(self, charge: Charge, *, key: UUID, amount: Money) -> str:
        client = platform_client()
        if not charge.payment_ref:
            raise GatewayRefused(gettext("Stripe does not know this payment."))
        for known in list_refunds(client, charge.payment_ref):
            if (known.get("metadata") or {}).get(REFUND_KEY) == str(key):
                return str(known["id"])
        with translated():
            made = client.v1.refunds.create(
                {
                    "payment_intent": charge.payment_ref,
                    "amount": to_stripe(amount),
                    "metadata": {REFUND_KEY: str(key), BILL_KEY: str(charge.id)},
                },
                {"idempotency_key": f"refund.{key}"},
            )
        return str(made.id)

    def address_of(self, ref: str) -> str:
        part = "test/" if are_for_tests() else ""
        return f"https://dashboard.stripe.com/{part}invoices/{ref}" if ref else ""

    # The customer and the saved method.

    def make_customer(self, customer: Customer) -> str:
        with translated():
            made = platform_client().v1.customers.create(
                {"metadata": {STORE_KEY: str(customer.store_id)}},
                {"idempotency_key": f"customer.{customer.key}"},
            )
        return str(made.id)

    def describe_customer(self, customer: Customer, facts: Mapping[str, str]) -> None:
        wanted: Any = {name: facts[name] for name in ("name", "email") if facts.get(name)}
        with translated():
            try:
                platform_client().v1.customers.update(customer.ref, wanted)
            except InvalidRequestError as error:
                if error.code != _MISSING:
                    raise
                raise CustomerGone from error

    def page_to_save(self, customer: Customer, *, currency: str, return_url: str) -> str:
        with translated():
            page = platform_client().v1.checkout.sessions.create(
                {
                    "mode": "setup",
                    "customer": customer.ref,
                    "currency": currency.lower(),
                    "success_url": return_url.replace(PAGE_ID, "{CHECKOUT_SESSION_ID}"),
                    "cancel_url": return_url.replace(PAGE_ID, ""),
                    "metadata": {STORE_KEY: str(customer.store_id)},
                }
            )
        return str(page.url)

    def page_to_change(self, customer: Customer, *, return_url: str) -> str:
        with translated():
            page = platform_client().v1.billing_portal.sessions.create(
                {"customer": customer.ref, "return_url": return_url.replace(PAGE_ID, "")}
            )
        return str(page.url)

    def take_saved(
        self, customer: Customer, page: str, *, after: datetime | None
    ) -> datetime | None:
        client = platform_client()
        with translated():
            try:
                found = plain(
                    client.v1.checkout.sessions.retrieve(page, {"expand": ["setup_intent"]})
                )
            except InvalidRequestError as error:
                if error.code != _MISSING:
                    raise
                return None
            opened = datetime.fromtimestamp(int(found["created"]), UTC)
            is_done = found["mode"] == "setup" and found["status"] == "complete"
            if not is_done or found["customer"] != customer.ref or (after and opened <= after):
                return None
            method = found["setup_intent"]["payment_method"]
            client.v1.customers.update(
                customer.ref, {"invoice_settings": {"default_payment_method": method}}
            )
        return opened

    def read_method(self, customer: Customer) -> SavedMethod | None:
        wanted: Any = {"expand": ["invoice_settings.default_payment_method"]}
        with translated():
            try:
                found = plain(platform_client().v1.customers.retrieve(customer.ref, wanted))
            except InvalidRequestError as error:
                if error.code != _MISSING:
                    raise
                raise CustomerGone from error
        if found.get("deleted"):
            raise CustomerGone
        return saved_method_of(found)

    # What an event is about.

    def invoice_of_payment(self, payment_ref: str) -> str:
        """The invoice that a payment is for; empty where it is for none."""
        wanted: Any = {"type": "payment_intent", "payment_intent": payment_ref}
        with translated():
            found = platform_client().v1.invoice_payments.list({"payment": wanted, "limit": 1}).data
        return str(found[0].invoice) if found else ""

    def customer_of_page(self, page: str) -> str:
        with translated():
            try:
                found = platform_client().v1.checkout.sessions.retrieve(page)
            except InvalidRequestError as error:
                if error.code != _MISSING:
                    raise
                return ""
        return str(found.customer or "")

    # The steps of an invoice.

    def _find(self, client: StripeClient, charge: Charge) -> dict[str, Any] | None:
        """By Stripe's id; before we know it, among those of the customer by ours."""
        with translated():
            if charge.ref:
                try:
                    return plain(client.v1.invoices.retrieve(charge.ref))
                except InvalidRequestError as error:
                    if error.code != _MISSING:
                        raise
                    return None
            if charge.customer is None or not charge.customer.ref:
                return None
            rows = client.v1.invoices.list({"customer": charge.customer.ref, "limit": 100}).data
        for row in map(plain, rows):
            if (row.get("metadata") or {}).get(BILL_KEY) == str(charge.id):
                return row
        return None

    def _make(self, client: StripeClient, charge: Charge, customer: Customer) -> dict[str, Any]:
        """A draft that does not go on by itself: without its line Stripe would count it as paid."""
        how: Any = {"collection_method": "charge_automatically"}
        if not customer.method_ref:
            days = max((charge.due_at - now()).days, 1)
            how = {"collection_method": "send_invoice", "days_until_due": days}
        with translated():
            made = client.v1.invoices.create(
                {
                    "customer": customer.ref,
                    "currency": charge.amount.currency.code.lower(),
                    "auto_advance": False,
                    "pending_invoice_items_behavior": "exclude",
                    "discounts": "",
                    "description": charge.description,
                    "metadata": {
                        BILL_KEY: str(charge.id),
                        STORE_KEY: str(customer.store_id),
                        "polystore_invoice": charge.invoice_number,
                    },
                    **how,
                },
                {"idempotency_key": f"invoice.{charge.id}"},
            )
        return plain(made)

    def _finalize(
        self, client: StripeClient, charge: Charge, customer: Customer, draft: Mapping[str, Any]
    ) -> dict[str, Any]:
        ref = str(draft["id"])
        with translated():
            if not (draft.get("lines") or {}).get("data"):
                client.v1.invoice_items.create(
                    {
                        "customer": customer.ref,
                        "invoice": ref,
                        "amount": to_stripe(charge.amount),
                        "currency": charge.amount.currency.code.lower(),
                        "description": charge.description,
                    },
                    {"idempotency_key": f"line.{charge.id}"},
                )
            try:
                final = client.v1.invoices.finalize_invoice(ref, {"auto_advance": True})
            except InvalidRequestError:
                final = client.v1.invoices.retrieve(ref)  # another process was first
                if final.status == "draft":
                    raise
        return plain(final)

    def _describe(self, client: StripeClient, charge: Charge, ref: str) -> ChargeEvent:
        with translated():
            invoice = plain(client.v1.invoices.retrieve(ref, {"expand": _PAYMENTS}))
        payment_ref = payment_ref_of(invoice)
        intent = find_intent(client, payment_ref) if payment_ref else None
        payment = describe_intent(client, intent) if intent is not None else None
        return event_of(charge, invoice, intent=intent, payment=payment)


def _customer_of(charge: Charge) -> Customer:
    if charge.customer is None or not charge.customer.ref:
        raise GatewayRefused(gettext("Stripe does not know who pays this invoice."))
    return charge.customer
