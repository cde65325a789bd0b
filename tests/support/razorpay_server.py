"""A server that keeps orders as Razorpay documents it: the far end of `apps.gateways.razorpay` in tests.

Orders without idempotency keys, several payments of one order of which one is captured, late authorization, refunds with
keys and a comparison of the body, disputes, and signed events, which a test delivers late, twice or in another order. Every key
is an account of its own. What a buyer, a bank or Razorpay itself does is a method of `Account`.
"""

import hashlib
import hmac
import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tests.support.provider_server import Answer, ProviderServer, Refused, Sent, once, serving
from tests.support.razorpay_account import Account


@dataclass
class RazorpayServer(ProviderServer):
    accounts: dict[str, Account] = field(default_factory=dict)

    def account(self, key_id: str, secret: str) -> Account:
        return self.accounts.setdefault(f"{key_id}:{secret}", Account())

    def answer(self, sent: Sent) -> Answer:
        login = sent.headers.get("authorization", "").removeprefix("Basic ")
        account = self.accounts.get(b64decode(login).decode())
        if account is None:
            return 401, _error("BAD_REQUEST_ERROR", "Authentication failed")
        key = sent.headers.get("x-refund-idempotency")
        try:
            if key is None:
                return _route(account, sent)
            return once(account.answered, key, sent, lambda: _route(account, sent), _CONFLICT)
        except Refused as refused:
            return refused.status, _error(refused.code, str(refused))


@contextmanager
def razorpay_server() -> Iterator[RazorpayServer]:
    server = RazorpayServer()
    with serving(server):
        yield server


def signed(event: dict[str, Any], secret: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a delivery."""
    body = json.dumps({name: value for name, value in event.items() if name != "number"}).encode()
    return body, {
        "x-razorpay-signature": sign(body, secret),
        "x-razorpay-event-id": str(event["number"]),
    }


def sign(message: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _error(code: str, description: str) -> dict[str, Any]:
    return {"error": {"code": code, "description": description, "metadata": {}}}


_CONFLICT: Answer = (
    409,
    _error(
        "BAD_REQUEST_ERROR",
        "Different request with the same idempotency key has already been processed.",
    ),
)


def _route(account: Account, sent: Sent) -> Answer:
    body = json.loads(sent.raw) if sent.raw else {}
    match (sent.method, *sent.path.removeprefix("/v1/").split("/")):
        case ("POST", "orders"):
            return 200, account.create_order(body)
        case ("GET", "orders"):
            return 200, account.list_orders(parse_qs(sent.query)["receipt"][0])
        case ("GET", "orders", ref):
            return 200, account.show_order(ref)
        case ("GET", "orders", ref, "payments"):
            return 200, account.payments_of(ref)
        case ("GET", "payments"):
            return 200, {"entity": "collection", "count": 0, "items": []}
        case ("POST", "payments", ref, "capture"):
            return 200, account.capture(ref, body)
        case ("POST", "payments", ref, "refund"):
            return 200, account.refund(ref, body)
        case ("GET", "payments", ref, "refunds"):
            return 200, account.refunds_of(ref)
        case ("GET", "disputes"):
            return 200, account.list_disputes()
    raise Refused("The requested URL was not found on the server.", "BAD_REQUEST_ERROR", 404)
