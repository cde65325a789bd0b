"""Rendered API answers for visitors without a login, cached in the process's memory until a write changes what they show.

The versions are those of the pages, so a change appears in every process within half a second. A request with an
`Authorization` header is never answered from here.
"""

import time
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.utils.translation import get_language
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import ActorView
from apps.common.api.rendering import JsonRenderer, RenderedJson
from apps.common.bounded_memory import BoundedMemory
from apps.common.clock import today
from apps.platform.selectors import current_url
from apps.tenancy.context import current_store
from apps.tenancy.page_versions import page_versions
from apps.tenancy.replicas import reading_from_primary

MEMORY_BYTES: Final = 8 * 1024 * 1024
_ENTRY_COSTS: Final = 1_000  # bytes of memory beside the text


class _Entry(NamedTuple):
    """`size`: with the address, which visitors choose."""

    version: str
    made_at: float
    body: bytes
    size: int


memory = BoundedMemory[Hashable, _Entry](lambda: MEMORY_BYTES, size_of=lambda entry: entry.size)


def cached_for_visitors(handler: Callable[..., Response]) -> Callable[..., Response]:
    """Decorate a read of an `ActorView` whose answer depends on the address alone, not on the person. Errors are not
    cached. Without the shared cache every request reads."""

    @wraps(handler)
    def answer(view: ActorView, request: Request, *args: Any, **kwargs: Any) -> Response:
        versions = page_versions() if _is_from_a_visitor(request) else None
        if versions is None:
            return handler(view, request, *args, **kwargs)
        key = _key(request)
        body = _body_of(key, versions.whole)
        if body is None:
            with reading_from_primary():
                response = handler(view, request, *args, **kwargs)
            if response.status_code != 200:
                return response
            body = JsonRenderer().render(response.data)
            size = len(body) + len(request.build_absolute_uri()) + _ENTRY_COSTS
            memory.put(key, _Entry(versions.whole, time.monotonic(), body, size))
        return Response(RenderedJson(body))

    return answer


def _body_of(key: Hashable, version: str) -> bytes | None:
    """Its age is limited for the case that a change was never announced."""
    entry = memory.get(key)
    if entry is None or entry.version != version:
        return None
    return entry.body if time.monotonic() - entry.made_at < settings.PAGE_SECONDS else None


def _is_from_a_visitor(request: Request) -> bool:
    return (
        request.method == "GET"
        and "HTTP_AUTHORIZATION" not in request.META
        and request.accepted_media_type == JsonRenderer.media_type
    )


def _key(request: Request) -> Hashable:
    """All that an answer depends on, besides its version. Its links name the address that was asked."""
    asked = request.build_absolute_uri()
    return (current_store(), current_url(""), asked, get_language(), today())
