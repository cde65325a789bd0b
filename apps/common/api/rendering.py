"""Answers as JSON, by orjson: byte for byte what REST framework's renderer writes, in a fraction of its time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from rest_framework.renderers import JSONRenderer as DjangoRestJsonRenderer
from rest_framework.utils.encoders import JSONEncoder

# Moments and dataclasses are left to REST framework's encoder.
_OPTIONS: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_encode: Final = JSONEncoder().default


@dataclass(frozen=True, slots=True)
class RenderedJson:
    """Data of an answer that is JSON already."""

    body: bytes


class JsonRenderer(DjangoRestJsonRenderer):
    """What orjson refuses (whole numbers beyond 64 bits, keys that are no text) is rendered by the base class."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if isinstance(data, RenderedJson):
            return data.body
        is_plain = accepted_media_type in (None, self.media_type)  # no wish for an indent
        if data is not None and is_plain and not (renderer_context or {}).get("indent"):
            try:
                return _escape(orjson.dumps(data, default=_encode, option=_OPTIONS))
            except TypeError:
                pass
        rendered: bytes = super().render(data, accepted_media_type, renderer_context)
        return rendered


def _escape(text: bytes) -> bytes:
    """The two characters that JSON allows in a string and JavaScript did not."""
    if b"\xe2\x80" not in text:
        return text
    return text.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
