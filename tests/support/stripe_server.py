"""A server that keeps payments as Stripe documents it: the far end of `apps.gateways.stripe` in tests.

Intents, refunds within what was captured, idempotency keys with a comparison of the body, declines, 3-D Secure,
disputes, and signed events, which a test delivers late, twice or in another order. Every secret key is an account of its
own. What a buyer's browser or the merchant's dashboard does is a method of `Account`.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

from stripe import WebhookSignature

from apps.gateways.stripe.client import API_VERSION
from tests.support.provider_server import Answer, ProviderServer, Refused, Sent, once, serving
from tests.support.stripe_account import Account


@dataclass
class StripeServer(ProviderServer):
    accounts: dict[str, Account] = field(default_factory=dict)

    def account(self, secret_key: str) -> Account:
        return self.accounts.setdefault(secret_key, Account())

    def answer(self, sent: Sent) -> Answer:
        key = sent.headers.get("authorization", "").removeprefix("Bearer ")
        if key not in self.accounts:
            return 401, _error("invalid_request_error", "", f"Invalid API Key: {key[:8]}****")
        if sent.headers.get("stripe-version") != API_VERSION:
            return 400, _error("invalid_request_error", "", "Another version was expected.")
        account = self.accounts[key]
        form = unfold(sent.raw if sent.method == "POST" else sent.query)

        def make() -> Answer:
            return self.route(account, sent, form)

        try:
            if sent.method != "POST" or "idempotency-key" not in sent.headers:
                return make()
            return once(account.answered, sent.headers["idempotency-key"], sent, make, _CONFLICT)
        except Refused as refused:
            kind = "card_error" if refused.status == 402 else refused.type
            return refused.status, _error(kind, refused.code, str(refused))

    def route(self, account: Account, sent: Sent, form: dict[str, Any]) -> Answer:
        return _route(account, sent.method, sent.path, form)


# `Request-Id` is in the log of errors; a busy answer is not repeated by the library.
HEADERS: Final = {"Request-Id": "req_test", "Stripe-Should-Retry": "false"}


@contextmanager
def stripe_server() -> Iterator[StripeServer]:
    server = StripeServer(headers=HEADERS)
    with serving(server):
        yield server


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


_CONFLICT: Answer = (
    400,
    _error("idempotency_error", "", "Keys can only be used with the same parameters."),
)


def _route(account: Account, method: str, path: str, form: dict[str, Any]) -> Answer:
    parts = path.removeprefix("/v1/").split("/")
    match (method, *parts):
        case ("POST", "payment_intents"):
            return 200, account.create_intent(form)
        case ("GET", "payment_intents"):
            return 200, list_page(account.intents.values(), form)
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
            return 200, list_page(account.refunds.values(), form)
        case ("GET", "disputes"):
            return 200, list_page(account.disputes.values(), form)
        case ("GET", "webhook_endpoints"):
            return 200, list_page(account.endpoints, {})
    return 404, _error("invalid_request_error", "resource_missing", f"Unrecognized URL {path}")


def list_page(rows: Any, form: dict[str, Any]) -> dict[str, Any]:
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
