"""Every read of a store's content."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from apps.common.slugs import slug_key
from apps.content.errors import PageNotFound
from apps.content.models import Page, Purpose, Theme
from apps.content.theme import css_for
from apps.tenancy.single_rows import single_row
from apps.tenancy.versioned_cache import cached_by_version


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


@cached_by_version("content")
def get_theme() -> ThemeView:
    """The active store's theme: cached, at most one query."""
    return _theme_view(single_row(Theme))


def find_logo_file() -> str:
    """The name of the logo in the store's files; empty without one. One query."""
    name = Theme.objects.filter(key="store").values_list("logo", flat=True).first()
    return str(name or "")


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


@cached_by_version("content")
def list_page_links() -> list[PageLink]:
    """The published pages in their order: cached, at most one query."""
    rows = Page.objects.filter(is_published=True)
    return [
        PageLink(row.title, row.link_slug, row.purpose, row.in_footer, row.updated_at)
        for row in rows.defer("body", "description")
    ]


def find_page_link(purpose: Purpose) -> PageLink | None:
    """The published page for that, where there is one. No query when the list is cached."""
    return next((link for link in list_page_links() if link.purpose == purpose), None)


def get_page(slug: str, *, with_drafts: bool = False) -> Page:
    """The page at that address: one query. Raises `PageNotFound`, for a draft as well."""
    page = Page.objects.filter(slug=slug_key(slug)).first()
    if page is None or not (page.is_published or with_drafts):
        raise PageNotFound
    return page
