"""Cursors of product lists: nothing is skipped or shown twice while products come and go."""

from typing import Any

import pytest

from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.tenancy.context import use_store
from tests.catalog.making import make_product, variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def mugs(store: Any) -> list[Product]:
    with use_store(store):
        return [make_product(f"Mug {n}", variants=[variant(f"M{n}", 100 + n)]) for n in range(6)]


def read(client: Any, url: str) -> tuple[list[str], dict[str, Any]]:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]], answer.json()


@pytest.mark.parametrize("sort", ["title", "price_asc"])
def test_the_row_at_the_cursor_may_go(store: Any, client_for: Any, mugs: Any, sort: str) -> None:
    client = client_for(store)
    first, answer = read(client, f"/api/v1/products?sort={sort}&limit=2")
    with use_store(store):
        catalog.delete_product(product=mugs[1])
        make_product("Mug 00", variants=[variant("M00", 100)])
    second, answer = read(client, answer["next"])
    assert (first, second) == (["Mug 0", "Mug 1"], ["Mug 2", "Mug 3"])
    back, _ = read(client, answer["previous"])
    assert back == ["Mug 0", "Mug 00"]


def test_there_and_back_again(store: Any, client_for: Any, mugs: Any) -> None:
    client = client_for(store)
    first, answer = read(client, "/api/v1/products?sort=price_desc&limit=4")
    assert answer["previous"] is None
    second, answer = read(client, answer["next"])
    assert (second, answer["next"]) == (["Mug 1", "Mug 0"], None)
    back, answer = read(client, answer["previous"])
    assert back == first
    assert answer["previous"] is None


@pytest.mark.parametrize(
    "cursor",
    [
        "WyJuIiwidGl0bGUiLG51bGwsIjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NiJd",  # no value
        "WyJuIiwidGl0bGUiLDUsIjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NiJd",  # a number in place of a title
        "WyJuIiwidGl0bGUiLCJhIiwibm9uc2Vuc2UiXQ",  # a key that is none
        "WyJuIiwicHJpY2VfYXNjIiw1LCI2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjYiXQ",  # of another sort
    ],
)
def test_a_foreign_cursor_is_refused(store: Any, client_for: Any, mugs: Any, cursor: str) -> None:
    answer = client_for(store).get(f"/api/v1/products?sort=title&cursor={cursor}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_cursor")
