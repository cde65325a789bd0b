"""Suggestions for the search field: categories whose name has a word that begins so, then products by their titles."""

from django.urls import reverse

from apps.catalog.selectors import list_category_nodes
from apps.common.search_words import search_words
from apps.search.selectors import suggest

MOST_PRODUCTS = 6
MOST_CATEGORIES = 3


def suggestions_for(text: str) -> list[dict[str, str]]:
    """One query; categories are remembered."""
    wanted = search_words(text)
    if not wanted:
        return []
    categories = [
        {"title": node.name, "url": reverse("storefront:category", args=[node.slug])}
        for node in list_category_nodes()
        if _begins(wanted, search_words(node.name))
    ]
    products = [
        {"title": one.title, "url": reverse("storefront:product", args=[one.slug])}
        for one in suggest(text, most=MOST_PRODUCTS)
    ]
    return [*categories[:MOST_CATEGORIES], *products]


def _begins(wanted: list[str], words: list[str]) -> bool:
    return all(any(word.startswith(one) for word in words) for one in wanted)
