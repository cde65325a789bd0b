"""Requests to addresses that merchants typed: resolved and checked each time, and connected by the checked address.

The host name could lead into our own network (`addresses.py`), also after it was saved. Only HTTPS, no redirects, and an answer of
limited size. Self-hosters allow private hosts and plain HTTP by `ALLOW_PRIVATE_WEB_HOSTS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.conf import settings
from django.utils.translation import gettext_lazy

from apps.tenancy.addresses import NOT_FOUND, resolve
from apps.tenancy.errors import HostRefused

_CONNECT_SECONDS: Final = 5.0
_MOST_BYTES: Final = 4 * 1024 * 1024
_PORTS: Final = {"https": 443, "http": 80}
NOT_SECURE: Final = gettext_lazy("The address begins with https://.")


class NoAnswer(Exception):
    """Nothing that can be read came back: a later retry can help."""


@dataclass(frozen=True)
class Received:
    """The content is not shown in logs."""

    status: int
    content: bytes = field(repr=False)


def check_address(url: str) -> None:
    """Whether requests may go there now. Raises `HostRefused`."""
    address = _split(url)
    resolve(address.hostname or "", _port(address), allow_private=settings.ALLOW_PRIVATE_WEB_HOSTS)


def send_out(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    seconds: float,
) -> Received:
    """One request, not repeated. Raises `NoAnswer`, and `HostRefused` for an address that is not allowed."""
    address = _split(url)
    host, port = address.hostname or "", _port(address)
    failure: Exception | None = None
    for found in resolve(host, port, allow_private=settings.ALLOW_PRIVATE_WEB_HOSTS):
        try:
            with _pool(address.scheme, found, host, port, seconds) as pool:
                return _ask(pool, method, address, headers, body)
        except (
            urllib3.exceptions.NewConnectionError,
            urllib3.exceptions.ConnectTimeoutError,
        ) as error:
            failure = error  # the next address of the host may answer
        except urllib3.exceptions.HTTPError as error:
            raise NoAnswer(type(error).__name__) from None  # its text has the headers, of some
    raise NoAnswer(type(failure).__name__ if failure else str(NOT_FOUND))


def _ask(
    pool: Any,
    method: str,
    address: SplitResult,
    headers: Mapping[str, str],
    body: bytes | None,
) -> Received:
    target = address._replace(scheme="", netloc="", fragment="").geturl() or "/"
    response = pool.urlopen(
        method,
        target,
        body=body,
        headers={**headers, "Host": address.netloc.rpartition("@")[2]},
        redirect=False,
        retries=False,
        preload_content=False,
    )
    try:
        content = response.read(_MOST_BYTES + 1, decode_content=True)
    finally:
        response.close()
    if len(content) > _MOST_BYTES:
        raise NoAnswer("too long")
    return Received(response.status, content)


def _pool(scheme: str, found: str, host: str, port: int, seconds: float) -> Any:
    timeout = urllib3.Timeout(connect=min(_CONNECT_SECONDS, seconds), read=seconds)
    if scheme == "http":
        return urllib3.HTTPConnectionPool(found, port, timeout=timeout)
    return urllib3.HTTPSConnectionPool(
        found, port, timeout=timeout, server_hostname=host, assert_hostname=host
    )


def _split(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        _port(address)
    except ValueError:
        raise HostRefused(NOT_FOUND) from None
    is_plain = address.scheme == "http" and settings.ALLOW_PRIVATE_WEB_HOSTS
    if address.scheme != "https" and not is_plain:
        raise HostRefused(NOT_SECURE)
    return address


def _port(address: SplitResult) -> int:
    return address.port or _PORTS.get(address.scheme, 0)
