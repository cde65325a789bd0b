"""The sitemap: products, categories, pages, with the store's primary address (sitemaps.org, protocol 0.9)."""

from collections.abc import Callable, Iterable
from datetime import datetime
from xml.sax.saxutils import escape

from django.core.cache import cache
from django.urls import reverse

from apps.catalog.selectors import (
    catalog_version,
    count_product_addresses,
    list_category_nodes,
    list_product_addresses,
)
from apps.content.selectors import list_page_links
from apps.platform.selectors import current_url

# The protocol allows 50,000 addresses in one file; smaller ones are built and kept more cheaply.
PER_FILE = 10_000
_SECONDS = 60 * 60
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SCHEMA = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def get_sitemap() -> str:
    """The whole store in one file, or the index of its files. No document is read while the catalog stays as it is."""
    return _kept("all", _build_sitemap)


def get_sitemap_part(part: int) -> str | None:
    """The file of that number, from 1; None when there is none."""
    if not 1 <= part <= count_parts():
        return None
    return _kept(str(part), lambda: _urlset(_addresses(part)))


def count_parts() -> int:
    count: int | None = cache.get(key := _key("count"))
    if count is None:
        count = count_product_addresses()
        cache.set(key, count, timeout=_SECONDS)
    return max(1, -(-count // PER_FILE))


def _build_sitemap() -> str:
    parts = count_parts()
    if parts == 1:
        return _urlset(_addresses(1))
    files = (reverse("storefront:sitemap_part", args=[part]) for part in range(1, parts + 1))
    entries = "".join(
        f"<sitemap><loc>{escape(current_url(file))}</loc></sitemap>\n" for file in files
    )
    return f"{_HEAD}<sitemapindex {_SCHEMA}>\n{entries}</sitemapindex>\n"


def _addresses(part: int) -> Iterable[tuple[str, datetime | None]]:
    """Paths and when they changed; the first file has what is not a product as well."""
    if part == 1:
        yield reverse("storefront:home"), None
        for node in list_category_nodes():
            yield reverse("storefront:category", args=[node.slug]), None
        for link in list_page_links():
            yield reverse("storefront:page", args=[link.slug]), link.updated_at
    start = (part - 1) * PER_FILE
    for slug, changed_at in list_product_addresses(start, start + PER_FILE):
        yield reverse("storefront:product", args=[slug]), changed_at


def _urlset(addresses: Iterable[tuple[str, datetime | None]]) -> str:
    return f"{_HEAD}<urlset {_SCHEMA}>\n{''.join(map(_entry, addresses))}</urlset>\n"


def _entry(address: tuple[str, datetime | None]) -> str:
    path, changed_at = address
    changed = f"<lastmod>{changed_at.date().isoformat()}</lastmod>" if changed_at else ""
    return f"<url><loc>{escape(current_url(path))}</loc>{changed}</url>\n"


def _kept(name: str, build: Callable[[], str]) -> str:
    key = _key(name)
    text: str | None = cache.get(key)
    if text is None:
        text = build()
        cache.set(key, text, timeout=_SECONDS)
    return text


def _key(name: str) -> str:
    """A change of a product increments the catalog's version; pages and the address are part of the key."""
    pages = list_page_links()
    newest = max((link.updated_at.timestamp() for link in pages), default=0)
    return f"storefront:sitemap:{catalog_version()}:{len(pages)}:{newest}:{current_url('')}:{name}"
