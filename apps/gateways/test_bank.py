"""The test gateway: a pretended bank for trying a store out. No real money moves.

`TestGateway` is the shop's side. The functions below it are the bank's side: what a buyer does on the bank's page,
and the signed events the bank sends. The bank stores everything in `TestGatewayCharge` and does not depend on other
data of the store.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid5

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.common.clock import now
from apps.common.money import Money, from_minor, to_minor
from apps.gateways.errors import ChargeNotOpen, GatewayRefused, InvalidSignature
from apps.gateways.incoming import reading_an_event, short_text
from apps.gateways.models import TestGatewayCharge
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
)
from apps.tenancy.context import current_store_or_none
from apps.tenancy.inserting import insert_values
from apps.tenancy.transactions import atomic_at_home

SIGNATURE_HEADER = "polystore-test-signature"
TOLERANCE_SECONDS = 300
HOLDS_FOR = timedelta(days=7)
PAGE = "payments:test_page"  # on the host of the store
State = TestGatewayCharge.State

_STATUS = {
    State.OPEN: ChargeStatus.OPEN,
    State.LATER: ChargeStatus.CONFIRMING,
    State.AUTHORIZED: ChargeStatus.AUTHORIZED,
    State.PAID: ChargeStatus.PAID,
    State.DECLINED: ChargeStatus.DECLINED,
    State.CANCELLED: ChargeStatus.CANCELLED,
}


class TestGateway:
    code = "test"
    label: StrOrPromise = _("Test payment")
    description: StrOrPromise = _(
        "For trying the store out: you choose the outcome, no real money moves."
    )
    is_test = True
    pays_on_delivery = False
    can_authorize = True
    can_capture_in_parts = True
    can_capture_less = True
    pages: tuple[str, ...] = ()

    def is_enabled(self) -> bool:
        store = current_store_or_none()
        return bool(settings.PAYMENTS_TEST_GATEWAY) or (store is not None and store.is_sandbox)

    def open(self, request: ChargeRequest) -> GatewayState:
        open_charge(request)
        page = reverse(PAGE, urlconf=settings.STORE_URLCONF, kwargs={"payment_id": request.id})
        return GatewayState(ChargeStatus.OPEN, request.amount, next_url=page)

    def fetch(self, charge: Charge) -> GatewayState:
        known = TestGatewayCharge.objects.filter(charge_ref=charge.ref).first()
        if known is None:
            return GatewayState(ChargeStatus.UNKNOWN, Money(0, charge.amount.currency))
        return _describe(known)

    def capture(self, request: CaptureRequest) -> GatewayState:
        amount_minor = to_minor(request.amount)
        with atomic_at_home():
            charge = _lock(request.charge)
            if request.ref not in charge.capture_refs:
                left = charge.amount_minor - charge.captured_minor
                if not _is_held(charge) or not 0 < amount_minor <= left:
                    raise GatewayRefused(gettext("The test bank holds no such amount any more."))
                charge.captured_minor += amount_minor
                charge.capture_refs = [*charge.capture_refs, request.ref]
                if request.is_last or amount_minor == left:
                    charge.state = State.PAID
                charge.events_sent += 1
                charge.save()
        return _describe(charge)

    def cancel(self, charge: Charge) -> GatewayState:
        """As at many banks, a payment that was promised for later can't be called back."""
        mine = TestGatewayCharge.objects.filter(charge_ref=charge.ref)
        held = mine.filter(state=State.AUTHORIZED)
        held.filter(captured_minor__gt=0).update(state=State.PAID)
        mine.filter(state__in=[State.OPEN, State.DECLINED, State.AUTHORIZED]).update(
            state=State.CANCELLED
        )
        return self.fetch(charge)

    def refund(self, request: RefundRequest) -> RefundReceipt:
        amount_minor = to_minor(request.amount)
        with atomic_at_home():
            charge = _lock(request.charge)
            if request.ref not in charge.refund_refs:
                if charge.refunded_minor + amount_minor > charge.captured_minor:
                    raise GatewayRefused(gettext("The test bank has no such amount to give back."))
                charge.refunded_minor += amount_minor
                charge.refund_refs = [*charge.refund_refs, request.ref]
                charge.save(update_fields=["refunded_minor", "refund_refs", "updated_at"])
        return RefundReceipt(f"test-refund-{request.ref}")

    def verify(self, *, body: bytes, headers: Mapping[str, str]) -> IncomingEvent:
        _check_signature(body, headers.get(SIGNATURE_HEADER, ""))
        with reading_an_event():
            event = json.loads(body)
            return IncomingEvent(
                event_id=short_text(event["id"]),
                kind=short_text(event["type"], 64),
                charge_ref=short_text(event["data"]["charge_ref"]),
            )


def signing_secret() -> bytes:
    """The secret shared with the test bank, stored nowhere: of the platform's key and the store's id.

    With no store active it is the platform's own, and signs nothing for a store.
    """
    store = current_store_or_none()
    holder = b"platform" if store is None else store.id.bytes
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"gateways.test|" + holder)
    return derive.derive(settings.SECRET_KEY.encode())


