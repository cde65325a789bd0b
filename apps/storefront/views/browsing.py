"""Pages for finding products: home, categories, search."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.catalog.selectors import CategoryNode, get_category, list_products
from apps.common.graphemes import shorten
from apps.common.text import line_of
from apps.platform.selectors import current_url
from apps.search.services import note_missed_search
from apps.storefront.forms.listing import MOST_SEARCHED, ListingForm
from apps.storefront.page_cache.for_everyone import for_everyone
from apps.storefront.paths import path_of
from apps.storefront.selectors import (
    cards_for,
    get_delivery,
    get_window,
    list_shelf,
    with_stock,
)
from apps.storefront.suggesting import suggestions_for

HERO_PHOTOS = 3
SUMMARY_LENGTH = 160  # what search engines show
SHORTEST_SUGGESTED = 2
SUGGESTED_SECONDS = 30


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    window, newest = get_window(), list_shelf("newest")
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
    page = list_products(category=node, **wanted.as_arguments())
    if wanted.q and not node and not wanted.has_filters and (page.instead or not page.total):
        note_missed_search(text=wanted.q)
    context: dict[str, Any] = {
        "node": node,
        "current_slug": node.slug if node else "",
        "form": form,
        "wanted": wanted,
        "query": wanted.q,
        "page": page,
        "page_numbers": page_window(page.page, page.pages),
        "cards": cards_for(page.items),
    }
    if node is not None:
        about = line_of(node.seo_description or node.description)
        context["summary"] = shorten(about, SUMMARY_LENGTH)
        context["canonical"] = current_url(path_of("category", node.slug))
    return for_everyone(render(request, "storefront/listing.html", context))


def page_window(page: int, pages: int) -> list[int | None]:
    """The page numbers worth a link: the ends, the present one and its neighbours; None stands for a gap."""
    near = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    window: list[int | None] = []
    for number in near:
        if window and window[-1] is not None and number - window[-1] > 1:
            window.append(None)
        window.append(number)
    return window
