"""Webhooks of Stripe: signature and age, and what they are about."""

import json
import time
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext
from stripe import SignatureVerificationError, WebhookSignature

from apps.gateways.errors import InvalidSignature
from apps.gateways.incoming import reading_an_event, short_text
from apps.gateways.stripe.intents import CHARGE_KEY, STORE_KEY
from apps.gateways.values import IncomingEvent
from apps.tenancy.context import current_store_or_none

HEADER: Final = "stripe-signature"
TOLERANCE_SECONDS: Final = 300
_FOLLOWED: Final = ("payment_intent.", "charge.", "refund.")


def read_event(*, body: bytes, headers: Mapping[str, str], secret: str) -> IncomingEvent:
    """The event, verified. Raises `InvalidSignature` or `MalformedEvent`."""
    text = verified_text(body, headers.get(HEADER, ""), secret)
    with reading_an_event():
        event = json.loads(text)
        return IncomingEvent(
            event_id=short_text(event["id"]),
            kind=short_text(event["type"], 64),
            charge_ref=_charge_ref(event["type"], event["data"]["object"]),
        )


def verified_text(body: bytes, header: str, secret: str) -> str:
    """The text of the body. The library takes a time in the future; this does not."""
    try:
        text = body.decode()
        WebhookSignature.verify_header(text, header, secret, TOLERANCE_SECONDS)
        stamp = int(next(part[2:] for part in header.split(",") if part.startswith("t=")))
    except (SignatureVerificationError, ValueError, TypeError, StopIteration):
        raise InvalidSignature() from None  # the library's error has the body
    if stamp - time.time() > TOLERANCE_SECONDS:
        raise InvalidSignature(gettext("The signature is of the future."))
    return text


def _charge_ref(kind: str, subject: Mapping[str, Any]) -> str:
    """The charge that the event is about: the id in its metadata, or the reference of the Payment Intent.

    An account may serve several stores and other shops: what names another store, and a payment without our metadata,
    is not of this store. Disputes and refunds made at Stripe have no metadata.
    """
    if not kind.startswith(_FOLLOWED):
        return ""
    metadata = subject.get("metadata") or {}
    store = current_store_or_none()
    if STORE_KEY in metadata and (store is None or metadata[STORE_KEY] != str(store.id)):
        return ""
    if CHARGE_KEY in metadata:
        return short_text(metadata[CHARGE_KEY])
    if subject["object"] in ("payment_intent", "charge"):
        return ""
    intent = subject.get("payment_intent")
    return short_text(intent) if intent else ""
