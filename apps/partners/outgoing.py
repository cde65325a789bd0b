"""One POST to an address that a merchant typed: never into our own network, never longer than a deadline.

The name is resolved and checked for each message, and the connection goes to the checked address: a name that is pointed
elsewhere in between (DNS rebinding) gains nothing. Redirects are not followed. A timer closes the connection at the deadline,
so a receiver that answers byte by byte holds a worker no longer than one that is silent.
"""

import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext

from apps.tenancy.addresses import resolve
from apps.tenancy.errors import HostRefused

CONNECT_SECONDS: Final = 5.0
DEADLINE_SECONDS: Final = 15.0
MOST_ANSWER: Final = 16 * 1024
KEPT_ANSWER: Final = 1_000
USER_AGENT: Final = "Polystore-Webhooks/1"


@dataclass(frozen=True)
class Outcome:
    """`status` is None where there was no answer; then `error` is a sentence."""

    status: int | None
    answer: str
    error: str
    milliseconds: int

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def check_address(url: str) -> None:
    """Raises `HostRefused` with a sentence: not HTTPS, no host, a private address."""
    parts = _parts(url)
    resolve(
        parts.hostname or "",
        parts.port or _port(parts),
        allow_private=settings.ALLOW_PRIVATE_WEB_HOSTS,
    )


def post(url: str, *, body: bytes, headers: dict[str, str]) -> Outcome:
    """Raises nothing: every failure is an outcome."""
    began = time.monotonic()
    status: int | None = None
    answer = error = ""
    try:
        status, answer = _post(url, body, headers)
    except HostRefused as refused:
        error = str(refused)
    except TimeoutError:
        error = gettext("No answer within %(seconds)s seconds.") % {
            "seconds": int(DEADLINE_SECONDS)
        }
    except ssl.SSLError as failed:
        error = gettext("TLS: %(why)s") % {"why": failed.reason or failed}
    except (OSError, HTTPException) as failed:
        error = gettext("The connection failed: %(why)s") % {"why": failed or type(failed).__name__}
    return Outcome(status, answer, error[:200], int((time.monotonic() - began) * 1000))


def _post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    parts = _parts(url)
    host, port = parts.hostname or "", parts.port or _port(parts)
    connection = _connect(parts, host, port)
    is_late = threading.Event()
    timer = threading.Timer(DEADLINE_SECONDS, _close, (connection.sock, is_late))
    timer.daemon = True
    timer.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body=body, headers=_headers(parts, headers))
        response = connection.getresponse()
        if (
            is_late.is_set()
        ):  # closed by the timer within the headers, which are read as if they had ended
            raise TimeoutError
        answer = b""
        with suppress(OSError, HTTPException):  # the status has decided; the rest is for people
            answer = response.read(MOST_ANSWER)
        return response.status, answer.decode(errors="replace").replace("\x00", "")[:KEPT_ANSWER]
    except (OSError, HTTPException, ValueError):
        if is_late.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
        connection.close()


def _connect(parts: SplitResult, host: str, port: int) -> HTTPConnection:
    """Connected to a checked address of the host; the certificate is checked for the host's name."""
    sock = _open(resolve(host, port, allow_private=settings.ALLOW_PRIVATE_WEB_HOSTS), port)
    connection: HTTPConnection
    if parts.scheme == "https":
        connection = HTTPSConnection(host, port, timeout=DEADLINE_SECONDS)
        try:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise
    else:
        connection = HTTPConnection(host, port, timeout=DEADLINE_SECONDS)
    sock.settimeout(DEADLINE_SECONDS)
    connection.sock = sock
    return connection


def _open(addresses: list[str], port: int) -> socket.socket:
    failure: OSError | None = None
    for address in addresses[:2]:
        try:
            return socket.create_connection((address, port), timeout=CONNECT_SECONDS)
        except OSError as error:
            failure = error
    raise failure or OSError(gettext("The host has no address."))


def _close(sock: socket.socket, is_late: threading.Event) -> None:
    is_late.set()
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _headers(parts: SplitResult, headers: dict[str, str]) -> dict[str, str]:
    host = parts.netloc.rpartition("@")[2]
    return {
        "Host": host,
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "Connection": "close",
        **headers,
    }


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise HostRefused(gettext("This is not a web address.")) from None
    schemes = ("https", "http") if settings.ALLOW_PRIVATE_WEB_HOSTS else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        raise HostRefused(gettext("Give a web address that begins with https://."))
    if parts.username is not None or parts.password is not None:
        raise HostRefused(gettext("An address has no user name and no password."))
    return parts


def _port(parts: SplitResult) -> int:
    return 443 if parts.scheme == "https" else 80
