"""Every page of the demo, from the cache and rendered for its visitor: the same bytes outside the holes."""

import re
from typing import Any

import pytest

from apps.common.progress import ignore_progress
from apps.demo.services.loading import _dress
from apps.demo.services.pages import publish_pages
from apps.demo.services.shelves import fill_shelves
from apps.demo.shops import SHOPS, Shop
from tests.support.acting import seeing_all
from tests.support.kept_pages import is_rendered, settle, text_of, uncached, visitor

pytestmark = [pytest.mark.slow, pytest.mark.soak]


@pytest.fixture(params=SHOPS, ids=lambda shop: shop.slug)
def shop(request: pytest.FixtureRequest, store: Any) -> Shop:
    loaded: Shop = request.param
    with seeing_all(store):
        _dress(loaded)
        fill_shelves(shop=loaded, watch=ignore_progress, pictures=True)
        publish_pages(shop=loaded)
    return loaded


def addresses(store: Any) -> list[str]:
    """The sitemap, and what links of those pages lead to within the shop."""
    sitemap = visitor(store).get("/sitemap.xml").text
    paths = {"/", *re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", sitemap)}
    for path in sorted(paths):
        found = re.findall(r'href="([^"#]+)"', visitor(store).get(path).text)
        paths |= {
            link.replace("&amp;", "&")
            for link in found
            if link.startswith(("/search/", "/category/"))
        }
    return sorted(paths)


def test_every_page_of_the_demo(shop: Shop, store: Any) -> None:
    pages = addresses(store)
    assert len(pages) > len(shop.things)
    settle(store)
    for path in pages:
        for cookies in ({}, {"cart_count": "3", "cart": "abc"}):
            plain = uncached(store, path, **cookies)
            made, kept = (visitor(store, **cookies).get(path) for _ in range(2))
            assert text_of(made) == plain, path
            assert text_of(kept) == plain, path
            assert not is_rendered(kept), path
