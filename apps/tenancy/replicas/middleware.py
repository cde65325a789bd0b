"""Requests that change nothing may read from replicas; after a change, a browser reads from the primary."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from apps.tenancy.replicas import reading_from_replicas

COOKIE = "wrote"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# API clients keep no cookie. An authenticated client may have written a moment ago.
_CREDENTIALS = ("Authorization", "X-Cart-Token", "X-Order-Token")


def _reads_primary(request: HttpRequest) -> bool:
    """Also a page that will be kept: what a replica does not know yet would be kept as the new version."""
    return (
        COOKIE in request.COOKIES
        or getattr(request, "is_for_cache", False)
        or any(name in request.headers for name in _CREDENTIALS)
    )


class ReplicaMiddleware:
    """After a request that may have written, a short cookie keeps the browser's reads on the primary.

    It needs no signature: a forged cookie only makes the visitor's own reads more recent.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.REPLICAS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE:
            response = self.get_response(request)
            response.set_cookie(
                COOKIE,
                "1",
                max_age=settings.REPLICA_STICKY_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
            return response
        if _reads_primary(request):
            return self.get_response(request)
        with reading_from_replicas():
            return self.get_response(request)
