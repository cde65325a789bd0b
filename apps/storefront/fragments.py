"""Parts that many pages have in common, rendered once: the frame of a store's pages per version of what it shows, cards and
pictures by their values."""

import re
import secrets
from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import Final

from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from apps.catalog.selectors import CategoryNode, category_tree
from apps.common.clock import today
from apps.content.selectors import PageLink, get_theme, list_page_links
from apps.storefront.cards import Card, Photo
from apps.storefront.languages import current_locale
from apps.tenancy.context import current_store
from apps.tenancy.versioned_cache import cached_by_version

MENU_LENGTH: Final = 7


def menu() -> list[CategoryNode]:
    return category_tree()[:MENU_LENGTH]


def footer_links() -> list[PageLink]:
    return [link for link in list_page_links() if link.in_footer]


def site_head() -> SafeString:
    """Icon, styles and scripts of every page."""
    return mark_safe(_head())  # noqa: S308  a template's


def site_header(*, current_slug: str, query: str, cart_link: SafeString) -> SafeString:
    """Announcement, menu and search; `current_slug` is the category whose page it is."""
    in_menu = any(node.slug == current_slug for node in menu())
    fillings = {"query": escape(query), "cart": cart_link}
    parts = _header(current_slug if in_menu else "")
    pieces = [fillings[part] if is_hole else part for is_hole, part in parts]
    return mark_safe("".join(pieces))  # noqa: S308  a template's, and what is escaped


def site_footer() -> SafeString:
    return mark_safe(_footer(today().year))  # noqa: S308  a template's


@cached_by_version("content")
def _head() -> str:
    return str(render_to_string("storefront/parts/head.html", {"theme": get_theme()}))


@cached_by_version("catalog", "content")
def _header(current_slug: str) -> tuple[tuple[bool, str], ...]:
    """The text in pieces; a piece that is a hole has its name instead."""
    word = f"hole{secrets.token_hex(16)}"
    context = {
        **_frame(),
        "current_slug": current_slug,
        "query": f"{word}query",
        "cart_link": f"{word}cart",
    }
    text = render_to_string("storefront/parts/header.html", context)
    pieces = re.split(f"{word}(query|cart)", text)
    return tuple((place % 2 == 1, str(piece)) for place, piece in enumerate(pieces))


@cached_by_version("catalog", "content")
def _footer(year: int) -> str:
    context = {**_frame(), "pages": footer_links(), "year": str(year)}
    return str(render_to_string("storefront/parts/footer.html", context))


def _frame() -> dict[str, object]:
    return {"store": current_store(), "theme": get_theme(), "menu": menu()}


def card_html(card: Card, *, eager: bool) -> SafeString:
    """A product in a list."""
    return _card_html(card, eager, get_language() or "", str(current_locale()))


@lru_cache(maxsize=500)
def _card_html(card: Card, eager: bool, language: str, locale: str) -> SafeString:
    return render_card(card, eager=eager)


def render_card(card: Card, *, eager: bool) -> SafeString:
    context = {"card": card, "eager": eager}
    return mark_safe(render_to_string("storefront/parts/card.html", context))  # noqa: S308  a template's


@lru_cache(maxsize=2_000)
def photo_html(image: Photo, sizes: str, eager: bool, alt: str) -> SafeString:
    """A picture in all its widths."""
    widths = format_html('srcset="{}" sizes="{}" ', image.srcset, sizes) if image.srcset else ""
    return format_html(
        '<img src="{}" {}width="{}" height="{}" alt="{}" {} decoding="async">',
        image.src,
        widths,
        image.width,
        image.height,
        alt,
        mark_safe('fetchpriority="high"' if eager else 'loading="lazy"'),  # noqa: S308  one of two
    )


@lru_cache(maxsize=500)
def _gallery_html(photos: tuple[Photo, ...], title: str, language: str) -> SafeString:
    context = {"photos": photos, "title": title}
    return mark_safe(render_to_string("storefront/parts/gallery.html", context))  # noqa: S308  a template's


def gallery_html(photos: Sequence[Photo], title: str) -> SafeString:
    """The pictures of a product, large and small."""
    return _gallery_html(tuple(photos), title, get_language() or "")


def part_html(name: str, values: dict[str, Hashable]) -> SafeString:
    """A part of a page that says the same on many, rendered once for its values."""
    return _part_html(
        name, tuple(sorted(values.items())), get_language() or "", str(current_locale())
    )


@lru_cache(maxsize=2_000)
def _part_html(
    name: str, values: tuple[tuple[str, Hashable], ...], language: str, locale: str
) -> SafeString:
    text = render_to_string(f"storefront/parts/{name}.html", dict(values)).strip()
    return mark_safe(text)  # noqa: S308  a template's


def crumbs_html(node: CategoryNode | None, leaf: str) -> SafeString:
    """The way to this page; without `leaf`, to the category's own."""
    way = (*node.ancestors, (node.name, node.slug)) if node is not None else ()
    return _crumbs_html(way, leaf, get_language() or "")


@lru_cache(maxsize=2_000)
def _crumbs_html(way: tuple[tuple[str, str], ...], leaf: str, language: str) -> SafeString:
    if not leaf:
        *above, (leaf, _slug) = way
        way = tuple(above)
    context = {"way": way, "leaf": leaf}
    return mark_safe(render_to_string("storefront/parts/crumbs.html", context))  # noqa: S308  a template's
