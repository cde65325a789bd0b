"""Requests in JSON to outside systems."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

import orjson
import urllib3
from django.conf import settings

from apps.common.json_http import Answer, NoUsableAnswer, make_pool, send_json
from apps.integrations.errors import SystemBusy, SystemUnavailable

_BUSY: Final = {429}


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    body: Any = None,
    seconds: float | None = None,
) -> Answer:
    """One call; `body` is sent as JSON. `seconds`: the patience of a system that has its own. Raises `SystemUnavailable` where
    a later retry can help: no answer, a fault of the server, an answer without JSON, and `SystemBusy` after too many calls.
    Nothing is repeated here."""
    typed = {} if body is None else {"Content-Type": "application/json"}
    try:
        return send_json(
            _pool(),
            method,
            f"{url}?{urlencode(query)}" if query else url,
            headers={"Accept": "application/json", **typed, **(headers or {})},
            body=None if body is None else orjson.dumps(body),
            seconds=seconds or settings.INTEGRATION_TIMEOUT_SECONDS,
            busy=_BUSY,
        )
    except NoUsableAnswer as error:
        raise (SystemBusy() if error.status in _BUSY else SystemUnavailable()) from None


@lru_cache(maxsize=1)
def _pool() -> urllib3.PoolManager:
    return make_pool(retries=False)
