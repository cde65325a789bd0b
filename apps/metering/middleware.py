"""Counts the answers to programs, and keeps what each call was."""

import time
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from apps.metering.api_log.calls import Caller, facts_of
from apps.metering.counting import count_call, log_call

GetResponse = Callable[[HttpRequest], HttpResponse]


def mark_call(request: HttpRequest, caller: Caller) -> None:
    """This request is a call of a store's program: its answer is counted and logged."""
    request.api_caller = caller  # type: ignore[attr-defined]


class MeteringMiddleware:
    """Within the store of the request, around everything that makes its answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begin = time.perf_counter()
        response = self.get_response(request)
        caller: Caller | None = getattr(request, "api_caller", None)
        if caller is not None:
            count_call(is_error=response.status_code >= HTTPStatus.BAD_REQUEST)
            seconds = time.perf_counter() - begin
            log_call(facts_of(request, response, caller=caller, seconds=seconds))
        return response
