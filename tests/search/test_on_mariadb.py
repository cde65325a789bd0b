"""The same searches find the same products in a store on MariaDB as in one on PostgreSQL."""

from typing import Any

import pytest

from apps.catalog import services as catalog
from apps.catalog.indexing import rebuild_index
from apps.catalog.inputs import CategoryInput
from apps.catalog.selectors import get_category, list_products
from apps.search.queries import RELEVANCE
from apps.tenancy.context import system_scope, use_store
from tests.catalog.making import make_product, sized_input, variant
from tests.support.mariadb import placed_on

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.mariadbd,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]

SEARCHES = (
    "chai", "cha", "hai", "wala", "k-1", "T-2", "x", "the", "chai clay", "kulad", "ceramc mugg", "tea", "चाय", "चांदी",
    "தேநீர்", "தேநீ", "বাঙলা", "bicycle", "large", "chai nothing",
)  # fmt: skip


def fill() -> None:
    tea = catalog.create_category(data=CategoryInput(name="Tea"))
    make_product("Masala chai", variants=[variant("T-1", 300)], category_ids=[tea.pk])
    make_product("Chai", variants=[variant("T-2", 200)], position=9, category_ids=[tea.pk])
    make_product("Clay kulhad", tags=["chai"], variants=[variant("K-1", 100)], position=1)
    make_product("Ceramic mug", brand="Chai & Clay", variants=[variant("M-1", 900)])
    make_product("Chaiwala's kettle", description="<p>For tea</p>", variants=[variant("KE-1")])
    make_product("The X", variants=[variant("X-1")])
    make_product("चाँदी की चाय", variants=[variant("H-1")])
    make_product("தேநீர் மசாலா", variants=[variant("TA-1")])
    make_product("বাংলা চা", variants=[variant("B-1")])
    catalog.save_product(data=sized_input("Kurta", {"Large": 900, "Small": 800}, brand="Loom"))


def answers() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for q in SEARCHES:
        for sort in (RELEVANCE, "price_desc", "title"):
            page = list_products(q=q, sort=sort)
            found[f"{q} {sort}"] = ([product.title for product in page], page.instead)
    node = get_category("tea")
    page = list_products(category=node, labels={"Size": ["Large"]})
    found["none"] = [product.title for product in page]
    page = list_products(labels={"Size": ["Large", "Other"]}, price_min_minor=100)
    found["size"] = ([product.title for product in page], page.facets)
    found["tea"] = [product.title for product in list_products(category=node, q="chai")]
    found["all"] = list_products().facets
    return found


def test_both_databases_give_the_same_answers(mariadb: Any, throwaway_store: Any) -> None:
    with placed_on(mariadb) as placed, system_scope("test"):
        found = []
        for store in (throwaway_store, placed):
            with use_store(store):
                fill()
                first = answers()
                assert rebuild_index() == 10
                assert answers() == first
                found.append(first)
    assert found[0]["chai relevance"][0][:2] == ["Masala chai", "Chai"]
    for name, answer in found[0].items():
        assert found[1][name] == answer, name
