"""Webhooks of PayPal: PayPal is asked whether it sent them.

Two ways are documented (https://developer.paypal.com/api/rest/webhooks/rest/): to check the RSA signature here, with a
certificate from an address in the message, or to send the message back to `verify-webhook-signature`. We send it back: trust in a
certificate of PayPal's is not documented beyond its address, a wrong guess would refuse every event or believe a forged one. The
cost is a call for each event. It is made only for messages of the right form, and while PayPal does not answer, the sender gets a
503 and sends again (25 times in 3 days). PayPal does not say that the time of a message is renewed when it is sent again, so
an old one is taken: it books nothing by itself.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from apps.gateways.errors import InvalidSignature
from apps.gateways.incoming import reading_an_event, short_text
from apps.gateways.paypal.client import PayPalClient, PayPalRefused
from apps.gateways.paypal.references import charge_ref_of
from apps.gateways.values import IncomingEvent

_VERIFY: Final = "/v1/notifications/verify-webhook-signature"
# Header, field, and what it may be. https://developer.paypal.com/docs/api/webhooks/v1/#verify-webhook-signature_post
_HEADERS: Final = (
    ("paypal-transmission-id", "transmission_id", re.compile(r"[\w-]{1,50}", re.ASCII)),
    ("paypal-transmission-time", "transmission_time", re.compile(r"[0-9TZ:.+-]{1,64}", re.ASCII)),
    ("paypal-transmission-sig", "transmission_sig", re.compile(r"[\w+/=-]{1,500}", re.ASCII)),
    ("paypal-auth-algo", "auth_algo", re.compile(r"[A-Za-z0-9]{1,100}", re.ASCII)),
    (
        "paypal-cert-url",
        "cert_url",
        re.compile(r"https://api(-m)?(\.sandbox)?\.paypal\.com/[\w./-]{1,400}", re.ASCII),
    ),
)
_FOLLOWED: Final = ("CHECKOUT.", "PAYMENT.", "CUSTOMER.DISPUTE.")


def read_event(
    *, body: bytes, headers: Mapping[str, str], client: PayPalClient, webhook_id: str
) -> IncomingEvent:
    """The event, verified. Raises `InvalidSignature`, `MalformedEvent` or `GatewayUnavailable`."""
    fields = {"webhook_id": webhook_id}
    for header, field, form in _HEADERS:
        fields[field] = headers.get(header, "")
        if not form.fullmatch(fields[field]):
            raise InvalidSignature()
    with reading_an_event():
        event = json.loads(body.decode())
        incoming = IncomingEvent(
            event_id=short_text(event["id"]),
            kind=short_text(event["event_type"], 64),
            charge_ref=_charge_ref(event["event_type"], event["resource"]),
        )
    _verify(client, fields, body)
    return incoming


def _verify(client: PayPalClient, fields: Mapping[str, str], body: bytes) -> None:
    """The event is sent back as it came: parsed and written again it would be other bytes, and the signature is of those."""
    message = orjson.dumps(fields)[:-1] + b',"webhook_event":' + body + b"}"
    try:
        answer = client.post_raw(_VERIFY, message)
    except PayPalRefused:
        raise InvalidSignature() from None
    if answer.get("verification_status") != "SUCCESS":
        raise InvalidSignature()


def _charge_ref(kind: str, resource: Mapping[str, Any]) -> str:
    """The charge that the event is about: from what we wrote into it, else PayPal's own reference of its order.

    An account may serve several stores and other shops: what names another store is not of this one.
    """
    if not kind.startswith(_FOLLOWED):
        return ""
    for custom_id in _custom_ids(resource):
        charge_ref = charge_ref_of(custom_id)
        if charge_ref is not None:
            return charge_ref
    related = (resource.get("supplementary_data") or {}).get("related_ids") or {}
    order_id = resource.get("id") if kind.startswith("CHECKOUT.ORDER.") else related.get("order_id")
    return short_text(order_id) if order_id else ""


def _custom_ids(resource: Mapping[str, Any]) -> list[Any]:
    """Of a capture, authorization or refund; of an order; of a dispute."""
    found = [resource.get("custom_id")]
    found += [unit.get("custom_id") for unit in resource.get("purchase_units") or ()]
    found += [each.get("custom") for each in resource.get("disputed_transactions") or ()]
    return found
