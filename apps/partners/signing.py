"""Signatures by Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`.

An endpoint's secret is made from the installation's key, the store, the endpoint and a generation, so no secret is at rest,
and a copy of the store signs with others. After a rotation messages have the signatures of both secrets for a while; so they do
while the installation's key before is among `SECRET_KEY_FALLBACKS`.
"""

import base64
import hmac
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac

from apps.common.clock import now
from apps.partners.models import WebhookEndpoint
from apps.tenancy.context import current_store

MARK: Final = "whsec_"
_SALT: Final = "apps.partners.webhooks"


def secret_of(endpoint: WebhookEndpoint) -> str:
    """What the receiver keeps to check signatures."""
    return MARK + base64.b64encode(_key(endpoint, endpoint.secret_generation)).decode()


def headers_of(
    endpoint: WebhookEndpoint, *, event_id: str, body: bytes, at: datetime
) -> dict[str, str]:
    """The three headers of a message."""
    timestamp = str(int(at.timestamp()))
    signed = b".".join((event_id.encode(), timestamp.encode(), body))
    signatures = [
        "v1," + base64.b64encode(hmac.digest(key, signed, sha256)).decode()
        for key in _keys(endpoint)
    ]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def _keys(endpoint: WebhookEndpoint) -> list[bytes]:
    generations = [endpoint.secret_generation]
    until = endpoint.previous_secret_until
    if until is not None and now() < until:
        generations.append(endpoint.secret_generation - 1)
    installation = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_key(endpoint, one, key) for one in generations for key in installation]


def _key(endpoint: WebhookEndpoint, generation: int, key: str = "") -> bytes:
    value = f"{current_store().id}:{endpoint.pk}:{generation}"
    secret = key or settings.SECRET_KEY
    return salted_hmac(_SALT, value, secret=secret, algorithm="sha256").digest()
