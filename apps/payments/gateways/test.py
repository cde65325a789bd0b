"""The test gateway: a pretended bank for trying a store out. No real money moves.

`TestGateway` is the shop's side. The functions below it are the bank's side: what a buyer does on the bank's page,
and the signed events the bank sends. The bank remembers everything in `TestGatewayCharge` and knows nothing else
of the store.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from uuid import uuid5

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from apps.payments.errors import GatewayRefused, InvalidSignature, MalformedEvent, PaymentNotOpen
from apps.payments.gateways.base import (
    ChargeStatus,
    GatewayState,
    IncomingEvent,
    Opened,
    RedirectTo,
)
from apps.payments.models import Payment, Refund, TestGatewayCharge
from apps.tenancy.context import current_store

SIGNATURE_HEADER = "polystore-test-signature"
TOLERANCE_SECONDS = 300
State = TestGatewayCharge.State

_STATUS = {
    State.OPEN: ChargeStatus.OPEN,
    State.LATER: ChargeStatus.CONFIRMING,
    State.PAID: ChargeStatus.PAID,
    State.DECLINED: ChargeStatus.DECLINED,
    State.CANCELLED: ChargeStatus.CANCELLED,
}


class TestGateway:
    code = "test"
    label = "Test payment"
    description = "For trying the store out: you choose the outcome, no real money moves."
    is_test = True
    pays_on_delivery = False
    pages: tuple[str, ...] = ()

    def is_enabled(self) -> bool:
        return bool(settings.PAYMENTS_TEST_GATEWAY) or current_store().is_sandbox

    def open(self, payment: Payment) -> Opened:
        open_charge(payment)
        where = {"payment_id": payment.pk}
        return RedirectTo(
            reverse("payments:test_page", urlconf=settings.STORE_URLCONF, kwargs=where)
        )

    def fetch(self, payment: Payment) -> GatewayState:
        charge = TestGatewayCharge.objects.filter(payment_ref=str(payment.pk)).first()
        return GatewayState(ChargeStatus.UNKNOWN) if charge is None else _describe(charge)

    def cancel(self, payment: Payment) -> GatewayState:
        """As at many banks, a payment that was promised for later can't be called back."""
        TestGatewayCharge.objects.filter(
            payment_ref=str(payment.pk), state__in=[State.OPEN, State.DECLINED]
        ).update(state=State.CANCELLED)
        return self.fetch(payment)

    def refund(self, refund: Refund) -> str:
        with transaction.atomic():
            charge = TestGatewayCharge.objects.select_for_update().get(
                payment_ref=str(refund.payment_id)
            )
            if str(refund.pk) not in charge.refund_refs:
                if charge.refunded_minor + refund.amount_minor > charge.amount_minor:
                    raise GatewayRefused("The test bank has no such amount to give back.")
                charge.refunded_minor += refund.amount_minor
                charge.refund_refs = [*charge.refund_refs, str(refund.pk)]
                charge.save(update_fields=["refunded_minor", "refund_refs", "updated_at"])
        return f"test-refund-{refund.pk}"

    def verify(self, *, body: bytes, headers: Mapping[str, str]) -> IncomingEvent:
        _check_signature(body, headers.get(SIGNATURE_HEADER, ""))
        try:
            event = json.loads(body)
            return IncomingEvent(
                event_id=_short_text(event["id"]),
                kind=_short_text(event["type"], 64),
                payment_ref=_short_text(event["data"]["payment_ref"]),
            )
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise MalformedEvent() from error


def signing_secret() -> bytes:
    """The secret this store shares with the test bank: of the platform's key and the store's id, stored nowhere."""
    derive = HKDF(
        algorithm=SHA256(), length=32, salt=None, info=b"payments.test|" + current_store().id.bytes
    )
    return derive.derive(settings.SECRET_KEY.encode())


def sign(body: bytes, at: int | None = None) -> str:
    """The value of the signature header: `t=<unix time>,v1=<HMAC-SHA256 over "time.body">`."""
    timestamp = int(time.time()) if at is None else at
    return f"t={timestamp},v1={_digest(timestamp, body)}"


def _digest(timestamp: int, body: bytes) -> str:
    return hmac.new(signing_secret(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()


def _check_signature(body: bytes, header: str) -> None:
    """Over the raw bytes, in constant time, not older and not newer than the tolerance."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and given.isascii()):
        raise InvalidSignature()
    timestamp = int(stamp)
    if not hmac.compare_digest(_digest(timestamp, body), given):
        raise InvalidSignature()
    if abs(time.time() - timestamp) > TOLERANCE_SECONDS:
        raise InvalidSignature("The signature is too old.")


def _short_text(value: object, limit: int = 120) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= limit or "\x00" in value:
        raise ValueError("not a short text")
    return value


# The bank's side from here on.


def open_charge(payment: Payment) -> None:
    """Make the charge of this payment, once: the payment's id is the idempotency key."""
    charge = TestGatewayCharge(
        payment_ref=str(payment.pk),
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        description=f"Order {payment.order.number}",
    )
    TestGatewayCharge.objects.bulk_create([charge], ignore_conflicts=True)


def choose(charge: TestGatewayCharge, outcome: State) -> TestGatewayCharge:
    """What the buyer pressed on the bank's page. Raises `PaymentNotOpen` when the charge is decided already."""
    changed = TestGatewayCharge.objects.filter(
        pk=charge.pk, state__in=[State.OPEN, State.DECLINED]
    ).update(state=outcome, events_sent=F("events_sent") + 1)
    charge.refresh_from_db()
    if not changed and charge.state != outcome:
        raise PaymentNotOpen()
    return charge


def get_charge(charge_ref: str) -> TestGatewayCharge:
    return TestGatewayCharge.objects.get(payment_ref=charge_ref)


def settle_later(charge_ref: str) -> TestGatewayCharge:
    """A payment promised for later arrives. Repeatable."""
    TestGatewayCharge.objects.filter(payment_ref=charge_ref, state=State.LATER).update(
        state=State.PAID, events_sent=F("events_sent") + 1
    )
    return get_charge(charge_ref)


def build_event(charge: TestGatewayCharge) -> tuple[bytes, dict[str, str]]:
    """Body and headers of the event about the charge's present state. The same state makes the same event id."""
    event = {
        "id": f"evt_{uuid5(charge.pk, f'{charge.state}.{charge.events_sent}').hex}",
        "type": f"charge.{charge.state}",
        "data": {
            "payment_ref": charge.payment_ref,
            "amount_minor": charge.amount_minor,
            "currency": charge.currency,
        },
    }
    body = json.dumps(event, separators=(",", ":")).encode()
    return body, {"content-type": "application/json", SIGNATURE_HEADER: sign(body)}


def _describe(charge: TestGatewayCharge) -> GatewayState:
    declined = charge.state == State.DECLINED
    return GatewayState(
        status=_STATUS[State(charge.state)],
        amount_minor=charge.amount_minor,
        currency=charge.currency,
        ref=f"test-{charge.pk}",
        code="declined" if declined else "",
        message="The test bank declined the payment." if declined else "",
    )
