"""A session cookie of its own name for the platform and for every store.

The sessions themselves are rows of the active home, so a key of one store is unknown in the next.
"""

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from apps.tenancy.context import ActiveStore, current_store_or_none
from apps.tenancy.errors import StorePaused
from apps.tenancy.write_pause.middleware import paused_page


def session_cookie_name() -> str:
    store = current_store_or_none()
    return session_cookie_of(store) if store is not None else "session_platform"


def session_cookie_of(store: ActiveStore) -> str:
    return f"session_{store.slug}"


class StoreSessionMiddleware(SessionMiddleware):
    """Django's middleware reads and writes `SESSION_COOKIE_NAME`; this one renames it at the border."""

    def process_request(self, request: HttpRequest) -> None:
        name = session_cookie_name()
        request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        if name in request.COOKIES:
            request.COOKIES[settings.SESSION_COOKIE_NAME] = request.COOKIES[name]
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            response = super().process_response(request, response)
        except StorePaused:
            # a failed write of the session must not fail a page that only reads
            return response if request.method in ("GET", "HEAD") else paused_page(request)
        morsel = response.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        if morsel is not None:
            name = session_cookie_name()
            response.cookies[name] = morsel.value
            response.cookies[name].update({k: v for k, v in morsel.items() if v})
        return response
