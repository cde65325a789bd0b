"""Photos of returned goods as answers of pages, admin and API. The caller has looked who asks."""

from django.http import HttpResponse

from apps.returns import services as returns
from apps.returns.models import ReturnPhoto

_KINDS = {"png": "image/png", "webp": "image/webp"}


def photo_answer(photo: ReturnPhoto) -> HttpResponse:
    """Never kept by a cache between."""
    return HttpResponse(
        returns.read_photo(photo),
        content_type=_KINDS.get(photo.path.rpartition(".")[2], "image/jpeg"),
        headers={
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
