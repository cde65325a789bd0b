"""Rate limits: so many requests in a fixed window, counted atomically in the cache `limits`.

Rates are `API_THROTTLE_RATES` in the settings, by scope, written `100/15m`. The cache's `KEY_FUNCTION` puts the
store in front of every key, so one store's visitors never use up another's. DRF's own throttle reads and writes
a list of times: under parallel requests it lets too many through, and it has no windows of 15 minutes.
"""

import re
import time
from dataclasses import dataclass
from functools import cache as memoize
from hashlib import blake2b
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_RATE = re.compile(r"(\d+)/(\d*)([smhd])")


@memoize
def parse_rate(rate: str) -> tuple[int, int]:
    """`100/15m` is (100, 900). Raises `ValueError` on anything else."""
    match = _RATE.fullmatch(rate)
    if match is None:
        raise ValueError(f"{rate!r} is not a rate such as 100/15m")
    number, count, unit = match.groups()
    return int(number), int(count or 1) * _SECONDS[unit]


class WindowThrottle(BaseThrottle):
    """Counts one request for `ident()`; the response's headers report the remaining requests."""

    scope = ""

    def ident(self, request: Request) -> str | None:
        """The identity that is counted; None if this throttle does not apply to the request."""
        return self.get_ident(request)

    def rate(self, request: Request) -> str | None:
        return settings.API_THROTTLE_RATES.get(self.scope)

    def allow_request(self, request: Request, view: "APIView") -> bool:
        ident = self.ident(request)
        rate = self.rate(request) if ident is not None else None
        if ident is None or not rate:
            return True
        limit, count, self.reset_in = _count(self.scope, ident, rate)
        request._request.rate_limit = (limit, max(0, limit - count), self.reset_in)  # type: ignore[attr-defined]
        return count <= limit

    def wait(self) -> float:
        return float(self.reset_in)


def is_within_rate(scope: str, request: HttpRequest, *, ident: str = "") -> bool:
    """The same for a page: counts one request of this visitor's address (or about `ident`), together with those of the
    API."""
    rate = settings.API_THROTTLE_RATES.get(scope)
    if not rate:
        return True
    who: str = ident or BaseThrottle().get_ident(request)  # type: ignore[arg-type]  # reads META
    limit, count, _reset_in = _count(scope, who, rate)
    return count <= limit


@dataclass(frozen=True)
class Window:
    """The present window of a rate for one identity. `reset_in` are the seconds until the next one."""

    key: str
    limit: int
    period: int
    reset_in: int

    def count(self) -> int:
        """One more; returns how many there are with it."""
        counted: int = _counters().count(self.key, self.period)
        return counted

    @property
    def is_used_up(self) -> bool:
        """Whether one more would be too many. Counts nothing."""
        return (_counters().get(self.key) or 0) >= self.limit


def window_of(scope: str, ident: str, rate: str) -> Window:
    """For what is counted only when it has failed; requests are counted by `WindowThrottle` and `is_within_rate`."""
    limit, period = parse_rate(rate)
    now = time.time()
    key = f"throttle:{scope}:{_short(ident)}:{int(now // period)}"
    return Window(key, limit, period, period - int(now % period))


def _count(scope: str, ident: str, rate: str) -> tuple[int, int, int]:
    """The limit, the requests in this window with this one, and the seconds until the next window."""
    window = window_of(scope, ident, rate)
    return window.limit, window.count(), window.reset_in


def _counters() -> Any:
    """Django's type of a cache doesn't know `count`; tenancy, which has it, is above this app."""
    return caches["limits"]


def _short(ident: str) -> str:
    return blake2b(ident.encode(errors="replace"), digest_size=12).hexdigest()


def client_address(request: Request | HttpRequest) -> str | None:
    """The client's address for logs; None without a valid address (a socket file, a forged header)."""
    try:
        return str(ip_address(BaseThrottle().get_ident(request) or ""))  # type: ignore[arg-type]  # reads META
    except ValueError:
        return None


class AnonymousThrottle(WindowThrottle):
    """By address, for anonymous requests."""

    scope = "anonymous"

    def ident(self, request: Request) -> str | None:
        return None if request.user and request.user.is_authenticated else self.get_ident(request)


class UserThrottle(WindowThrottle):
    """By user, for requests of people who are logged in."""

    scope = "user"

    def ident(self, request: Request) -> str | None:
        if not request.user or not request.user.is_authenticated or _is_program(request):
            return None
        return str(request.user.pk)


class KeyThrottle(WindowThrottle):
    """By API key: its own rate, or the usual one of keys."""

    scope = "key"

    def ident(self, request: Request) -> str | None:
        return str(request.user.pk) if _is_program(request) else None

    def rate(self, request: Request) -> str | None:
        own: str = getattr(request.user, "rate", "")
        return own or super().rate(request)


def _is_program(request: Request) -> bool:
    """Whether a key was sent instead of a login (`apps.accounts.programs`, above this app)."""
    return getattr(request.user, "is_program", False)
