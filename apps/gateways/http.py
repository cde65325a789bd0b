"""Requests in JSON to a provider that has no library here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import orjson
import urllib3

from apps.gateways.errors import GatewayUnavailable

_CONNECT_SECONDS: Final = 5.0
_CONFLICT: Final = 409  # the same call is running
_OVERLOADED: Final = 429


@dataclass(frozen=True)
class Answer:
    """The content is not shown in logs: it has data of buyers."""

    status: int
    content: dict[str, Any] = field(repr=False)


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    seconds: float,
) -> Answer:
    """Raises `GatewayUnavailable` where a later retry can help: no answer, an overload, a fault of the server, or the same
    call running now. Any other answer is the caller's. Only a GET is repeated."""
    try:
        response = _pool().request(
            method,
            url,
            body=body,
            headers=dict(headers),
            timeout=urllib3.Timeout(connect=min(_CONNECT_SECONDS, seconds), read=seconds),
            redirect=False,
        )
        if response.status in (_CONFLICT, _OVERLOADED) or response.status >= 500:
            raise GatewayUnavailable()
        content = orjson.loads(response.data) if response.data else {}
    except (urllib3.exceptions.HTTPError, orjson.JSONDecodeError):
        raise GatewayUnavailable() from None  # the library's error has the address and, of some, the headers
    return Answer(response.status, content if isinstance(content, dict) else {})


@lru_cache(maxsize=1)
def _pool() -> urllib3.PoolManager:
    """Connections are shared by all stores: what tells the account is in the headers of each request."""
    retry = urllib3.Retry(total=1, redirect=0, status=0, allowed_methods=frozenset(["GET"]))
    return urllib3.PoolManager(maxsize=10, retries=retry)
