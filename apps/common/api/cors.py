"""Answers to other origins: a preflight is an OPTIONS like any other and is answered by its route."""

from corsheaders.middleware import (
    ACCESS_CONTROL_ALLOW_METHODS,
)
from corsheaders.middleware import (
    CorsMiddleware as BaseCorsMiddleware,
)
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class CorsMiddleware(BaseCorsMiddleware):
    """The route's answer with the headers of CORS added: `Allow` is true for the route, and the methods that another origin
    may use are these. The base class answers every preflight itself: with 200 and all methods, unknown routes too."""

    def check_preflight(self, request: HttpRequest) -> None:
        request._cors_enabled = self.is_enabled(request)  # type: ignore[attr-defined]

    def add_response_headers(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response = super().add_response_headers(request, response)
        if ACCESS_CONTROL_ALLOW_METHODS in response and "Allow" in response:
            response[ACCESS_CONTROL_ALLOW_METHODS] = response["Allow"]
        return response
