"""Words that are spelt with joiners: links write them, and every spelling finds the page."""

import re
from typing import Any
from urllib.parse import quote, unquote

import pytest

from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.inputs import CategoryInput, ProductInput
from apps.content import services as content
from apps.content.models import Page

SRI = "ශ්\u200dරී ලංකා"
PERSIAN = "علی\u200cرضا"


def plain(text: str) -> str:
    return re.sub("[\u200c\u200d]", "", text)


@pytest.mark.parametrize("title", [SRI, PERSIAN])
def test_a_product_is_found_with_and_without_its_joiners(
    browse: Any, sell: Any, title: str
) -> None:
    slug = title.replace(" ", "-")
    product = sell(title)
    assert (product.slug, product.link_slug) == (plain(slug), slug)
    for asked in (slug, plain(slug)):
        page = browse.get(f"/product/{quote(asked)}/")
        assert page.status_code == 200
        canonical = re.search(r'rel="canonical" href="([^"]+)"', page.content.decode())
        assert canonical is not None
        assert unquote(canonical[1]).endswith(f"/product/{slug}/")
    for words in (title, plain(title)):
        listed = browse.get("/search/", {"q": words}).content.decode()
        assert f"/product/{quote(slug)}/" in listed
    api = browse.get("/api/v1/products").json()["results"][0]
    assert api["slug"] == slug


def test_spellings_without_a_joiner_are_the_same_address(sell: Any) -> None:
    first, second = sell(SRI), sell(plain(SRI) + " ")
    assert [first.slug, second.slug] == ["ශ්රී-ලංකා", "ශ්රී-ලංකා-2"]
    assert second.link_slug == "ශ්රී-ලංකා-2"
    third = sell(f"  {SRI}", sizes={"S": 1})
    assert third.link_slug == "ශ්\u200dරී-ලංකා-3"


def test_a_chosen_address_keeps_its_joiners_until_another_is_chosen(sell: Any) -> None:
    product = sell("Tea", slug=PERSIAN)
    assert (product.slug, product.link_slug) == (plain(PERSIAN), PERSIAN)
    product = catalog.set_product_status(product=product, status="archived")
    assert product.link_slug == PERSIAN
    data = ProductInput.of(product)
    product = catalog.save_product(data=data, product=product)
    assert Product.objects.get().link_slug == PERSIAN
    changed = ProductInput(**{**vars(data), "slug": "tea"})
    assert catalog.save_product(data=changed, product=product).link_slug == "tea"


def test_categories_and_pages_as_well(browse: Any, in_store: Any) -> None:
    catalog.create_category(data=CategoryInput(name=SRI))
    content.save_page(values={"title": PERSIAN, "body": "<p>x</p>", "is_published": True})
    home = browse.get("/cart/").content.decode()
    category, page = f"/category/{quote('ශ්' + chr(0x200D) + 'රී-ලංකා')}/", f"/pages/{quote(PERSIAN)}/"
    assert category in home
    assert page in home
    for path in (category, page):
        assert browse.get(path).status_code == 200
        assert browse.get(path.replace("%E2%80%8D", "").replace("%E2%80%8C", "")).status_code == 200
    again = content.save_page(values={"slug": plain(PERSIAN)}, page=Page.objects.get(title=PERSIAN))
    assert again.link_slug == PERSIAN
    assert browse.get(f"/api/v1/categories/{quote('ශ්රී-ලංකා')}").json()["name"] == SRI
