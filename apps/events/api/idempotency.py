"""`Idempotency-Key`: the same request with the same key is answered the same and done once.

A key belongs to its sender (user, cart, order token), method and path; keys are in the active store's own database.
Without a credential a key has no owner and is ignored: visitors behind one address would get each other's new carts.
Nor is an answer kept that hands out a cart's token. The fingerprint covers method, path, query and body: a key used
again for something else is refused with 422. The machinery is `events.idempotent`.
"""

import json
import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError, UnsupportedMediaType, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.errors import PayloadTooLarge
from apps.common.api.rendering import JsonRenderer
from apps.common.api.views import ApiView
from apps.common.errors import InvalidInput
from apps.events.services import StoredAnswer, idempotent, make_fingerprint

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[!-~]{1,255}")
CART_HEADER = "X-Cart-Token"
_KEPT_HEADERS = ("Location", CART_HEADER)

# Raised while a request is parsed and its fields are read, before anything stored is looked at.
_OF_THE_BODY = (ValidationError, ParseError, UnsupportedMediaType, PayloadTooLarge)

Handler = Callable[..., Response]


class InvalidIdempotencyKey(InvalidInput):
    """Empty, longer than 255 characters, or with spaces or other than ASCII characters."""

    code = "invalid_idempotency_key"
    title = _("An Idempotency-Key has 1 to 255 visible ASCII characters.")


def repeatable(handler: Handler) -> Handler:
    """Decorate a write method of an `ApiView`. Without the header the method runs unchanged.

    Answers of successful requests are kept and replayed, and so are refusals that depend only on the body. Any other
    refusal depends on what is stored at that moment: nothing was done, and the request may be sent again with the same
    key.
    """

    @wraps(handler)
    def answer_once(view: ApiView, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return handler(view, request, *args, **kwargs)
        if not _KEY.fullmatch(key):
            raise InvalidIdempotencyKey
        given: list[Response] = []

        def call() -> StoredAnswer:
            is_final = True
            try:
                response = handler(view, request, *args, **kwargs)
            except Exception as error:  # other errors go to the caller
                is_final = isinstance(error, _OF_THE_BODY)
                response = view.handle_exception(error)
            given.append(response)
            return StoredAnswer(
                status=response.status_code,
                body=_pack(response),
                is_secret=_hands_out_a_token(request, response),
                is_final=is_final,
            )

        scope = _scope(request)
        if not scope:
            return handler(view, request, *args, **kwargs)
        answer = idempotent(scope=scope, key=key, fingerprint=_fingerprint(request), call=call)
        if not answer.replayed:
            return given[0]
        response = Response(
            answer.body["data"], status=answer.status, headers=answer.body["headers"]
        )
        response[REPLAYED] = "true"
        return response

    return answer_once


def request_key(request: Request) -> str:
    """The key of a service for a request: a hash of sender, purpose and whole key. "" without a valid key."""
    key, scope = request.headers.get(HEADER, ""), _scope(request)
    return _digest(f"{scope}:{key}") if key and scope else ""


def _pack(response: Response) -> dict[str, Any]:
    """Plain JSON: what the client was sent, not the objects it was made of."""
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    data = None if response.data is None else json.loads(JsonRenderer().render(response.data))
    return {"data": data, "headers": headers}


def _scope(request: Request) -> str:
    """At most 120 characters: the sender, then a hash of method and path. "" for a caller without a credential."""
    if request.user.is_authenticated:
        who = f"user:{request.user.pk}"
    elif request.headers.get(CART_HEADER):
        who = f"cart:{request.headers[CART_HEADER]}"
    elif request.headers.get("X-Order-Token"):
        who = f"order:{request.headers['X-Order-Token']}"
    else:
        return ""
    return f"api:{_digest(who)[:40]}:{_digest(f'{request.method} {request.path}')[:40]}"


def _hands_out_a_token(request: Request, response: Response) -> bool:
    """A cart that is new to the caller, because the sent token was not valid."""
    return bool(response.get(CART_HEADER, "") not in ("", request.headers.get(CART_HEADER)))


def _fingerprint(request: Request) -> str:
    return make_fingerprint(
        request.method or "", request.get_full_path(), _read_bounded(request._request)
    )


def _read_bounded(request: HttpRequest) -> bytes:
    """The raw body; the parsers read it again from there. Refused before it is read when it is too large."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.API_MAX_JSON_BYTES:
        raise PayloadTooLarge
    return request.body


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()
