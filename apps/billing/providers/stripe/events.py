"""Webhooks of Stripe about merchants' bills: verified, and what they are about. What they say is never booked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from apps.billing.providers.stripe.keys import has_keys
from apps.billing.providers.stripe.states import BILL_KEY
from apps.gateways.errors import InvalidSignature
from apps.gateways.incoming import reading_an_event, short_text
from apps.gateways.stripe.events import HEADER, verified_text
from apps.gateways.stripe.intents import STORE_KEY

# What the endpoint at Stripe is to send.
FOLLOWED: Final = (
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.voided",
    "invoice.marked_uncollectible",
    "checkout.session.completed",
    "customer.updated",
    "customer.deleted",
    "payment_method.detached",
    "charge.refunded",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.closed",
)
CHARGE: Final = "charge"
PAYMENT: Final = "payment"
CUSTOMER: Final = "customer"
PAGE: Final = "page"


@dataclass(frozen=True)
class BillEvent:
    """`subject` is what is asked for again: `charge:<our id>`, `payment:<intent>`, `customer:<id>`, `page:<session>`.
    Empty for what is not of this platform's bills."""

    event_id: str
    kind: str
    subject: str


def read_bill_event(*, body: bytes, headers: Mapping[str, str]) -> BillEvent:
    """Raises `InvalidSignature`, also without keys, or `MalformedEvent`."""
    if not has_keys():
        raise InvalidSignature
    text = verified_text(body, headers.get(HEADER, ""), settings.BILLING_STRIPE_WEBHOOK_SECRET)
    with reading_an_event():
        event = json.loads(text)
        kind = short_text(event["type"], 64)
        subject = _subject_of(event["data"]) if kind in FOLLOWED else ""
        return BillEvent(short_text(event["id"]), kind, subject and short_text(subject))


def _subject_of(data: Mapping[str, Any]) -> str:
    found = data["object"]
    metadata = found.get("metadata") or {}
    kind = found["object"]
    if kind == "invoice":
        return f"{CHARGE}:{metadata[BILL_KEY]}" if BILL_KEY in metadata else ""
    if kind == "checkout.session":
        is_ours = found.get("mode") == "setup" and STORE_KEY in metadata
        return f"{PAGE}:{found['id']}" if is_ours else ""
    if kind == "customer":
        return f"{CUSTOMER}:{found['id']}"
    if kind == "payment_method":  # detached: the previous customer
        before = (data.get("previous_attributes") or {}).get("customer")
        return f"{CUSTOMER}:{before}" if before else ""
    intent = found.get("payment_intent")  # a charge, a refund, a dispute
    return f"{PAYMENT}:{intent}" if intent else ""
