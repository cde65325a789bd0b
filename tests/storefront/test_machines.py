"""What search engines read."""

import json
import re
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from apps.content import services as content
from apps.storefront import sitemap

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def locations(answer: Any) -> list[str]:
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/xml")
    return [found.text or "" for found in ElementTree.fromstring(answer.content).iter(LOC)]


def test_the_sitemap_has_what_can_be_visited_and_nothing_else(
    browse: Any, sell: Any, category: Any, django_capture_on_commit_callbacks: Any
) -> None:
    sell("Assam & Co", category_ids=[category.pk])
    content.save_page(values={"title": "Care", "body": "x", "is_published": True})
    found = locations(browse.get("/sitemap.xml"))

    paths = {re.sub(r"^https?://[^/]+", "", address) for address in found}
    assert paths == {"/", "/category/tea/", "/pages/care/", "/product/assam-co/"}
    assert {address.split("/")[2].split(":")[0] for address in found} == {"alpha.localhost"}
    assert all(browse.get(path).status_code == 200 for path in paths)

    sell("Kahwa")
    with django_capture_on_commit_callbacks(using="default", execute=True):
        content.save_page(values={"title": "Help", "body": "x", "is_published": True})
    assert len(locations(browse.get("/sitemap.xml"))) == len(found) + 2


def test_many_products_have_an_index_of_files(
    browse: Any, sell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "PER_FILE", 2)
    for number in range(5):
        sell(f"Tea {number}")

    files = locations(browse.get("/sitemap.xml"))
    assert [address.rsplit("/", 1)[1] for address in files] == [
        f"sitemap-{part}.xml" for part in (1, 2, 3)
    ]
    found = [
        address
        for part in (1, 2, 3)
        for address in locations(browse.get(f"/sitemap-{part}.xml"))
        if "/product/" in address
    ]
    assert len(set(found)) == len(found) == 5
    assert browse.get("/sitemap-0.xml").status_code == 404
    assert browse.get("/sitemap-4.xml").status_code == 404


def test_robots_are_shown_the_sitemap_and_kept_from_what_is_private(
    in_store: Any, browse: Any
) -> None:
    text = browse.get("/robots.txt").content.decode()

    assert "Disallow: /orders/" in text
    assert re.search(r"Sitemap: https?://alpha\.localhost\S*/sitemap\.xml", text)


def test_every_store_has_a_favicon(in_store: Any, browse: Any) -> None:
    answer = browse.get("/favicon.ico")

    with Image.open(BytesIO(answer.content)) as icon:
        assert icon.format == "ICO"
        assert (48, 48) in icon.info["sizes"]


def test_a_product_says_to_programs_what_it_says_to_people(
    browse: Any, sell: Any, category: Any
) -> None:
    product = sell(
        "Tea </script><b>", sizes={"S": 3, "L": 0}, minor=49_950, category_ids=[category.pk]
    )
    page = browse.get(f"/product/{product.slug}/").content.decode()
    text = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
    facts, crumbs = json.loads(text)["@graph"]

    assert facts["name"] == product.title
    assert [(offer["price"], offer["priceCurrency"]) for offer in facts["offers"]] == [
        ("499.50", "INR")
    ] * 2
    assert [offer["availability"].rsplit("/", 1)[1] for offer in facts["offers"]] == [
        "InStock",
        "OutOfStock",
    ]
    assert [item["name"] for item in crumbs["itemListElement"]] == ["Alpha", "Tea", product.title]
    assert '<meta property="og:price:amount" content="499.50">' in page
