"""What a list of products shows beside its cards: what was found, and the form that filters and sorts it. Both are remembered:
the same few lists are asked for again and again."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from apps.catalog.selectors import CategoryNode, Found, find_list, list_query
from apps.common.bounded_memory import BoundedMemory
from apps.search.queries import Facet, Query
from apps.storefront.forms.listing import PER_PAGE, ListingForm, Wanted
from apps.tenancy.context import ActiveStore, current_store
from apps.tenancy.versioned_cache import Memory, cached_by_version

_TOOLS: Final = "storefront/parts/listing_tools.html"
_MOST_LISTS: Final = 1_000  # their ids; the facets are remembered once per query

_Place = tuple[ActiveStore, str]  # the store and the language of its page

_lists: Memory = BoundedMemory(lambda: _MOST_LISTS)


def find_page(category: CategoryNode | None, wanted: Wanted) -> Found:
    """The page of a list that a visitor asks for, without its products; no query for one that is remembered."""
    query = list_query(sort=wanted.sort, **wanted.filters(category))
    return Found() if query is None else _find(query, wanted.sort, wanted.page)


@cached_by_version("catalog", "search", memory=_lists)
def _find(query: Query, sort: str, page: int) -> Found:
    return find_list(query, sort=sort, page=page, per_page=PER_PAGE)


def tools_html(request: HttpRequest, form: ListingForm, wanted: Wanted, page: Found) -> SafeString:
    """The number of products, filters and sorting; nothing for a list that never had any products."""
    if wanted.has_filters or form.errors:
        prices, sort = _fields(form)
        context = {"wanted": wanted, "query": wanted.q, "page": page, "prices": prices}
        context |= {"sort": sort, "has_errors": bool(form.errors)}
        return mark_safe(render_to_string(_TOOLS, context, request))  # noqa: S308  a template's
    if not page.ids:
        return SafeString()
    place = (current_store(), get_language() or "")
    chosen = form.data.get("sort", "")
    return _plain_tools(place, wanted.q, chosen, page.total, page.is_capped, page.facets)


@lru_cache(maxsize=500)
def _plain_tools(
    place: _Place,
    words: str,
    chosen: str,
    total: int,
    is_capped: bool,
    facets: tuple[Facet, ...],
) -> SafeString:
    """Of a list without filters."""
    prices, sort = _plain_fields(place, bool(words), chosen)
    page = Found(total=total, is_capped=is_capped, facets=facets)
    context = {"query": words, "page": page, "prices": prices, "sort": sort}
    return mark_safe(render_to_string(_TOOLS, context))  # noqa: S308  a template's


@lru_cache(maxsize=500)
def _plain_fields(place: _Place, has_words: bool, chosen: str) -> tuple[SafeString, SafeString]:
    return _fields(ListingForm({"q": "x" if has_words else "", "sort": chosen}))


def _fields(form: ListingForm) -> tuple[SafeString, SafeString]:
    """For the lowest and the highest price, and for the order."""
    prices = render_to_string("storefront/parts/listing_prices.html", {"form": form})
    return mark_safe(prices), form["sort"].as_widget()  # noqa: S308  a template's


def page_window(page: int, pages: int) -> list[int | None]:
    """The page numbers worth a link: the ends, the present one and its neighbours; None stands for a gap."""
    near = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    window: list[int | None] = []
    for number in near:
        if window and window[-1] is not None and number - window[-1] > 1:
            window.append(None)
        window.append(number)
    return window
