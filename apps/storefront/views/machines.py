"""robots.txt and sitemaps."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.platform.selectors import current_url
from apps.storefront.sitemap import get_sitemap, get_sitemap_part
from apps.tenancy.context import current_store

_HOUR = 60 * 60
_PRIVATE = ("account", "admin", "api", "cart", "checkout", "gift-card", "orders", "payments")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Pages of a single visitor are excluded from indexing; a sandbox completely."""
    if current_store().is_sandbox:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        hidden = [f"Disallow: /{name}/" for name in _PRIVATE]
        sitemap = current_url(reverse("storefront:sitemap"))
        lines = ["User-agent: *", *hidden, "", f"Sitemap: {sitemap}"]
    return _answer("\n".join(lines) + "\n", "text/plain")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    return _answer(get_sitemap(), "application/xml")


@require_safe
def sitemap_part(request: HttpRequest, part: int) -> HttpResponse:
    text = get_sitemap_part(part)
    if text is None:
        raise Http404
    return _answer(text, "application/xml")


def _answer(text: str, kind: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_HOUR}"
    return response
