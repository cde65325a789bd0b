"""Programs that have a key."""

import base64
import hmac
from hashlib import sha256
from typing import Any

from apps.partners import services as partners
from apps.partners.models import ApiKey
from tests.api.shop import Api
from tests.support.acting import STAFF, seeing_all


def make_key(store: Any, *scopes: str, **fields: Any) -> tuple[ApiKey, Api]:
    """A key, and a client that sends it."""
    with seeing_all(store):
        made = partners.create_key(name="ERP", scopes=scopes, actor=STAFF, **fields)
    return made.key, with_key(store, made.text)


def with_key(store: Any, text: str) -> Api:
    return Api(store, authorization=f"Bearer {text}")


def verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As docs/partners.md tells receivers to."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, signed, sha256)).decode()
    given = [one.partition(",")[2] for one in headers["webhook-signature"].split()]
    return any(hmac.compare_digest(expected, one) for one in given)
