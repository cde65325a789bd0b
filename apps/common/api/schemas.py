"""Shared parts of all operations in the OpenAPI document."""

from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import get_urlconf
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from apps.common.api.errors import STATUS_ERRORS, error_body
from apps.common.api.serializers import ErrorSerializer

API_PREFIX = "/api/"

Endpoint = tuple[str, str, str, Callable[..., Any]]
Answers = Mapping[int | tuple[int, str], Any]

_MEANINGS = {
    400: "The request is malformed or some values are not valid; `fields` says which.",
    401: "Not logged in, or the token is of another store, expired or ended.",
    403: "Logged in, but not allowed to do this; or `plan_limit_reached`, with the limit in `details`.",
    404: "It does not exist, or it is not yours.",
    409: "The state of things does not allow this (any more), or the same request is running.",
    413: "The body is too large.",
    415: "The body has a content type that is not read here.",
    422: "The `Idempotency-Key` was used for another request.",
    429: "Too many requests; `Retry-After` says when to come back.",
    503: "Something this depends on does not answer; try again later.",
}

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description=(
        "Any unique text of yours. The same request with the same key gets the same answer again (header "
        "`Idempotent-Replayed: true`) and changes nothing a second time."
    ),
)
CART_TOKEN = OpenApiParameter(
    "X-Cart-Token",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="A guest's cart: the token that the first `POST cart/items` returned.",
)
ORDER_TOKEN = OpenApiParameter(
    "X-Order-Token",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="A guest's order: its `access_token`. May be given as `?token=` instead.",
)


class ApiSchema(AutoSchema):
    """Says where a login is needed, and that PATCH takes a part only where the serializer says `partial`."""

    def get_auth(self) -> list[dict[str, Any]]:
        auths: list[dict[str, Any]] = super().get_auth()
        needs = getattr(self.view, "needs", {})
        return [auth for auth in auths if auth] if self.method in needs else auths

    def _get_request_for_media_type(self, serializer: Any, direction: str = "request") -> Any:
        method = self.method
        if method == "PATCH" and not getattr(serializer, "partial", False):
            self.method = "PUT"
        try:
            return super()._get_request_for_media_type(serializer, direction)
        finally:
            self.method = method


class StrictInput(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Inputs take no fields that are not named."""

    target_class = "apps.common.api.serializers.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> Any:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": False}


def documented(
    summary: str,
    *,
    operation: str,
    tag: str,
    answers: Answers,
    body: Any = None,
    errors: Collection[int] = (),
    parameters: Collection[Any] = (),
    idempotent: bool = False,
    description: str = "",
    examples: Collection[OpenApiExample] = (),
) -> Callable[[Any], Any]:
    """Describe one method of a view: what it answers, and every error it can answer with."""
    statuses = {400, 401, 429, *errors}
    if body is not None:
        statuses |= {413, 415}
    if idempotent:
        statuses |= {409, 422}
    return extend_schema(
        operation_id=operation,
        summary=summary,
        description=description or summary,
        tags=[tag],
        request=body,
        parameters=[*parameters, *([IDEMPOTENCY_KEY] if idempotent else [])],
        responses={**answers, **{status: _error(status) for status in sorted(statuses)}},
        examples=list(examples),
    )


@cache
def _error(status: int) -> OpenApiResponse:
    code, message = STATUS_ERRORS.get(status, ("conflict", _MEANINGS[status]))
    fields = {"quantity": ["This must be at least 1."]} if status == 400 else {}
    example = error_body(code=code, message=message, request_id="4b1c0d9f", fields=fields)
    return OpenApiResponse(
        ErrorSerializer,
        description=_MEANINGS[status],
        examples=[OpenApiExample(code, example, response_only=True, status_codes=[str(status)])],
    )


@cache
def paged(
    item: type[serializers.Serializer[Any]], **more: serializers.Field[Any, Any, Any, Any]
) -> type[serializers.Serializer[Any]]:
    """The schema of a list with cursors; `more` fields stand beside its results."""
    name = f"{item.__name__.removesuffix('Serializer')}Page"
    return type(
        f"{name}Serializer",
        (serializers.Serializer,),
        {
            "next": serializers.URLField(allow_null=True, help_text="What follows, or null."),
            "previous": serializers.URLField(allow_null=True, help_text="What precedes, or null."),
            **more,
            "results": item(many=True),
        },
    )


def only_api(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Leaves out routes of other libraries outside the API."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(API_PREFIX)]


def build_schema() -> dict[str, Any]:
    """The OpenAPI document of the requested host: stores and the platform have different routes."""
    return _build(get_urlconf() or settings.ROOT_URLCONF)


@cache
def _build(urlconf: str) -> dict[str, Any]:
    schema: dict[str, Any] = SchemaGenerator(urlconf=urlconf).get_schema(request=None, public=True)
    if urlconf == settings.ROOT_URLCONF:
        schema["info"]["description"] = settings.PLATFORM_API_DESCRIPTION
    return schema
