"""Requests to addresses that merchants typed: never into our own network, never longer than a deadline.

The name is resolved and checked for each request (`addresses.py`), and the connection goes to the checked address: a name that is
pointed elsewhere in between (DNS rebinding) gains nothing. Only HTTPS, and redirects are not followed. A timer closes the
connection at the deadline, so a server that answers byte by byte holds a worker no longer than one that is silent.
Self-hosters allow private hosts and plain HTTP by `ALLOW_PRIVATE_WEB_HOSTS`.
"""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext, gettext_lazy

from apps.tenancy.addresses import NOT_FOUND, resolve
from apps.tenancy.errors import HostRefused

NOT_SECURE: Final = gettext_lazy("The address begins with https://.")
_CONNECT_SECONDS: Final = 5.0
_MOST_BYTES: Final = 4 * 1024 * 1024
_MOST_ADDRESSES: Final = 2
_PORTS: Final = {"https": 443, "http": 80}


class NoAnswer(Exception):
    """Nothing came back, with a sentence that says why: a later retry can help."""


@dataclass(frozen=True)
class Received:
    """The content is not shown in logs. It may be cut off, by the caller's limit or by the server: the status has decided."""

    status: int
    content: bytes = field(repr=False)


def check_address(url: str) -> None:
    """Whether requests may go there now. Raises `HostRefused` with a sentence."""
    _resolve(_split(url))


def send_out(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    seconds: float,
    most: int = _MOST_BYTES,
) -> Received:
    """One request, not repeated; at most the first `most` bytes of its answer. Raises `NoAnswer`, and `HostRefused` for an
    address that is not allowed."""
    address = _split(url)
    try:
        connection = _connect(address, seconds)
        with _deadline(connection, seconds) as is_late:
            target = (address.path or "/") + (f"?{address.query}" if address.query else "")
            host = address.netloc.rpartition("@")[2]
            connection.request(method, target, body, {"Host": host, **headers})
            response = connection.getresponse()
            if is_late.is_set():  # headers that were cut off read as if they had ended
                raise TimeoutError
            return Received(response.status, _read(response, most))
    except TimeoutError:
        words = {"seconds": round(seconds)}
        raise NoAnswer(gettext("No answer within %(seconds)s seconds.") % words) from None
    except ssl.SSLError as error:
        raise NoAnswer(gettext("TLS: %(why)s") % {"why": error.reason or error}) from None
    except (OSError, HTTPException, ValueError) as error:  # a header of other signs than Latin-1
        why = {"why": error or type(error).__name__}
        raise NoAnswer(gettext("The connection failed: %(why)s") % why) from None


def _read(response: HTTPResponse, most: int) -> bytes:
    """What comes within the deadline, and at most so much, whatever size the server names for a chunk."""
    content = bytearray()
    with suppress(OSError, HTTPException, ValueError):
        while len(content) < most and (part := response.read1(most - len(content))):
            content += part
    return bytes(content)


def _connect(address: SplitResult, seconds: float) -> HTTPConnection:
    """Connected to a checked address of the host; the certificate is checked for the host's name."""
    sock = _open(_resolve(address), _port(address), seconds)
    host = address.hostname or ""
    connection = HTTPConnection(host, _port(address))
    if address.scheme == "https":
        connection = HTTPSConnection(host, _port(address))
        try:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise
    sock.settimeout(seconds)
    connection.sock = sock
    return connection


def _open(addresses: list[str], port: int, seconds: float) -> socket.socket:
    failure: OSError | None = None
    for address in addresses[:_MOST_ADDRESSES]:
        try:
            return socket.create_connection((address, port), min(_CONNECT_SECONDS, seconds))
        except OSError as error:
            failure = error
    raise failure or OSError(str(NOT_FOUND))


@contextmanager
def _deadline(connection: HTTPConnection, seconds: float) -> Iterator[threading.Event]:
    """Closes the connection after that time, which sets the event, and at the end. Errors become `TimeoutError` then."""
    is_late = threading.Event()

    def close() -> None:
        is_late.set()
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    sock = connection.sock
    timer = threading.Timer(seconds, close)
    timer.daemon = True
    timer.start()
    try:
        yield is_late
    except (OSError, HTTPException, ValueError):
        if is_late.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
        connection.close()


def _resolve(address: SplitResult) -> list[str]:
    allow_private = settings.ALLOW_PRIVATE_WEB_HOSTS
    return resolve(address.hostname or "", _port(address), allow_private=allow_private)


def _split(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        _port(address)
    except ValueError:
        raise HostRefused(NOT_FOUND) from None
    is_plain = address.scheme == "http" and settings.ALLOW_PRIVATE_WEB_HOSTS
    if address.scheme != "https" and not is_plain:
        raise HostRefused(NOT_SECURE)
    if address.username is not None or address.password is not None:
        raise HostRefused(gettext("An address has no user name and no password."))
    return address


def _port(address: SplitResult) -> int:
    return address.port or _PORTS.get(address.scheme, 0)
