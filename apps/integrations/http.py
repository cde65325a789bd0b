"""Requests in JSON to outside systems."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

import orjson
import urllib3
from django.conf import settings

from apps.integrations.errors import SystemUnavailable

_CONNECT_SECONDS: Final = 5.0
_OVERLOADED: Final = 429


@dataclass(frozen=True)
class Answer:
    """The content is not shown in logs: it has data of buyers."""

    status: int
    content: Any = field(repr=False)

    def get(self, *names: str) -> Any:
        """`answer.get("meta", "status")`: None where a name is missing, or something else than an object."""
        found = self.content
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    body: Any = None,
) -> Answer:
    """One call; `body` is sent as JSON. Raises `SystemUnavailable` where a later retry can help: no answer, an overload, a
    fault of the server, an answer without JSON. Nothing is repeated here."""
    seconds = settings.INTEGRATION_TIMEOUT_SECONDS
    try:
        response = _pool().request(
            method,
            f"{url}?{urlencode(query)}" if query else url,
            body=None if body is None else orjson.dumps(body),
            headers={
                "Accept": "application/json",
                **({} if body is None else {"Content-Type": "application/json"}),
                **(headers or {}),
            },
            timeout=urllib3.Timeout(connect=min(_CONNECT_SECONDS, seconds), read=seconds),
            redirect=False,
        )
        if response.status == _OVERLOADED or response.status >= 500:
            raise SystemUnavailable()
        content = orjson.loads(response.data) if response.data else {}
    except (urllib3.exceptions.HTTPError, orjson.JSONDecodeError):
        raise SystemUnavailable() from None  # the library's error has the address, with keys
    return Answer(response.status, content)


@lru_cache(maxsize=1)
def _pool() -> urllib3.PoolManager:
    """Connections are shared by all stores: what tells the account is in each request."""
    return urllib3.PoolManager(maxsize=10, retries=False)
