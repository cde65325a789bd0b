"""Pages for finding products: home, categories, search."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.catalog.selectors import CategoryNode, get_category
from apps.common.graphemes import shorten
from apps.common.text import line_of
from apps.platform.selectors import current_url
from apps.search.services import note_missed_search
from apps.storefront.forms.listing import MOST_SEARCHED, ListingForm
from apps.storefront.kept_cards import cards_html
from apps.storefront.listing import find_page, page_window, tools_html
from apps.storefront.page_cache.for_everyone import for_everyone
from apps.storefront.paths import path_of
from apps.storefront.selectors import (
    get_delivery,
    get_window,
    list_shelf,
    with_stock,
)
from apps.storefront.structured import SUMMARY_LENGTH
from apps.storefront.suggesting import suggestions_for
from apps.storefront.visitor import price_groups_for

HERO_PHOTOS = 3
SHORTEST_SUGGESTED = 2
SUGGESTED_SECONDS = 30


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    groups = price_groups_for(request)
    window, newest = get_window(groups), list_shelf("newest", groups=groups)
    popular = window.popular
    shown = with_stock([*popular, *newest])
    photos = [card for card in shown[: len(popular)] if card.photo][:HERO_PHOTOS]
    context = {
        "popular": shown[: len(popular)],
        "newest": shown[len(popular) :],
        "hero_cards": photos,
        "tiles": window.tiles,
        "delivery": get_delivery(),
    }
    return for_everyone(render(request, "storefront/home.html", context))


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    return _listing(request, get_category(slug))


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    return _listing(request, None)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """What a search could be for, while it is typed: categories and products, `[{"title", "url"}]`."""
    text = line_of(request.GET.get("q", ""), most=MOST_SEARCHED)
    found = suggestions_for(text) if len(text) >= SHORTEST_SUGGESTED else []
    answer = JsonResponse({"suggestions": found})
    answer["Cache-Control"] = f"private, max-age={SUGGESTED_SECONDS}"
    return answer


def _listing(request: HttpRequest, node: CategoryNode | None) -> HttpResponse:
    form = ListingForm(request.GET)
    wanted = form.wanted()
    page = find_page(node, wanted)
    if wanted.q and not node and not wanted.has_filters and (page.instead or not page.total):
        note_missed_search(text=wanted.q)
    context: dict[str, Any] = {
        "node": node,
        "current_slug": node.slug if node else "",
        "tools": tools_html(request, form, wanted, page),
        "wanted": wanted,
        "query": wanted.q,
        "page": page,
        "page_numbers": page_window(page.page, page.pages),
        "cards": cards_html(page.ids, price_groups_for(request)),
    }
    if node is not None:
        about = line_of(node.seo_description or node.description)
        context["summary"] = shorten(about, SUMMARY_LENGTH)
        context["canonical"] = current_url(path_of("category", node.slug))
    return for_everyone(render(request, "storefront/listing.html", context))
