"""A server that keeps payments as Stripe documents it: the far end of `apps.gateways.stripe` in tests.

Intents, refunds within what was captured, idempotency keys with a comparison of the body, declines, 3-D Secure,
disputes, and signed events, which a test delivers late, twice or in another order. Every secret key is an account of its
own. What a buyer's browser or the merchant's dashboard does is a method of `Account`.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from stripe import WebhookSignature

from apps.gateways.stripe.client import API_VERSION
from tests.support.stripe_account import Account, Refused

Answer = tuple[int, dict[str, Any]]


@dataclass
class StripeServer:
    """`fail` is a list of statuses with which the next requests are answered instead."""

    url: str = ""
    accounts: dict[str, Account] = field(default_factory=dict)
    fail: list[int] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def account(self, secret_key: str) -> Account:
        return self.accounts.setdefault(secret_key, Account())

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], form: dict[str, Any], raw: str
    ) -> Answer:
        with self.lock:
            self.requests.append((method, path))
            if self.fail:
                status = self.fail.pop(0)
                return status, _error("api_error", "", "Something went wrong on Stripe's end.")
            key = headers.get("Authorization", "").removeprefix("Bearer ")
            if key not in self.accounts:
                return 401, _error("invalid_request_error", "", f"Invalid API Key: {key[:8]}****")
            if headers.get("Stripe-Version") != API_VERSION:
                return 400, _error("invalid_request_error", "", "Another version was expected.")
            account = self.accounts[key]
            try:
                return self._once(account, method, path, headers.get("Idempotency-Key"), form, raw)
            except Refused as refused:
                return refused.status, _error(refused.type, refused.code, str(refused))

    def _once(
        self,
        account: Account,
        method: str,
        path: str,
        key: str | None,
        form: dict[str, Any],
        raw: str,
    ) -> Answer:
        """A repeated key gets the first answer; with other parameters it is refused."""
        if method != "POST" or key is None:
            return _route(account, method, path, form)
        known = account.answered.get(key)
        if known is None:
            account.answered[key] = (path, raw, _route(account, method, path, form))
            return account.answered[key][2]
        if known[:2] != (path, raw):
            return 400, _error(
                "idempotency_error", "", "Keys can only be used with the same parameters."
            )
        return known[2]


@contextmanager
def stripe_server() -> Iterator[StripeServer]:
    server = StripeServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._take("GET")

        def do_POST(self) -> None:
            self._take("POST")

        def _take(self, method: str) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            address = urlsplit(self.path)
            form = unfold(raw if method == "POST" else address.query)
            status, body = server.answer(method, address.path, dict(self.headers), form, raw)
            sent = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.send_header("Request-Id", "req_test")
            self.send_header("Stripe-Should-Retry", "false")
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    door = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    door.daemon_threads = True
    server.url = f"http://127.0.0.1:{door.server_address[1]}"
    threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        door.shutdown()
        door.server_close()


def signed(
    event: dict[str, Any], secret: str, at: int | None = None
) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a delivery."""
    body = json.dumps(event, indent=2)
    header = WebhookSignature.generate_signature_header(body, secret, at)
    return body.encode(), {"stripe-signature": header}


def unfold(text: str) -> dict[str, Any]:
    """`metadata[a]=1&expand[0]=x` as nested mappings."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        first, *more = re.findall(r"[^\[\]]+", name)
        target = found
        for part, following in zip([first, *more], [*more, None], strict=True):
            if following is None:
                target[part] = value
            else:
                target = target.setdefault(part, {})
    return found


def _error(kind: str, code: str, message: str) -> dict[str, Any]:
    return {"error": {"type": kind, "code": code, "message": message}}


def _route(account: Account, method: str, path: str, form: dict[str, Any]) -> Answer:
    parts = path.removeprefix("/v1/").split("/")
    match (method, *parts):
        case ("POST", "payment_intents"):
            return 200, account.create_intent(form)
        case ("GET", "payment_intents"):
            return 200, _page(account.intents.values(), form)
        case ("GET", "payment_intents", ref):
            return 200, account.show(ref, form)
        case ("POST", "payment_intents", ref):
            return 200, account.update_intent(ref, form)
        case ("POST", "customers"):
            return 200, account.create_customer(form)
        case ("POST", "customer_sessions"):
            return 200, account.create_session(form)
        case ("POST", "payment_intents", ref, "cancel"):
            return 200, account.cancel(ref)
        case ("POST", "payment_intents", ref, "capture"):
            return 200, account.capture(ref, form)
        case ("POST", "refunds"):
            return 200, account.create_refund(form)
        case ("GET", "refunds"):
            return 200, _page(account.refunds.values(), form)
        case ("GET", "disputes"):
            return 200, _page(account.disputes.values(), form)
        case ("GET", "webhook_endpoints"):
            return 200, _page(account.endpoints, {})
    return 404, _error("invalid_request_error", "resource_missing", f"Unrecognized URL {path}")


def _page(rows: Any, form: dict[str, Any]) -> dict[str, Any]:
    wanted = form.get("payment_intent")
    found = [row for row in rows if wanted is None or row["payment_intent"] == wanted]
    if after := form.get("starting_after"):
        found = found[[row["id"] for row in found].index(after) + 1 :]
    limit = int(form.get("limit", 10))
    return {
        "object": "list",
        "data": found[:limit],
        "has_more": len(found) > limit,
        "url": "/v1/list",
    }
