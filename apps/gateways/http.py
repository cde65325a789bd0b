"""Requests in JSON to a provider that has no library here."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import urllib3

from apps.common.json_http import Answer, NoUsableAnswer, make_pool, send_json
from apps.gateways.errors import GatewayUnavailable

_BUSY: Final = {409, 429}  # the same call is running; overloaded


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    seconds: float,
) -> Answer:
    """The content is an object. Raises `GatewayUnavailable` where a later retry can help: no answer, an overload, a fault of
    the server, or the same call running now. Any other answer is the caller's. Only a GET is repeated."""
    try:
        answer = send_json(
            _pool(), method, url, headers=headers, body=body, seconds=seconds, busy=_BUSY
        )
    except NoUsableAnswer:
        raise GatewayUnavailable() from None
    return answer if isinstance(answer.content, dict) else Answer(answer.status, {})


@lru_cache(maxsize=1)
def _pool() -> urllib3.PoolManager:
    retries = urllib3.Retry(total=1, redirect=0, status=0, allowed_methods=frozenset(["GET"]))
    return make_pool(retries=retries)
