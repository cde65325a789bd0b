"""Parsers of request bodies: limited in bytes and depth, UTF-8 only.

Django's own size limit does not hold for DRF's JSON parser, which reads the stream directly.
"""

import json
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, JSONParser, MultiPartParser
from rest_framework.utils import json as strict_json

from apps.common.api.errors import PayloadTooLarge

MAX_DEPTH = 12


class LimitedJSONParser(JSONParser):
    """One JSON object of at most `API_MAX_JSON_BYTES`, in UTF-8, at most 12 levels deep.

    Refused: NaN and Infinity, NUL and lone surrogates (no database stores them), keys beginning with `$`
    (MongoDB's operators: `{"$ne": null}` is never a legitimate value).
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        limit = settings.API_MAX_JSON_BYTES
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise PayloadTooLarge
        try:
            data = json.loads(
                raw.decode("utf-8"),
                parse_constant=strict_json.strict_constant,
                object_pairs_hook=_object_of,
            )
        except RecursionError as error:
            raise ParseError(gettext("The JSON is nested too deeply.")) from error
        except ValueError as error:  # also UnicodeDecodeError and integers of thousands of digits
            raise ParseError(
                gettext("This is not valid JSON: %(error)s") % {"error": error}
            ) from error
        if not isinstance(data, dict):
            raise ParseError(gettext("The body must be a JSON object."))
        for value, depth in _walk(data):
            _check(value, depth)
        return data


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key appears twice")
    return found


def _walk(data: Any) -> Iterator[tuple[Any, int]]:
    stack: list[tuple[Any, int]] = [(data, 1)]
    while stack:
        value, depth = stack.pop()
        yield value, depth
        if isinstance(value, dict):
            for key, inner in value.items():
                if key.startswith("$"):
                    raise ParseError(gettext("Keys must not begin with '$'."))
                stack.append((key, depth + 1))
                stack.append((inner, depth + 1))
        elif isinstance(value, list):
            stack.extend((inner, depth + 1) for inner in value)


def _check(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ParseError(gettext("The JSON is nested too deeply."))
    if isinstance(value, float) and not isfinite(value):  # 1e999
        raise ParseError("This number is too large.")
    if isinstance(value, str):
        if "\x00" in value:
            raise ParseError(gettext("Text must not contain NUL characters."))
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise ParseError(gettext("Text must be valid Unicode."))


class LimitedMultiPartParser(MultiPartParser):
    """Files, at most `API_MAX_UPLOAD_BYTES` for the whole request."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles:
        request = (parser_context or {}).get("request")
        length = int(request.META.get("CONTENT_LENGTH") or 0) if request is not None else 0
        if length > settings.API_MAX_UPLOAD_BYTES:
            raise PayloadTooLarge
        return super().parse(stream, media_type, parser_context)
