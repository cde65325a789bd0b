"""A server that keeps orders as PayPal documents it: the far end of `apps.gateways.paypal` in tests.

Access tokens that end, orders that are approved by a buyer and taken once, authorizations with several captures, refunds
within each capture, idempotency keys, disputes, and signed events, which a test delivers late, twice or in another order.
Every client ID is an account of its own. What a buyer or PayPal itself does is a method of `Account`.
"""

import hashlib
import hmac
import json
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from tests.support.paypal_account import SITE, Account
from tests.support.provider_server import Answer, ProviderServer, Refused, Sent, once, serving

_SECRET = b"the private key of PayPal"
_EVENT = '"webhook_event":'


@dataclass
class PayPalServer(ProviderServer):
    """`tokens` are the valid ones: without them the next call has to ask for a new one."""

    accounts: dict[str, Account] = field(default_factory=dict)
    tokens: dict[str, Account] = field(default_factory=dict)

    def account(self, client_id: str, secret: str) -> Account:
        return self.accounts.setdefault(f"{client_id}:{secret}", Account())

    def answer(self, sent: Sent) -> Answer:
        if sent.path == "/v1/oauth2/token":
            return self._give_token(sent)
        token = sent.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            return 401, {"error": "invalid_token"}
        account = self.tokens[token]

        def make() -> Answer:
            try:
                return _route(account, sent)
            except Refused as refused:
                if refused.status >= 500:
                    raise
                return refused.status, _error(refused)

        try:
            return self._once(account, sent, make)
        except Refused as refused:
            return refused.status, _error(refused)

    def _once(self, account: Account, sent: Sent, make: Callable[[], Answer]) -> Answer:
        """A repeated key gets the first answer, also if it was a refusal."""
        if key := sent.headers.get("paypal-request-id"):
            assert len(key) <= 38
            return once(account.answered, key, sent, make, None)
        return make()

    def _give_token(self, sent: Sent) -> Answer:
        login = b64decode(sent.headers["authorization"].removeprefix("Basic ")).decode()
        if login not in self.accounts or sent.raw != "grant_type=client_credentials":
            return 401, {"error": "invalid_client"}
        token = f"A21AA{uuid4().hex}"
        self.tokens[token] = self.accounts[login]
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 32_400}


@contextmanager
def paypal_server() -> Iterator[PayPalServer]:
    server = PayPalServer()
    with serving(server):
        yield server


def signed(event: dict[str, Any], webhook_id: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a delivery. The body is written in another way than any library would write it again."""
    body = json.dumps(event, indent=3).replace("\n", "\r\n").encode()
    known, time = str(uuid4()), "2026-11-29T18:00:00Z"
    return body, {
        "paypal-transmission-id": known,
        "paypal-transmission-time": time,
        "paypal-transmission-sig": _sign(known, time, webhook_id, body),
        "paypal-auth-algo": "SHA256withRSA",
        "paypal-cert-url": "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
    }


def _sign(known: str, time: str, webhook_id: str, body: bytes) -> str:
    message = f"{known}|{time}|{webhook_id}|{zlib.crc32(body)}".encode()
    return hmac.new(_SECRET, message, hashlib.sha256).hexdigest()


def _verify(account: Account, raw: str) -> Answer:
    """Of the bytes as they came: written in another way, the event has another checksum."""
    fields = json.loads(raw)
    event = raw.partition(_EVENT)[2].removesuffix("}").encode()
    expected = _sign(
        fields["transmission_id"], fields["transmission_time"], fields["webhook_id"], event
    )
    is_ours = fields["webhook_id"] in account.webhooks
    is_good = is_ours and hmac.compare_digest(expected, fields["transmission_sig"])
    account.verified += 1
    return 200, {"verification_status": "SUCCESS" if is_good else "FAILURE"}


def _route(account: Account, sent: Sent) -> Answer:
    body = json.loads(sent.raw) if sent.raw else {}
    match (sent.method, *sent.path.strip("/").split("/")):
        case ("POST", "v2", "checkout", "orders"):
            return 201, account.create_order(body)
        case ("GET", "v2", "checkout", "orders", ref):
            return 200, account.show(ref)
        case ("POST", "v2", "checkout", "orders", ref, "capture"):
            return 201, account.capture_order(ref)
        case ("POST", "v2", "checkout", "orders", ref, "authorize"):
            return 201, account.authorize_order(ref)
        case ("POST", "v2", "payments", "authorizations", ref, "capture"):
            return 201, account.capture_hold(ref, body)
        case ("POST", "v2", "payments", "authorizations", ref, "void"):
            return 200, account.void(ref)
        case ("POST", "v2", "payments", "captures", ref, "refund"):
            return 201, account.refund_capture(ref, body)
        case ("GET", "v1", "customer", "disputes"):
            capture = parse_qs(sent.query).get("disputed_transaction_id", [""])[0]
            return 200, account.list_disputes(capture)
        case ("GET", "v1", "customer", "disputes", ref):
            return 200, account.disputes[ref]
        case ("POST", "v1", "notifications", "verify-webhook-signature"):
            return _verify(account, sent.raw)
        case ("GET", "v1", "notifications", "webhooks", ref) if ref in account.webhooks:
            return 200, {"id": ref, "url": account.webhooks[ref]}
    raise Refused(f"No such resource: {sent.path}", "RESOURCE_NOT_FOUND", 404)


def _error(refused: Refused) -> dict[str, Any]:
    names = {404: "RESOURCE_NOT_FOUND", 403: "NOT_AUTHORIZED"}
    links = [{"rel": "information_link", "href": "https://developer.paypal.com/"}]
    if refused.code == "INSTRUMENT_DECLINED":
        links.append({"rel": "redirect", "href": f"{SITE}/checkoutnow?token=again"})
    return {
        "name": names.get(refused.status, "UNPROCESSABLE_ENTITY"),
        "details": [{"issue": refused.code, "description": str(refused)}],
        "debug_id": "d1",
        "links": links,
    }
