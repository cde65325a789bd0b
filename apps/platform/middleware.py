"""From the host of a request to its store.

`with use_store(...)` around the whole request, never set-and-reset in two hooks: under ASGI those can run in different
contexts. An unregistered host is answered 404 before any view, session or form is touched.
"""

import re
from collections.abc import Callable
from contextlib import nullcontext
from uuid import uuid4

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext, gettext_lazy
from django_stubs_ext import StrOrPromise

from apps.common.actor import Actor
from apps.common.api.errors import error_response
from apps.common.errors import NotFound, Unavailable
from apps.platform import selectors
from apps.platform.certificates import is_asked_inside
from apps.platform.errors import StoreSuspended
from apps.platform.hosts import (
    PROBES,
    answer_elsewhere,
    answer_misspelt,
    drop_empty_port,
    host_of,
)
from apps.platform.selectors.usage import is_custom
from apps.tenancy.connections import (
    StoreUnreachable,
    is_reachable,
    noting_refusals,
    require_reachable,
)
from apps.tenancy.context import ActiveStore, outside_store, use_store
from apps.tenancy.liveness import watching_for_silence
from apps.tenancy.page_versions import visiting
from apps.tenancy.remembering import remembering_reads
from apps.tenancy.replicas.middleware import SAFE
from apps.tenancy.sessions import session_cookie_of

GetResponse = Callable[[HttpRequest], HttpResponse]

CLOSED = gettext_lazy("This store is closed at the moment.")
RETRY_SECONDS = 5
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


class RequestIdMiddleware:
    """An id on every request, its answer and its log lines. A well-formed id from a proxy is kept."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if given and _REQUEST_ID.match(given) else uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        # `bound_contextvars` would look at every variable of the context
        tokens = structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.reset_contextvars(**tokens)
        response["X-Request-ID"] = request_id
        return response


class EmptyPortMiddleware:
    """Stands above everything that asks for the request's host."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        drop_empty_port(request)
        return self.get_response(request)


class TransportSecurityMiddleware:
    """`Strict-Transport-Security` of a merchant's own host speaks for that host alone: below it are hosts that are not ours. Its
    place is right below Django's middleware, which writes the header of our own domains."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            host = host_of(request)
            if host not in settings.PLATFORM_HOSTS and is_custom(host):
                response["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
        return response


class StoreMiddleware:
    """Host -> platform or store. Sets `request.urlconf` and the active store."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with watching_for_silence():
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        host = host_of(request)
        is_ours = host in settings.PLATFORM_HOSTS or request.path in PROBES
        if is_ours or is_asked_inside(request, host):
            with outside_store():
                return answer_misspelt(request, host) or self.get_response(request)
        address = selectors.get_store_by_host(host) if host else None
        if address is None:
            return _plain_page(request, "errors/unknown_host.html", status=404)
        with (
            use_store(address.store, Actor.guest()) as store,  # until a login says otherwise
            structlog.contextvars.bound_contextvars(store=store.slug),
            remembering_reads() if request.method in SAFE else nullcontext(),
            visiting() if _is_of_a_visitor(request, store) else nullcontext(),
        ):
            if not address.serves_pages and not _is_for_staff(request, address):
                return _closed_page(request, address)
            if (elsewhere := answer_elsewhere(request, address)) is not None:
                return elsewhere
            request.urlconf = settings.STORE_URLCONF
            response = _unless_unreachable(request, store, self.get_response)
            if store.is_sandbox:
                response["X-Robots-Tag"] = "noindex, nofollow"
            return response


def _is_of_a_visitor(request: HttpRequest, store: ActiveStore) -> bool:
    """Whether it changes nothing and comes without a login."""
    if request.method not in SAFE or "HTTP_AUTHORIZATION" in request.META:
        return False
    return session_cookie_of(store) not in request.COOKIES


def _is_for_staff(request: HttpRequest, address: selectors.StoreAddress) -> bool:
    """The staff of an unpublished store continue to work in its admin; those of a suspended one may look
    (`User.has_perm`)."""
    paths = ("/admin/", settings.STATIC_URL, settings.MEDIA_URL)
    is_open = address.closed_reason == "unpublished" or address.store.is_suspended
    return is_open and request.path.startswith(paths)


def _unless_unreachable(
    request: HttpRequest, store: ActiveStore, get_response: GetResponse
) -> HttpResponse:
    """The response, or the error page for an unreachable database of the store. The first request to it may fail inside
    a view; later ones get this page before they reach a view."""
    with noting_refusals() as refusals:
        try:
            require_reachable(store)
            response = get_response(request)
        except StoreUnreachable as error:
            return _unreachable_page(request, store, retry_after=error.retry_after)
    if response.status_code != 500 or not (refusals or not is_reachable(store)):
        return response
    retry_after = refusals[-1].retry_after if refusals else RETRY_SECONDS
    return _unreachable_page(request, store, retry_after=retry_after)


def _unreachable_page(
    request: HttpRequest, store: ActiveStore, *, retry_after: int
) -> HttpResponse:
    """This page uses no data of the store, not even its theme. A form that was sent is not sent again."""
    return _plain_page(
        request,
        "errors/store_unreachable.html",
        status=503,
        sentence=gettext(
            "This store can't be reached at the moment. Please try again in a moment."
        ),
        retry_after=retry_after,
        with_request=False,
        store=store,
        path=request.get_full_path() if request.method == "GET" else "/",
    )


def _closed_page(request: HttpRequest, address: selectors.StoreAddress) -> HttpResponse:
    """A store being opened, suspended or unpublished serves this page and nothing else."""
    template = f"errors/store_{address.closed_reason}.html"
    kind = StoreSuspended if address.closed_reason == "suspended" else Unavailable
    return _plain_page(
        request, template, status=503, retry_after=60, kind=kind, store=address.store
    )


def _plain_page(
    request: HttpRequest,
    template: str,
    *,
    status: int,
    retry_after: int | None = None,
    sentence: StrOrPromise = CLOSED,
    with_request: bool = True,
    kind: type[Unavailable] = Unavailable,
    **context: object,
) -> HttpResponse:
    if request.path.startswith("/api/"):
        error = (
            NotFound(gettext("No store answers at this address."))
            if status == NotFound.status
            else kind(sentence)
        )
        response: HttpResponse = error_response(error, status=status, request=request)
    else:
        text = render_to_string(template, context, request if with_request else None)
        response = HttpResponse(text, status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response
