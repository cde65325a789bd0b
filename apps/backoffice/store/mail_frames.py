"""A mail in a frame: a document that runs nothing, with a content security policy of its own."""

from typing import Final

from django.http import HttpResponse

# The frame around it is sandboxed as well.
_NOTHING: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'; "
    "base-uri 'none'; sandbox; img-src "
)
WITH_PICTURES: Final = f"{_NOTHING}'self' https: http: data:"
# Of a mail that was sent: no address in it is loaded but those of the store itself.
CLOSED: Final = f"{_NOTHING}'self' data:"


def framed(content: str, kind: str, *, policy: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=f"{kind}; charset=utf-8",
        headers={"Content-Security-Policy": policy, "Cache-Control": "private, no-store"},
    )
