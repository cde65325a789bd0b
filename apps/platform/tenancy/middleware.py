"""From the host of a request to its store.

`with use_store(...)` around the whole request, never set-and-reset in two hooks: under ASGI those can run in different
contexts. A host nobody registered is answered 404 before any view, session or form is touched.
"""

import re
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render

from apps.common.actor import Actor
from apps.common.errors import NotFound, Unavailable
from apps.platform import selectors
from apps.platform.tenancy.context import outside_store, use_store

GetResponse = Callable[[HttpRequest], HttpResponse]

_PROBES = ("/health", "/ready")
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


class RequestIdMiddleware:
    """An id on every request, its answer and its log lines. A well-formed id from a proxy is kept."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.match(given) else uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class StoreMiddleware:
    """Host -> platform or store. Sets `request.urlconf` and the active store."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = _host_of(request)
        if host in settings.PLATFORM_HOSTS or request.path in _PROBES:
            with outside_store():
                return self.get_response(request)
        address = selectors.get_store_by_host(host) if host else None
        if address is None:
            return _plain_page(request, "errors/unknown_host.html", status=404)
        with (
            use_store(address.store, Actor.guest()) as store,  # until a login says otherwise
            structlog.contextvars.bound_contextvars(store=store.slug),
        ):
            if not address.serves_pages and not _is_for_staff(request, address):
                return _closed_page(request, address)
            request.urlconf = settings.STORE_URLCONF
            return self.get_response(request)


def _host_of(request: HttpRequest) -> str:
    """The host as registered: lower case, no port, no final dot. "" for a malformed header."""
    host, _port = split_domain_port(request._get_raw_host())  # type: ignore[attr-defined]
    return host.removesuffix(".")


def _is_for_staff(request: HttpRequest, address: selectors.StoreAddress) -> bool:
    """The staff of an unpublished store go on working in its admin; it is not published, not closed."""
    paths = ("/admin/", settings.STATIC_URL, settings.MEDIA_URL)
    return address.closed_reason == "unpublished" and request.path.startswith(paths)


def _closed_page(request: HttpRequest, address: selectors.StoreAddress) -> HttpResponse:
    """A store being opened, suspended or unpublished serves this page and nothing else."""
    template = f"errors/store_{address.closed_reason}.html"
    return _plain_page(request, template, status=503, retry_after=60, store=address.store)


def _plain_page(
    request: HttpRequest,
    template: str,
    *,
    status: int,
    retry_after: int | None = None,
    **context: object,
) -> HttpResponse:
    if request.path.startswith("/api/"):
        from apps.common.api.errors import error_response

        error = (
            NotFound("No store answers at this address.")
            if status == NotFound.status
            else Unavailable("This store is closed at the moment.")
        )
        response: HttpResponse = error_response(error, status=status, request=request)
    else:
        response = render(request, template, context, status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response
