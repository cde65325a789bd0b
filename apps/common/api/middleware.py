"""Every error response under `/api/` and `/integrations/` has the API's format, also responses that no REST view made."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from apps.common.api.errors import body_for_status

API_PREFIX = "/api/"
# Doors of programs: webhooks of other systems are answered in the same form.
_PREFIXES: Final = (API_PREFIX, "/integrations/")

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ApiErrorsMiddleware:
    """Turns refusals that no DRF view made (unknown host or route, a closed store, a 500) into the API's form.

    Stands directly below `RequestIdMiddleware`, above everything else that may refuse.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(_PREFIXES):
            return self.get_response(request)
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return _answer(400, request)
        response = self.get_response(request)
        if response.status_code >= 400 and _is_json(response):
            response.headers.setdefault("Cache-Control", "no-store")
        if response.status_code < 400 or _is_json(response):
            return response
        return _answer(response.status_code, request, response)


def _is_json(response: HttpResponseBase) -> bool:
    return response.get("Content-Type", "").startswith("application/json")


def _answer(
    status: int, request: HttpRequest, instead_of: HttpResponseBase | None = None
) -> HttpResponse:
    request_id = getattr(request, "request_id", "")
    answer = JsonResponse(body_for_status(status, request_id), status=status)
    if instead_of is not None:
        for name, value in instead_of.headers.items():
            if not name.lower().startswith("content-"):
                answer.headers.setdefault(name, value)
        answer.cookies = instead_of.cookies
    answer["Cache-Control"] = "no-store"
    return answer
