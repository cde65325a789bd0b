"""The base of every REST view: parse, call, present."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView


class ApiView(APIView):
    """Reads input through serializers, and tells caches and clients what they need to know.

    Answers are personal unless a view says otherwise: `no-store`.
    """

    cache_control = "private, no-store"

    def read_body(self, serializer_class: type[Serializer[Any]], **kwargs: Any) -> dict[str, Any]:
        """The checked body; a `ValidationError` names what is wrong with it."""
        return _checked(serializer_class(data=self.request.data, **kwargs))

    def read_query(self, serializer_class: type[Serializer[Any]]) -> dict[str, Any]:
        """The checked query parameters; an unknown one is refused."""
        return _checked(serializer_class(data=self.request.query_params.dict()))

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
        return response


def _checked(serializer: Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
