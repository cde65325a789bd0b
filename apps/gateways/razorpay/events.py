"""Signatures of Razorpay: of webhooks, and of the buyer who comes back. Both in constant time, with keys of their own.

Sources: https://razorpay.com/docs/webhooks/validate-test/ (`X-Razorpay-Signature` over the raw body, by the webhook's secret;
`x-razorpay-event-id`) and https://razorpay.com/docs/payments/payment-gateway/web-integration/hosted/integration-steps/
(`order_id|payment_id`, by the key's secret). No time is signed: an old message is taken, and books nothing by itself.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

from apps.gateways.errors import InvalidSignature
from apps.gateways.incoming import reading_an_event, short_text
from apps.gateways.razorpay.orders import CHARGE_KEY, STORE_KEY, notes_of
from apps.gateways.values import IncomingEvent
from apps.tenancy.context import current_store_or_none

SIGNATURE: Final = "x-razorpay-signature"
EVENT_ID: Final = "x-razorpay-event-id"
_FOLLOWED: Final = ("payment.", "order.", "refund.")


def read_event(*, body: bytes, headers: Mapping[str, str], secret: str) -> IncomingEvent:
    """The event, verified. Raises `InvalidSignature` or `MalformedEvent`."""
    if not is_signed(body, headers.get(SIGNATURE, ""), secret):
        raise InvalidSignature()
    with reading_an_event():
        event = json.loads(body.decode())
        kind = short_text(event["event"], 64)
        return IncomingEvent(
            event_id=short_text(headers.get(EVENT_ID) or hashlib.sha256(body).hexdigest()),
            kind=kind,
            charge_ref=_charge_ref(event["payload"]) if kind.startswith(_FOLLOWED) else "",
        )


def is_signed(message: bytes, signature: str, secret: str) -> bool:
    expected = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def _charge_ref(payload: Mapping[str, Any]) -> str:
    """The charge that we wrote into the order, else Razorpay's id of the order.

    What a payment's own notes say is not read: they come from the buyer's browser. An account may serve several stores and
    other shops: what names another store is not of this one.
    """
    order = (payload.get("order") or {}).get("entity") or {}
    notes = notes_of(order)
    store = current_store_or_none()
    if STORE_KEY in notes and (store is None or notes[STORE_KEY] != str(store.id)):
        return ""
    if CHARGE_KEY in notes:
        return short_text(notes[CHARGE_KEY])
    payment = (payload.get("payment") or {}).get("entity") or {}
    order_id = order.get("id") or payment.get("order_id")
    return short_text(order_id) if order_id else ""
