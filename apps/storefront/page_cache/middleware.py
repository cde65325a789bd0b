"""Answers visitors without a login from cached pages, before sessions and all further middlewares.

A page for the cache is rendered for no visitor: without cookies, without the request's other headers and without
parameters that the page does not know. So it can contain nothing of a visitor.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import get_language

from apps.common.clock import today
from apps.platform.selectors import get_address
from apps.storefront.page_cache.answers import answer_with, headers_of
from apps.storefront.page_cache.for_everyone import is_for_everyone, valid_until
from apps.storefront.page_cache.holes import Marks, Visit
from apps.storefront.page_cache.requests import CacheablePage, cacheable_page, page_key
from apps.storefront.page_cache.storage import SHARED_PREFIX, CachedPage, find_page
from apps.tenancy.context import current_store_or_none
from apps.tenancy.page_versions import PageVersions, page_versions, rendering_under
from apps.tenancy.release import release_token

GetResponse = Callable[[HttpRequest], HttpResponse]


class PageCacheMiddleware:
    """Its place is below `StoreMiddleware`: the first middleware inside the store. `PageHitsMiddleware` above both has
    answered what the process's memory has."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        store = current_store_or_none()
        if store is None or (asked := cacheable_page(request, store)) is None:
            return self.get_response(request)
        versions = page_versions()
        if versions is None:
            return self.get_response(request)
        host = get_address(store_id=store.id).primary_host
        key = page_key(store, host, today(), asked)
        making = _Making(self.get_response, request, asked, versions)
        page = find_page(
            key, (lambda: _shared_key(key)) if asked.is_shared else None, versions, making.make
        )
        if page is not None:
            return answer_with(page, request)
        return making.answer()


class _Making:
    """The rendering of a page by this request, if the cache has none."""

    def __init__(
        self,
        get_response: GetResponse,
        request: HttpRequest,
        asked: CacheablePage,
        versions: PageVersions,
    ) -> None:
        self._get_response, self._request = get_response, request
        self._asked, self._versions = asked, versions
        self._response: HttpResponse | None = None
        self._marks = Marks()

    def make(self) -> CachedPage | None:
        """The rendered page, if the view's response is cacheable."""
        with (
            _without_visitor(self._request, self._asked, self._marks),
            rendering_under(self._versions),
        ):
            response = self._response = self._get_response(self._request)
        if not _is_cacheable(response):
            return None
        parts, holes = self._marks.cut(response.content)
        tag = sha256(b"\0".join(parts)).hexdigest()[:24]
        return CachedPage(
            self._versions.whole,
            parts,
            holes,
            headers_of(response),
            tag,
            get_language() or "",
            valid_until=valid_until(response),
        )

    def answer(self) -> HttpResponse:
        """A response that is not cacheable, such as an error, for this visitor alone."""
        response = self._response
        if response is None:
            return self._get_response(self._request)
        if response.streaming:
            return response
        parts, holes = self._marks.cut(response.content)
        visit = Visit(self._request, holes, get_language() or "")
        response.content = visit.fill(parts, holes)
        if "Content-Length" in response:
            response["Content-Length"] = str(len(response.content))
        return visit.finish(response)


def _is_cacheable(response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and is_for_everyone(response)
        and not response.streaming
        and not response.cookies
        and "'nonce-" not in response.get("Content-Security-Policy", "")
    )


def _shared_key(key: tuple[Any, ...]) -> str:
    return SHARED_PREFIX + sha256(repr((release_token(), *key)).encode()).hexdigest()


@contextmanager
def _without_visitor(request: HttpRequest, asked: CacheablePage, marks: Marks) -> Iterator[None]:
    changed: dict[str, Any] = {
        "META": {
            **{name: value for name, value in request.META.items() if _is_of_no_visitor(name)},
            "QUERY_STRING": asked.query,
        },
        "GET": QueryDict(asked.query),
        "COOKIES": {},
        "page_marks": marks,
        "is_for_cache": True,
    }
    own = request.__dict__
    before = {name: own[name] for name in (*changed, "headers") if name in own}
    own.pop("headers", None)
    own.update(changed)
    try:
        yield
    finally:
        for name in (*changed, "headers"):
            own.pop(name, None)
        own.update(before)


def _is_of_no_visitor(name: str) -> bool:
    return not name.startswith("HTTP_") or name == "HTTP_HOST"
