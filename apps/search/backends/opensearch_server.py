"""The HTTP requests to OpenSearch: timeouts, and a pause after a failure, so that few visitors wait for a silent server."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson
import structlog
import urllib3
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext

from apps.search.errors import SearchUnavailable, StillSilent

log = structlog.get_logger(__name__)

CONNECT_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 5.0
_OVERLOADED: Final = 429
_REFUSED: Final = (401, 403)


@dataclass(frozen=True)
class Answer:
    status: int
    content: dict[str, Any]


class OpenSearchServer:
    """One address. After a failure the process asks nothing for some seconds, then one request tries again. All methods may
    be called by any thread."""

    def __init__(self, url: str, ca_file: str) -> None:
        if not is_address(url):
            raise ImproperlyConfigured("OPENSEARCH_URL is no address.")
        parsed = urllib3.util.parse_url(url)
        self._base = parsed._replace(auth=None, path=None, query=None, fragment=None).url
        self._headers = dict(urllib3.make_headers(basic_auth=parsed.auth, keep_alive=True))
        self._pool = urllib3.PoolManager(maxsize=10, retries=False, ca_certs=ca_file or None)
        self._lock = threading.Lock()
        self._is_silent = False
        self._asked_again_at = 0.0

    def send(
        self, method: str, path: str, body: bytes | None = None, *, seconds: float, is_lines: bool
    ) -> Answer:
        """Raises `SearchUnavailable` when it does not answer, is overloaded or refuses our user. Any other answer is the
        caller's."""
        self._require_time_to_ask()
        kind = "application/x-ndjson" if is_lines else "application/json"
        try:
            response = self._pool.request(
                method,
                self._base + path,
                body=body,
                headers={**self._headers, "Content-Type": kind},
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=seconds),
                redirect=False,
            )
            content = orjson.loads(response.data) if response.data else {}
        except (urllib3.exceptions.HTTPError, orjson.JSONDecodeError) as error:
            raise self._failed(type(error).__name__) from error
        if response.status in _REFUSED or response.status == _OVERLOADED or response.status >= 500:
            raise self._failed(f"HTTP {response.status}")
        self._succeeded()
        return Answer(response.status, content if isinstance(content, dict) else {})

    def ping(self) -> None:
        """Raises `SearchUnavailable`."""
        self.send("GET", "/", seconds=CONNECT_SECONDS, is_lines=False)

    def _require_time_to_ask(self) -> None:
        with self._lock:
            if not self._is_silent:
                return
            if time.monotonic() < self._asked_again_at:
                raise StillSilent
            self._asked_again_at = time.monotonic() + PAUSE_SECONDS

    def _failed(self, reason: str) -> SearchUnavailable:
        with self._lock:
            was_silent, self._is_silent = self._is_silent, True
            self._asked_again_at = time.monotonic() + PAUSE_SECONDS
        if not was_silent:
            log.error("OpenSearch does not answer; the SQL index does.", reason=reason)
        return SearchUnavailable(
            gettext("OpenSearch does not answer (%(reason)s).") % {"reason": reason}
        )

    def _succeeded(self) -> None:
        with self._lock:
            was_silent, self._is_silent = self._is_silent, False
        if was_silent:
            log.info("OpenSearch answers again.")


def is_address(url: str) -> bool:
    try:
        parsed = urllib3.util.parse_url(url)
    except urllib3.exceptions.LocationParseError:
        return False
    return parsed.scheme in ("http", "https") and bool(parsed.host)


@lru_cache(maxsize=4)
def _server_at(url: str, ca_file: str) -> OpenSearchServer:
    return OpenSearchServer(url, ca_file)


def opensearch_server() -> OpenSearchServer:
    """The one of the settings."""
    return _server_at(settings.OPENSEARCH_URL, settings.OPENSEARCH_CA_FILE)
