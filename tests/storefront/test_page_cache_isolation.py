"""Cached pages of two visitors and of two stores: headers, cookies and parameters of one reach no other."""

from typing import Any

import pytest

from apps.storefront.forms.listing import ListingForm
from apps.storefront.page_cache import storage
from tests.support.kept_pages import is_rendered, text_of, uncached, visitor

POISON = {
    "host": None,
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
    "x-forwarded-port": "1234",
    "x-forwarded-for": "6.6.6.6",
    "x-original-url": "/evil/",
    "x-rewrite-url": "/evil/",
    "forwarded": "host=evil.example",
    "accept-language": "hi",
    "accept": "application/json",
    "accept-charset": "utf-7",
    "user-agent": "evil",
    "referer": "https://evil.example/",
    "origin": "https://evil.example",
    "x-requested-with": "XMLHttpRequest",
    "x-part": "drawer",
    "x-http-method-override": "POST",
    "range": "bytes=0-10",
    "x-request-id": "evil-evil-evil",
}
COOKIES = {"django_language": "hi", "csrftoken": "e" * 32, "cart": "evil", "cart_count": "666"}


@pytest.mark.parametrize(
    "path", ["/", "/category/tea/", "/search/", "/product/assam/", "/pages/care/"]
)
def test_headers_and_cookies_of_one_visitor_are_in_no_other_ones_page(
    pages: list[str], store: Any, path: str
) -> None:
    plain = uncached(store, path)
    storage.memory.clear()
    headers = {name: value for name, value in POISON.items() if value}
    poisoned = visitor(store, **COOKIES).get(path, headers=headers)
    assert is_rendered(poisoned)
    assert text_of(visitor(store).get(path)) == plain
    assert not is_rendered(visitor(store).get(path))


@pytest.mark.parametrize(
    "path", ["/", "/category/tea/", "/search/", "/product/assam/", "/pages/care/"]
)
def test_unknown_parameters_make_no_page_and_reach_none(
    pages: list[str], store: Any, path: str
) -> None:
    plain = uncached(store, path)
    first = visitor(store).get(f"{path}?utm_source=evil&next=//evil.example&%3Cscript%3E=1")
    assert "evil" not in first.text
    assert text_of(first) == plain
    for number in range(3):
        answer = visitor(store).get(f"{path}?x={number}&page[]=2&Sort=newest")
        assert not is_rendered(answer)
        assert text_of(answer) == plain


def test_links_of_a_list_do_not_repeat_unknown_parameters(
    store: Any, sell: Any, category: Any
) -> None:
    for number in range(25):
        sell(f"Tea {number}", category_ids=[category.pk])
    first = visitor(store).get("/category/tea/?evil=1&sort=title").text
    assert "?sort=title&amp;page=2" in first
    assert "evil" not in first


def test_every_filter_of_a_list_is_known(pages: list[str], store: Any) -> None:
    """A new field of the form either makes pages of its own or is never kept."""
    values = {"q": "assam", "sort": "title", "price_min": "5", "price_max": "5", "page": "2"}
    values |= {"f": "Brand:Loom", "available": "1"}
    assert set(values) == set(ListingForm.base_fields), "add a value for the new field"
    plain = text_of(visitor(store).get("/category/tea/"))
    for name, value in values.items():
        path = f"/category/tea/?{name}={value}"
        answer = visitor(store).get(path)
        assert is_rendered(answer), name
        assert text_of(answer) == uncached(store, path)
        if name != "page":
            assert text_of(answer) != plain, name


def test_two_stores_with_the_same_addresses_have_their_own_pages(
    pages: list[str], store: Any, other_store: Any, sell: Any
) -> None:
    for path in ["/", "/search/", "/product/assam/", "/category/tea/"]:
        ours = visitor(store).get(path)
        theirs = visitor(other_store).get(path)
        again = visitor(store).get(path)
        assert text_of(ours) == text_of(again)
        assert "Alpha" in ours.text
        assert "Alpha" not in theirs.text
        assert "₹" not in theirs.text
        theirs = visitor(other_store).get(path, headers={"x-forwarded-host": "alpha.localhost"})
        assert "Alpha" not in theirs.text


def test_a_session_of_another_store_is_none_here(pages: list[str], store: Any) -> None:
    visitor(store).get("/")
    assert not is_rendered(visitor(store, session_beta="x").get("/"))
