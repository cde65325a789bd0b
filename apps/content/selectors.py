"""Every read of a store's content."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from apps.common.slugs import slug_key
from apps.content.errors import PageNotFound
from apps.content.models import Page, Purpose, Theme
from apps.content.services import PAGES_CACHE_KEY, THEME_CACHE_KEY
from apps.content.theme import css_for
from apps.tenancy.remembering import remembered

_THEME_SECONDS = 3600
_PAGES_SECONDS = 3600


@dataclass(frozen=True)
class ThemeView:
    """A theme ready for pages. `version` changes with the CSS, so that `/theme.css` can be cached forever."""

    brand: str
    css: str
    version: str
    logo_url: str
    logo_width: int
    logo_height: int
    tagline: str
    announcement: str
    hero_title: str
    hero_text: str
    contact_email: str
    latin_addresses: bool


def get_theme() -> ThemeView:
    """The active store's theme: from the cache, at most one query."""
    view: ThemeView | None = cache.get(THEME_CACHE_KEY)
    if view is None:
        view = _theme_view(Theme.objects.filter(key="store").first() or Theme())
        cache.set(THEME_CACHE_KEY, view, timeout=_THEME_SECONDS)
    return view


def _theme_view(theme: Theme) -> ThemeView:
    css = css_for(brand=theme.brand, accent=theme.accent, fonts=theme.fonts, radius=theme.radius)
    return ThemeView(
        brand=theme.brand,
        css=css,
        version=hashlib.sha256(css.encode()).hexdigest()[:10],
        logo_url=theme.logo.url if theme.logo else "",
        logo_width=theme.logo_width or 0,
        logo_height=theme.logo_height or 0,
        tagline=theme.tagline,
        announcement=theme.announcement,
        hero_title=theme.hero_title,
        hero_text=theme.hero_text,
        contact_email=theme.contact_email,
        latin_addresses=theme.latin_addresses,
    )


@dataclass(frozen=True)
class PageLink:
    """A published page as other pages link to it."""

    title: str
    slug: str
    purpose: str
    in_footer: bool
    updated_at: datetime


@remembered
def list_page_links() -> list[PageLink]:
    """The published pages in their order: from the cache, at most one query."""
    links: list[PageLink] | None = cache.get(PAGES_CACHE_KEY)
    if links is None:
        rows = Page.objects.filter(is_published=True)
        links = [
            PageLink(row.title, row.link_slug, row.purpose, row.in_footer, row.updated_at)
            for row in rows.defer("body", "description")
        ]
        cache.set(PAGES_CACHE_KEY, links, timeout=_PAGES_SECONDS)
    return links


def find_page_link(purpose: Purpose) -> PageLink | None:
    """The published page for that, where there is one. No query when the list is cached."""
    return next((link for link in list_page_links() if link.purpose == purpose), None)


def get_page(slug: str, *, with_drafts: bool = False) -> Page:
    """The page at that address: one query. Raises `PageNotFound`, for a draft as well."""
    page = Page.objects.filter(slug=slug_key(slug)).first()
    if page is None or not (page.is_published or with_drafts):
        raise PageNotFound
    return page
