"""Answers a write during a pause with 503, in the store's theme, with Retry-After."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.tenancy.errors import PAUSE_RETRY_SECONDS, StorePaused

GetResponse = Callable[[HttpRequest], HttpResponse]


class WritePauseMiddleware:
    """For the shop and the store's admin. REST views answer in the API's own form; the platform's pages by themselves."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return paused_page(request) if isinstance(exception, StorePaused) else None


def paused_page(request: HttpRequest) -> HttpResponse:
    """ "We are back in a moment". No part of the visitor's change was executed."""
    context = {"retry_after": PAUSE_RETRY_SECONDS, "may_repeat": request.method == "GET"}
    response = render(request, "errors/store_paused.html", context, status=503)
    response["Retry-After"] = str(PAUSE_RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response
