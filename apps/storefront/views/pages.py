"""The store's own pages of words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from apps.common.graphemes import shorten
from apps.common.html import text_of_html
from apps.content.errors import PageNotFound
from apps.content.selectors import get_page
from apps.platform.selectors import current_url
from apps.storefront.page_cache.for_everyone import for_everyone
from apps.storefront.paths import path_of
from apps.storefront.structured import SUMMARY_LENGTH


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One query. Staff look at a draft before it is published; for visitors it is a 404."""
    found = get_page(slug, with_drafts=True)
    if not found.is_published and not request.user.has_perm("content.view_page"):
        raise PageNotFound
    context = {
        "page": found,
        "summary": found.description or shorten(text_of_html(found.body), SUMMARY_LENGTH),
        "canonical": current_url(path_of("page", found.link_slug)),
    }
    answer = render(request, "storefront/page.html", context)
    if not found.is_published:
        add_never_cache_headers(answer)
        return answer
    return for_everyone(answer)
