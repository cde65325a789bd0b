"""A cached page as the answer to one visitor: their fillings, an ETag, and the headers of the rendered page."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from apps.storefront.page_cache.holes import Visit
from apps.storefront.page_cache.storage import CachedPage, Headers

# Browsers store the page and revalidate it each time; shared caches (CDNs) do not store it.
CACHE_CONTROL: Final = "private, no-cache"
_OF_ONE_ANSWER: Final = ("Content-Length", "ETag")


def headers_of(response: HttpResponse) -> Headers:
    """Those of a rendered page for all its answers, checked and encoded by Django this one time."""
    own = HttpResponse()
    for name, value in response.items():
        own[name] = value
    own["Cache-Control"] = CACHE_CONTROL
    own["Vary"] = "Cookie"
    for name in _OF_ONE_ANSWER:
        del own[name]
    return dict(_stored(own))


def answer_with(page: CachedPage, request: HttpRequest) -> HttpResponse:
    """The whole page, or 304 if the visitor has it."""
    visit = Visit(request, page.holes, page.language)
    tag = f'W/"{page.tag}-{visit.tag}"'
    response = HttpResponse()
    headers = _stored(response)
    headers.update(page.headers)
    headers["etag"] = ("ETag", tag)
    if "HTTP_IF_NONE_MATCH" in request.META:
        unchanged = get_conditional_response(request, etag=tag, response=response)
        if unchanged is not None and unchanged is not response:
            return visit.finish(unchanged)
    body = visit.fill(page.parts, page.holes)
    response.content = body
    headers["content-length"] = ("Content-Length", str(len(body)))
    return visit.finish(response)


def _stored(response: HttpResponse) -> Headers:
    """Where a response has its headers. `response[name] = value` checks and encodes each one, which costs more than the
    rest of the answer."""
    headers: Any = response.headers
    stored: Headers = headers._store
    return stored
