"""Requests in JSON to systems whose addresses the installation knows; addresses that merchants type go by
`apps/tenancy/outgoing.py`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import urllib3

from apps.common.exact_json import read_json

_CONNECT_SECONDS: Final = 5.0


class NoUsableAnswer(Exception):
    """A later retry can help. It has no text: those of the library have the address and, of some, the headers. `status` is None
    where nothing answered."""

    def __init__(self, status: int | None = None) -> None:
        super().__init__()
        self.status = status


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


def make_pool(*, retries: urllib3.Retry | bool) -> urllib3.PoolManager:
    """Connections that all stores share: what names the account is in each request."""
    return urllib3.PoolManager(maxsize=10, retries=retries)


def send_json(
    pool: urllib3.PoolManager,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    seconds: float,
    busy: Collection[int],
) -> Answer:
    """Redirects are not followed. Raises `NoUsableAnswer` for silence, a status in `busy` or from 500 on, and what is no JSON.
    Any other answer is the caller's."""
    try:
        response = pool.request(
            method,
            url,
            body=body,
            headers=dict(headers),
            timeout=urllib3.Timeout(connect=min(_CONNECT_SECONDS, seconds), read=seconds),
            redirect=False,
        )
        if response.status in busy or response.status >= 500:
            raise NoUsableAnswer(response.status)
        content = read_json(response.data) if response.data else {}
    except (urllib3.exceptions.HTTPError, ValueError, RecursionError):
        raise NoUsableAnswer from None
    return Answer(response.status, content)
