"""Razorpay's REST API over HTTP, with the keys of one store.

Sources: https://razorpay.com/docs/api/authentication/ (basic authentication), https://razorpay.com/docs/errors/ (errors).
"""

import base64
from collections.abc import Mapping
from typing import Any, Final

import orjson
import structlog
from django.conf import settings
from django.utils.translation import gettext

from apps.common.json_http import Answer
from apps.gateways.errors import GatewayRefused, GatewayUnavailable
from apps.gateways.http import send
from apps.gateways.razorpay.keys import KEY_ID, SECRET

_UNAUTHORIZED: Final = (401, 403)
# What Razorpay answers, with status 400, about an id that the account does not have.
_UNKNOWN_ID: Final = ("does not exist", "not a valid id")

log = structlog.get_logger(__name__)


class KeysRefused(GatewayUnavailable):
    """A matter of the store's owner: what was tried can succeed with new keys."""


class RazorpayClient:
    def __init__(self, keys: Mapping[str, Any]) -> None:
        login = f"{keys[KEY_ID]}:{keys[SECRET]}".encode()
        self._login = base64.b64encode(login).decode()

    def get(self, path: str) -> dict[str, Any] | None:
        """None for what this account does not have."""
        answer = self._send("GET", path)
        if answer.status in (400, 404) and _is_unknown(answer):
            return None
        return self._checked(answer)

    def post(self, path: str, body: Mapping[str, Any], *, key: str = "") -> dict[str, Any]:
        """`key` is the idempotency key, which only refunds have. Raises `GatewayRefused`."""
        headers = {"X-Refund-Idempotency": key} if key else {}
        return self._checked(self._send("POST", path, orjson.dumps(body), headers))

    def _send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return send(
            method,
            f"{settings.RAZORPAY_API_URL}/v1/{path}",
            headers={
                "Authorization": f"Basic {self._login}",
                "Content-Type": "application/json",
                **(headers or {}),
            },
            body=body,
            seconds=settings.RAZORPAY_TIMEOUT_SECONDS,
        )

    def _checked(self, answer: Answer) -> dict[str, Any]:
        if answer.status < 300:
            return answer.content
        error = _error_of(answer)
        log.warning("razorpay.refused", status=answer.status, code=error.get("code"))
        if answer.status in _UNAUTHORIZED:
            raise KeysRefused()
        reason = str(error.get("description") or error.get("code") or answer.status)
        raise GatewayRefused(
            gettext("Razorpay refused this: %(reason)s") % {"reason": reason[:200]}
        )


def _is_unknown(answer: Answer) -> bool:
    if answer.status == 404:
        return True
    description = str(_error_of(answer).get("description") or "")
    return any(words in description for words in _UNKNOWN_ID)


def _error_of(answer: Answer) -> Mapping[str, Any]:
    error = answer.content.get("error")
    return error if isinstance(error, Mapping) else {}
