"""PayPal's REST API over HTTP, with the keys of one store: its access token, its refusals.

Sources: https://developer.paypal.com/api/rest/authentication/ (client credentials),
https://developer.paypal.com/api/rest/responses/ (errors: `name`, `details[].issue`, `debug_id`).
"""

import base64
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
import structlog
from django.conf import settings
from django.utils.translation import gettext

from apps.common.bounded_memory import BoundedMemory
from apps.common.json_http import Answer
from apps.gateways.errors import GatewayRefused, GatewayUnavailable
from apps.gateways.http import send
from apps.gateways.paypal.keys import CLIENT_ID, SECRET, api_of
from apps.tenancy.context import current_store

_EARLIER: Final = 60.0  # seconds before its end that a token is renewed
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_NOT_FOUND: Final = 404

log = structlog.get_logger(__name__)


class PayPalRefused(GatewayRefused):
    """With PayPal's code of the reason, and the links that it gives: `redirect` leads the buyer back to PayPal."""

    def __init__(self, message: str, *, issue: str, links: Mapping[str, str]) -> None:
        super().__init__(message)
        self.issue, self.links = issue, links


class KeysRefused(GatewayUnavailable):
    """A matter of the store's owner: what was tried can succeed with new keys."""


class NotAllowed(KeysRefused):
    """The app has no permission for this call."""


@dataclass(frozen=True)
class Token:
    value: str
    ends_at: float

    def __repr__(self) -> str:
        return "Token()"


_tokens: Final[BoundedMemory[str, Token]] = BoundedMemory(lambda: 1_000)


class PayPalClient:
    """Tokens are kept in the memory of the process, by store and by its keys: never shared, never stored.

    `is_trial` uses and leaves none, for keys that are only typed so far.
    """

    def __init__(self, keys: Mapping[str, Any], *, is_trial: bool = False) -> None:
        self._api, self._is_trial = api_of(keys), is_trial
        login = f"{keys[CLIENT_ID]}:{keys[SECRET]}".encode()
        self._login = base64.b64encode(login).decode()
        holder = f"{current_store().id}|{self._api}|{self._login}"
        self._holder = hashlib.sha256(holder.encode()).hexdigest()

    def get(self, path: str) -> dict[str, Any] | None:
        """None for what this account does not have."""
        answer = self._call("GET", path, None, "")
        return None if answer.status == _NOT_FOUND else self._checked(answer)

    def post(self, path: str, body: Mapping[str, Any], *, key: str = "") -> dict[str, Any]:
        """`key` is the idempotency key (`PayPal-Request-Id`). Raises `PayPalRefused`."""
        return self.post_raw(path, orjson.dumps(body), key=key)

    def post_raw(self, path: str, body: bytes, *, key: str = "") -> dict[str, Any]:
        return self._checked(self._call("POST", path, body, key))

    def _call(self, method: str, path: str, body: bytes | None, key: str) -> Answer:
        """A token that PayPal takes no more is renewed, once."""
        answer = self._send(method, path, body, key, self._token())
        if answer.status == _UNAUTHORIZED:
            _tokens.drop(self._holder)
            answer = self._send(method, path, body, key, self._token())
        return answer

    def _send(self, method: str, path: str, body: bytes | None, key: str, token: Token) -> Answer:
        headers = {
            "Authorization": f"Bearer {token.value}",
            "Content-Type": "application/json",
            "Prefer": "return=representation",
        }
        if key:
            headers["PayPal-Request-Id"] = key
        return send(
            method,
            f"{self._api}{path}",
            headers=headers,
            body=body,
            seconds=settings.PAYPAL_TIMEOUT_SECONDS,
        )

    def _token(self) -> Token:
        known = None if self._is_trial else _tokens.get(self._holder)
        if known is not None and known.ends_at > time.monotonic():
            return known
        answer = send(
            "POST",
            f"{self._api}/v1/oauth2/token",
            headers={
                "Authorization": f"Basic {self._login}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            body=b"grant_type=client_credentials",
            seconds=settings.PAYPAL_TIMEOUT_SECONDS,
        )
        value = answer.content.get("access_token")
        if not isinstance(value, str) or not value:
            log.warning("paypal.keys_refused", status=answer.status)
            raise KeysRefused()
        lives = float(answer.content.get("expires_in") or 0)
        token = Token(value, time.monotonic() + max(lives - _EARLIER, 0))
        if not self._is_trial:
            _tokens.put(self._holder, token)
        return token

    def _checked(self, answer: Answer) -> dict[str, Any]:
        if answer.status < 300:
            return answer.content
        details = answer.content.get("details")
        first = details[0] if isinstance(details, list) and details else {}
        issue = str(first.get("issue") or answer.content.get("name") or answer.status)
        debug_id = answer.content.get("debug_id")
        if answer.status in (_UNAUTHORIZED, _FORBIDDEN):
            log.warning("paypal.not_allowed", issue=issue, request=debug_id)
            raise NotAllowed() if answer.status == _FORBIDDEN else KeysRefused()
        log.warning("paypal.refused", issue=issue, request=debug_id)
        raise PayPalRefused(
            gettext("PayPal refused this: %(reason)s")
            % {"reason": str(first.get("description") or issue)[:200]},
            issue=issue,
            links=links_of(answer.content),
        )


def links_of(content: Mapping[str, Any]) -> dict[str, str]:
    """Addresses by what they are for."""
    return {
        str(link.get("rel")): str(link.get("href"))
        for link in content.get("links") or ()
        if isinstance(link, Mapping)
    }
