"""Counts the answers to programs."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from apps.metering.counting import count_call

GetResponse = Callable[[HttpRequest], HttpResponse]


def mark_call(request: HttpRequest) -> None:
    """This request is a call of a store's program: its answer is counted."""
    request.is_program_call = True  # type: ignore[attr-defined]


class MeteringMiddleware:
    """Within the store of the request, around everything that makes its answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "is_program_call", False):
            count_call(is_error=response.status_code >= HTTPStatus.BAD_REQUEST)
        return response