def sign(body: bytes, at: int | None = None) -> str:
    """The value of the signature header: `t=<unix time>,v1=<HMAC-SHA256 over "time.body">`."""
    timestamp = int(time.time()) if at is None else at
    return f"t={timestamp},v1={_digest(timestamp, body)}"


def _digest(timestamp: int, body: bytes) -> str:
    return hmac.new(signing_secret(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()


def _check_signature(body: bytes, header: str) -> None:
    """Verifies the signature of the raw bytes in constant time, and that its time is within the tolerance."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and given.isascii()):
        raise InvalidSignature()
    timestamp = int(stamp)
    if not hmac.compare_digest(_digest(timestamp, body), given):
        raise InvalidSignature()
    if abs(time.time() - timestamp) > TOLERANCE_SECONDS:
        raise InvalidSignature(gettext("The signature is too old."))


# The bank's side from here on.


def open_charge(request: ChargeRequest) -> None:
    """Make the charge, once: the request's id is the idempotency key."""
    charge = {
        "charge_ref": request.ref,
        "amount_minor": to_minor(request.amount),
        "currency": request.amount.currency.code,
        "description": request.description,
        "is_captured_later": request.capture is CaptureTime.LATER,
        "updated_at": now(),
    }
    insert_values(TestGatewayCharge, [charge], ignore_conflicts=True)


def choose(charge: TestGatewayCharge, outcome: State) -> TestGatewayCharge:
    """What the buyer pressed on the bank's page. Raises `ChargeNotOpen` when the charge is decided already.

    The money of a charge that is captured later is held, not taken.
    """
    is_paid = outcome == State.PAID
    changed = TestGatewayCharge.objects.filter(
        pk=charge.pk, state__in=[State.OPEN, State.DECLINED]
    ).update(events_sent=F("events_sent") + 1, **(_paid(charge) if is_paid else {"state": outcome}))
    charge.refresh_from_db()
    reached = {State.PAID, State.AUTHORIZED} if is_paid else {outcome}
    if not changed and charge.state not in reached:
        raise ChargeNotOpen()
    return charge


def _paid(charge: TestGatewayCharge) -> dict[str, Any]:
    """The columns of a charge that its buyer has paid."""
    if charge.is_captured_later:
        return {"state": State.AUTHORIZED, "held_until": now() + HOLDS_FOR}
    return {"state": State.PAID, "captured_minor": F("amount_minor")}


def get_charge(charge_ref: str) -> TestGatewayCharge:
    return TestGatewayCharge.objects.get(charge_ref=charge_ref)


def settle_later(charge_ref: str) -> TestGatewayCharge:
    """A payment promised for later arrives. Repeatable."""
    charge = get_charge(charge_ref)
    TestGatewayCharge.objects.filter(pk=charge.pk, state=State.LATER).update(
        events_sent=F("events_sent") + 1, **_paid(charge)
    )
    return get_charge(charge_ref)


def build_event(charge: TestGatewayCharge) -> tuple[bytes, dict[str, str]]:
    """Body and headers of the event about the charge's present state. The same state makes the same event id."""
    event = {
        "id": f"evt_{uuid5(charge.pk, f'{charge.state}.{charge.events_sent}').hex}",
        "type": f"charge.{charge.state}",
        "data": {
            "charge_ref": charge.charge_ref,
            "amount_minor": charge.amount_minor,
            "currency": charge.currency,
        },
    }
    body = json.dumps(event, separators=(",", ":")).encode()
    return body, {"content-type": "application/json", SIGNATURE_HEADER: sign(body)}


def _lock(charge: Charge) -> TestGatewayCharge:
    return TestGatewayCharge.objects.select_for_update().get(charge_ref=charge.ref)


def _is_held(charge: TestGatewayCharge) -> bool:
    is_over = charge.held_until is not None and charge.held_until <= now()
    return charge.state == State.AUTHORIZED and not is_over


def _describe(charge: TestGatewayCharge) -> GatewayState:
    declined = charge.state == State.DECLINED
    in_sum = partial(from_minor, currency=charge.currency)
    is_authorized = charge.is_captured_later and charge.held_until is not None
    return GatewayState(
        status=_status_of(charge),
        amount=in_sum(charge.amount_minor),
        ref=f"test-{charge.pk}",
        code="declined" if declined else "",
        message=gettext("The test bank declined the payment.") if declined else "",
        authorized=in_sum(charge.amount_minor if is_authorized else 0),
        captured=in_sum(charge.captured_minor),
        refunded=in_sum(charge.refunded_minor),
        held_until=charge.held_until if charge.state == State.AUTHORIZED else None,
    )


def _status_of(charge: TestGatewayCharge) -> ChargeStatus:
    """A held amount is released when its time is over."""
    if charge.state == State.AUTHORIZED and not _is_held(charge):
        return ChargeStatus.PAID if charge.captured_minor else ChargeStatus.CANCELLED
    return _STATUS[State(charge.state)]
