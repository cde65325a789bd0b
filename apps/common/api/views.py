"""The base of every REST view: parse, call, present."""

from functools import cache, partial
from hashlib import blake2b
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView


class ApiView(APIView):
    """Reads input through serializers, and sets headers for caches and clients.

    Answers are personal unless a view says otherwise: `no-store`.
    """

    cache_control = "private, no-store"
    # Whether reads carry an ETag and are answered 304 if unchanged.
    has_etag = False

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """The allowed methods, in `Allow`. Reveals nothing of the resource, so it needs no authentication."""
        return Response(status=204)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method != "OPTIONS":
            super().initial(request, *args, **kwargs)

    def read_body(self, serializer_class: type[Serializer[Any]], **kwargs: Any) -> dict[str, Any]:
        """The checked body; a `ValidationError` names what is wrong with it."""
        return checked(serializer_class, self.request.data, **kwargs)

    def read_query(self, serializer_class: type[Serializer[Any]]) -> dict[str, Any]:
        """The checked query parameters; an unknown one is refused."""
        return checked(serializer_class, self.request.query_params.dict())

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault(
            "Cache-Control", self.cache_control if response.status_code < 400 else "no-store"
        )
        rate = getattr(request, "rate_limit", None)
        if rate is not None:
            names = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
            for name, value in zip(names, rate, strict=True):
                response.headers[name] = str(value)
        if self.has_etag and request.method in ("GET", "HEAD") and response.status_code == 200:
            response.add_post_render_callback(partial(_unless_known, request._request))
        return response


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response with a weak ETag of its bytes, which depend on rights, currency, language and stock. Or 304."""
    etag = f'W/"{blake2b(response.content, digest_size=16).hexdigest()}"'
    response["ETag"] = etag
    answer: Any = get_conditional_response(request, etag=etag, response=response)
    if answer.status_code == 304:
        for name, value in response.headers.items():
            if not name.lower().startswith("content-"):
                answer.headers.setdefault(name, value)
    return answer  # type: ignore[no-any-return]  # Django's stubs have no type of it


def checked(serializer_class: type[Serializer[Any]], data: Any, **kwargs: Any) -> dict[str, Any]:
    """The checked data. A serializer copies all its fields each time it is made, which costs more than checking them, so
    good input is checked by one that is kept. Bad input is checked again by a new one, which writes the errors in the
    reader's language."""
    if not kwargs:
        try:
            return dict(_kept(serializer_class).run_validation(data))
        except ValidationError:
            pass
    serializer = serializer_class(data=data, **kwargs)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


@cache
def _kept(serializer_class: type[Serializer[Any]]) -> Serializer[Any]:
    return serializer_class()
