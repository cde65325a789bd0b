"""One error format for every answer under `/api/`, whether a view, a middleware or Django refuses the request.

    {"error": {"code": "out_of_stock", "message": "Only 2 Masala chai are left.",
               "details": {}, "fields": {"quantity": ["..."]}, "request_id": "..."}}

`code` is stable and meant for programs, `message` is a sentence for people, `fields` is flat with dotted paths
(`lines.0.quantity`). `answer_error` is DRF's exception handler; `middleware.ApiErrorsMiddleware` does the same
for what never reaches a DRF view. An unexpected exception is not handled here: it goes up, is logged with its
traceback by Django, and leaves as a 500 without details.

Parsers import this module, and REST framework's views import the parsers: it must not import views.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response

from apps.common.errors import DomainError, InvalidInput, NotFound

NON_FIELD = "non_field_errors"

# Code of DRF or simplejwt -> documented code.
_CODES = {
    "parse_error": "malformed_request",
    "permission_denied": "forbidden",
    "throttled": "too_many_requests",
    "error": "server_error",
}

# For answers made outside DRF: by middleware, by Django's own handlers, by a missing route.
STATUS_ERRORS = {
    400: ("malformed_request", "The request is not valid."),
    401: ("not_authenticated", "Authentication is needed."),
    403: ("forbidden", "You are not allowed to do that."),
    404: ("not_found", "Not found."),
    405: ("method_not_allowed", "This method is not allowed here."),
    406: ("not_acceptable", "Answers are JSON only."),
    410: ("gone", "This no longer exists."),
    411: ("length_required", "The length of the body is required: send a Content-Length."),
    413: ("too_large", "The request is too large."),
    415: ("unsupported_media_type", "Send JSON with the content type application/json."),
    429: ("too_many_requests", "Too many requests. Please wait a moment."),
    503: ("unavailable", "This is not available right now. Please try again in a moment."),
}
SERVER_ERROR = ("server_error", "Something went wrong on our side. It has been noted.")


class PayloadTooLarge(exceptions.APIException):
    """The body is larger than this endpoint reads."""

    status_code = 413
    default_detail = STATUS_ERRORS[413][1]
    default_code = "too_large"


def error_body(
    *,
    code: str,
    message: str,
    request_id: str,
    details: Mapping[str, Any] | None = None,
    fields: Mapping[str, list[str]] | None = None,
) -> dict[str, Any]:
    """The one shape. Every key is always there."""
    return {
        "error": {
            "code": code,
            "message": message,
            "details": dict(details or {}),
            "fields": dict(fields or {}),
            "request_id": request_id,
        }
    }


def body_for_status(status: int, request_id: str) -> dict[str, Any]:
    """The body of an error response of which only the status is known."""
    fallback = SERVER_ERROR if status >= 500 else STATUS_ERRORS[400]
    code, message = STATUS_ERRORS.get(status, fallback)
    return error_body(code=code, message=message, request_id=request_id)


def error_response(error: DomainError, *, status: int, request: HttpRequest) -> JsonResponse:
    """A refusal for middleware and other code outside REST views. Another status than the error's own names itself."""
    body = error_body(
        code=error.code if status == error.status else STATUS_ERRORS[status][0],
        message=str(error),
        request_id=getattr(request, "request_id", ""),
        details=error.details,
        fields=error.fields,
    )
    response = JsonResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response


def answer_error(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's `EXCEPTION_HANDLER`. None for an unexpected error, which is logged and answered with 500."""
    request_id = getattr(context.get("request"), "request_id", "")
    known = _as_known(error)
    if isinstance(known, DomainError):
        return Response(
            error_body(
                code=known.code,
                message=str(known),
                request_id=request_id,
                details=known.details,
                fields=known.fields,
            ),
            status=known.status,
            headers=_retry_headers(known.details.get("retry_after")),
        )
    if isinstance(known, exceptions.APIException):
        return _answer_api_exception(known, request_id)
    return None


def _as_known(error: Exception) -> Exception:
    """Django's own refusals as ours."""
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        return PayloadTooLarge()
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return exceptions.ParseError(STATUS_ERRORS[400][1])
    if isinstance(error, ValidationError):
        if hasattr(error, "error_dict"):
            return InvalidInput(fields=error.message_dict)
        return InvalidInput(fields={NON_FIELD: list(error.messages)})
    return error


def _answer_api_exception(error: exceptions.APIException, request_id: str) -> Response:
    headers: dict[str, str] = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    details: dict[str, Any] = {}
    fields: dict[str, list[str]] = {}
    if isinstance(error, exceptions.ValidationError):
        code, message = InvalidInput.code, str(InvalidInput.title)
        fields = flat_fields(error.detail)
    else:
        code, message = _name_api_exception(error)
    wait = getattr(error, "wait", None)
    if wait is not None:
        details["retry_after"] = int(wait)
        headers |= _retry_headers(wait)
    body = error_body(
        code=code, message=message, request_id=request_id, details=details, fields=fields
    )
    return Response(body, status=error.status_code, headers=headers)


def _name_api_exception(error: exceptions.APIException) -> tuple[str, str]:
    """Code and sentence. simplejwt's details are dicts with `detail` and `code`."""
    detail = error.detail
    if isinstance(detail, dict):
        code = str(detail.get("code", error.default_code))
        message = str(detail.get("detail", error.default_detail))
    else:
        code = str(getattr(detail, "code", None) or error.default_code)
        message = str(detail)
    if isinstance(error, exceptions.Throttled):
        message = STATUS_ERRORS[429][1]
    return _CODES.get(code, code), message


def _retry_headers(seconds: Any) -> dict[str, str]:
    return {} if seconds is None else {"Retry-After": str(max(1, int(seconds)))}


def flat_fields(detail: Any, path: str = "") -> dict[str, list[str]]:
    """DRF's nested error detail as `{"lines.0.quantity": ["..."]}`."""
    if isinstance(detail, Mapping):
        inner = {key: path if key == NON_FIELD else _join(path, str(key)) for key in detail}
        return _merge(flat_fields(value, inner[key]) for key, value in detail.items())
    if isinstance(detail, list | tuple):
        plain = [str(item) for item in detail if not isinstance(item, Mapping | list | tuple)]
        nested = [
            flat_fields(item, _join(path, str(index)))
            for index, item in enumerate(detail)
            if item and isinstance(item, Mapping | list | tuple)
        ]
        own = [{path or NON_FIELD: plain}] if plain else []
        return _merge([*own, *nested])
    return {path or NON_FIELD: [str(detail)]}


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _merge(parts: Any) -> dict[str, list[str]]:
    merged: dict[str, list[str]] = {}
    for part in parts:
        for key, messages in part.items():
            merged.setdefault(key, []).extend(messages)
    return merged
