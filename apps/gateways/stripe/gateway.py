"""The gateway: the shop's side of Stripe's Payment Intents."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from stripe import StripeClient

from apps.common.money import Money
from apps.gateways.errors import GatewayRefused, GatewayUnavailable, InvalidSignature
from apps.gateways.keyed import Finding, read_keys
from apps.gateways.stripe import keys as stripe_keys
from apps.gateways.stripe.amounts import takes, to_stripe
from apps.gateways.stripe.client import client_of, translated
from apps.gateways.stripe.connection import examine
from apps.gateways.stripe.customers import open_session
from apps.gateways.stripe.events import read_event
from apps.gateways.stripe.intents import (
    CHARGE_KEY,
    REFUND_KEY,
    STORE_KEY,
    receipt_of,
    refund_status,
    state_of,
)
from apps.gateways.stripe.reading import describe_intent, find_intent, list_refunds, plain
from apps.gateways.values import (
    CaptureRequest,
    CaptureTime,
    Charge,
    ChargeRequest,
    ChargeStatus,
    GatewayState,
    IncomingEvent,
    RefundReceipt,
    RefundRequest,
    RefundStatus,
)
from apps.tenancy.context import current_store

PAGE: Final = "payments:stripe_page"  # on the host of the store


@dataclass(frozen=True)
class StripePage:
    """What the payment page shows and gives to Stripe's script. `client_secret` lets a browser pay this charge only.

    `session_secret` shows the saved cards of a customer: only for the browser of that customer.
    """

    state: GatewayState
    publishable_key: str
    client_secret: str = field(repr=False)
    is_test: bool
    session_secret: str = field(default="", repr=False)


class StripeGateway:
    code = "stripe"
    label: StrOrPromise = _("Card and more, by Stripe")
    description: StrOrPromise = _("Card, wallet or another way that Stripe offers you.")
    is_test = False
    pays_on_delivery = False
    can_authorize = True
    can_capture_in_parts = False  # several captures are for accounts with a contract of their own
    can_capture_less = True
    pages: tuple[
        str, ...
    ] = ()  # the payment page is the store's own; its script leaves it, no form does
    key_fields = stripe_keys.FIELDS

    def is_enabled(self) -> bool:
        return bool(read_keys(self.code))

    def clean_keys(self, keys: Mapping[str, str]) -> dict[str, str]:
        return stripe_keys.clean_keys(keys)

    def takes(self, currency: str) -> bool:
        return takes(currency)

    def is_test_mode(self, keys: Mapping[str, Any]) -> bool:
        return stripe_keys.is_test(keys)

    def test_connection(self, keys: Mapping[str, Any]) -> list[Finding]:
        return examine(keys)

    def open(self, request: ChargeRequest) -> GatewayState:
        """All that is sent is the same in every call, or Stripe refuses the repeated key."""
        state = self.fetch(request) if request.gateway_ref else None
        if state is None or state.status is ChargeStatus.UNKNOWN:
            is_later = request.capture is CaptureTime.LATER
            with translated():
                intent = self._client().v1.payment_intents.create(
                    {
                        "amount": to_stripe(request.amount),
                        "currency": request.amount.currency.code.lower(),
                        "automatic_payment_methods": {"enabled": True},
                        "capture_method": "manual" if is_later else "automatic",
                        "description": request.number,
                        "metadata": {CHARGE_KEY: request.ref, **_store_metadata()},
                    },
                    {"idempotency_key": request.ref},
                )
            state = state_of(plain(intent))
        page = reverse(PAGE, urlconf=settings.STORE_URLCONF, kwargs={"payment_id": request.id})
        return replace(state, next_url=page)

    def fetch(self, charge: Charge) -> GatewayState:
        intent = self._find(charge)
        if intent is None:
            return GatewayState(ChargeStatus.UNKNOWN, Money(0, charge.amount.currency))
        return self._describe(intent)

    def capture(self, request: CaptureRequest) -> GatewayState:
        """What is not captured is released with it. Stripe forgets idempotency keys after a day, so a repeated call is
        recognized by what was captured, too."""
        intent = self._find(request.charge)
        if intent is None:
            raise GatewayRefused(gettext("Stripe does not know this payment."))
        if intent["status"] == "requires_capture":
            with translated():
                self._client().v1.payment_intents.capture(
                    intent["id"],
                    {"amount_to_capture": to_stripe(request.amount)},
                    {"idempotency_key": request.ref},
                )
        elif int(intent.get("amount_received") or 0) < to_stripe(
            request.captured_before + request.amount
        ):
            raise GatewayRefused(gettext("Stripe does not hold this money any more."))
        return self.fetch(request.charge)

    def cancel(self, charge: Charge) -> GatewayState:
        intent = self._find(charge)
        if intent is None:
            return GatewayState(ChargeStatus.UNKNOWN, Money(0, charge.amount.currency))
        if intent["status"] not in ("succeeded", "canceled", "processing"):
            # paid in this moment: the state says so
            with suppress(GatewayRefused), translated():
                self._client().v1.payment_intents.cancel(intent["id"])
        return self.fetch(charge)

    def refund(self, request: RefundRequest) -> RefundReceipt:
        """Stripe forgets idempotency keys after a day, so an earlier refund is looked for by our id."""
        if not request.charge.gateway_ref:
            raise GatewayRefused(gettext("Stripe does not know this payment."))
        known = self._find_refund(request)
        if known is None:
            with translated():
                refund = self._client().v1.refunds.create(
                    {
                        "payment_intent": request.charge.gateway_ref,
                        "amount": to_stripe(request.amount),
                        "metadata": {REFUND_KEY: request.ref, **_store_metadata()},
                    },
                    {"idempotency_key": request.ref},
                )
            known = plain(refund)
        if refund_status(known) is RefundStatus.FAILED:
            raise GatewayRefused(
                gettext("Stripe could not send the money back: %(reason)s")
                % {"reason": known.get("failure_reason") or known.get("status")}
            )
        return receipt_of(known)

    def verify(self, *, body: bytes, headers: Mapping[str, str]) -> IncomingEvent:
        keys = read_keys(self.code)
        if not keys:
            raise InvalidSignature()
        return read_event(body=body, headers=headers, secret=str(keys[stripe_keys.WEBHOOK]))

    def read_page(self, charge: Charge, *, customer_ref: str = "") -> StripePage:
        """With `customer_ref`, the buyer may save a card at Stripe and sees those saved before.

        Raises `GatewayRefused` for a charge that Stripe does not know.
        """
        keys = read_keys(self.code)
        intent = self._find(charge)
        if not keys or intent is None:
            raise GatewayRefused(gettext("Stripe does not know this payment."))
        return StripePage(
            state=self._describe(intent),
            publishable_key=str(keys[stripe_keys.PUBLISHABLE]),
            client_secret=str(intent["client_secret"]),
            is_test=stripe_keys.is_test(keys),
            session_secret=open_session(client_of(keys), intent, customer_ref),
        )

    def _client(self) -> StripeClient:
        keys = read_keys(self.code)
        if not keys:
            raise GatewayUnavailable(gettext("The store has no keys of Stripe."))
        return client_of(keys)

    def _find(self, charge: Charge) -> dict[str, Any] | None:
        """None for a charge without reference, or one that this account does not have (any more)."""
        return find_intent(self._client(), charge.gateway_ref) if charge.gateway_ref else None

    def _describe(self, intent: dict[str, Any]) -> GatewayState:
        return describe_intent(self._client(), intent)

    def _find_refund(self, request: RefundRequest) -> dict[str, Any] | None:
        for refund in list_refunds(self._client(), request.charge.gateway_ref):
            ours = (refund.get("metadata") or {}).get(REFUND_KEY)
            if ours == request.ref or refund["id"] == request.gateway_ref:
                return refund
        return None


def _store_metadata() -> dict[str, str]:
    """An account can serve several stores: each recognizes its own."""
    return {STORE_KEY: str(current_store().id)}
