"""Products are found however their words and addresses are spelt."""

import unicodedata
from typing import Any
from urllib.parse import quote

import pytest

from apps.backoffice.sites import store_admin
from apps.catalog import services as catalog
from apps.catalog.api.listing import find_category
from apps.catalog.derived import renew_products
from apps.catalog.documents import Product
from apps.catalog.errors import ProductNotFound
from apps.catalog.inputs import CategoryInput
from apps.catalog.selectors import get_category, get_product, list_products
from apps.tenancy.context import use_store
from apps.tenancy.documents.access import scoped_collection
from tests.api.shop import Api
from tests.catalog.making import make_product, variant

pytestmark = pytest.mark.usefixtures("in_store")


def found(q: str) -> list[str]:
    return [product.title for product in list_products(q=q)]


def found_by_staff(q: str) -> list[str]:
    admin = store_admin._registry[Product]
    products, _ = admin.get_search_results(None, Product.objects.all(), q)  # type: ignore[arg-type]
    return [product.title for product in products]


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("गु\u0921\u093c की चाय", "गु\u095c"),
        ("गु\u095c की चाय", "गु\u0921\u093c"),
        ("കുമാർ ചായ", "കുമാര്\u200d"),
        ("കുമാര്\u200d ചായ", "കുമാർ"),
        ("क\u093cहवा", "कहवा"),
        ("कुर्ता", "कुर्\u200dता"),
        ("Rose\u0301 Latte\u0301", "rosé"),
        ("Crème Brûlée tea", "creme brulee"),
        ("Éclair box", "eclair"),
        ("Çay İzmir", "izmir"),
        ("ĪḌLĪ", "idli"),
        ("मसाला-चाय", "मसाला चाय"),
        ("मसाला चाय", "मसाला-चाय"),
        ("T-Shirt", "tshirt"),
        ("Tshirt", "t-shirt"),
        ("Straße Tasse", "strasse"),
        ("Straße Tasse", "Straße"),
        ("ΌΣΟΣ", "όσος"),
        ("ﾏｯﾁｬ", "マッチャ"),
        ("L’Oréal", "loreal"),
        ("चाय १०", "10"),
        ("علی", "علي"),
    ],
)
def test_spelling_does_not_count(title: str, query: str) -> None:
    make_product(title, variants=[variant("A")])
    make_product("Other", variants=[variant("B")])
    assert len(found(query)) == len(found_by_staff(query)) == 1
    assert found("no-such-word") == []


def test_signs_alone_find_nothing() -> None:
    make_product("Tea")
    assert found("!!!") == found_by_staff("…") == []
    assert found(" ") == ["Tea"]


def test_a_sku_is_found_by_staff_whatever_its_case_and_dashes() -> None:
    make_product("One", variants=[variant("AB–1")])
    make_product("Two", variants=[variant("ab-12")])
    assert found_by_staff("ab-1") == found_by_staff("ＡＢ－１") == ["One"]


def test_accents_do_not_count_in_the_order() -> None:
    for place, title in enumerate(["Zebra", "Éclair", "apple", "Ähre", "eclair bar"]):
        make_product(title, variants=[variant(f"S{place}")])
    titles = [product.title for product in list_products(sort="title")]
    assert titles == ["Ähre", "apple", "Éclair", "eclair bar", "Zebra"]


def test_every_spelling_of_an_address_finds_its_page(store: Any, client_for: Any) -> None:
    product = make_product("Rosé मसाला चाय गु\u095c", variants=[variant("A")])
    category = catalog.create_category(data=CategoryInput(name="चाय à la Crème"))
    for thing, get in ((product, get_product), (category, get_category)):
        for spelling in (
            thing.slug,
            unicodedata.normalize("NFD", thing.slug),
            thing.slug.upper(),
            quote(thing.slug),
        ):
            assert get(spelling).slug == thing.slug
    assert find_category(quote(category.slug)).slug == category.slug
    client = client_for(store)
    for slug in (
        product.slug,
        unicodedata.normalize("NFD", product.slug),
        "ROSÉ-मसाला-चाय-गु\u095c",
    ):
        page = client.get(f"/product/{quote(slug)}/")
        assert page.status_code == 200
        assert (
            f'<link rel="canonical" href="http://alpha.localhost:8000/product/{quote(product.slug)}/">'
            in page.content.decode()
        )
    assert client.get(f"/category/{quote(category.slug)}/").status_code == 200
    assert client.get("/product/no-such-%F0%9F%8E%81/").status_code == 404
    with pytest.raises(ProductNotFound):
        get_product("rose")


def test_stored_products_get_their_derived_texts_anew(other_store: Any) -> None:
    old = make_product("Crème", variants=[variant("AB-1")])
    twin = make_product("Other", variants=[variant("CD-1")])
    with use_store(other_store):
        make_product("Theirs", variants=[variant("AB-1")])
    products = scoped_collection(Product)
    products.update_many({}, {"$set": {"sku_keys": [], "title_key": "old"}})
    products.update_one({"_id": twin.pk}, {"$set": {"variants.0.sku": "ab-1", "skus": ["ab-1"]}})
    assert renew_products(products) == 2
    assert renew_products(products) == 0
    again = Product.objects.get(pk=old.pk)
    assert (again.title_key, again.sku_keys, again.version) == ("creme", ["ab-1"], 1)
    assert found("creme") == ["Crème"]
    (key,) = Product.objects.get(pk=twin.pk).sku_keys
    assert key.startswith("ab-1 ")
    with use_store(other_store):
        assert Product.objects.get().sku_keys == ["ab-1"]


def test_every_next_of_a_list_leads_on(store: Any) -> None:
    title = "हस्तनिर्मित मिट्टी की केतली और छह कुल्हड़ों का पारंपरिक उपहार सेट नीलगिरि चाय के साथ " * 2
    for number in range(3):
        make_product(f"{title[:190]} {number}", variants=[variant(f"S{number}")])
    client = Api(store)
    for query in ("sort=title&limit=1", f"sort=title&limit=1&q={quote('नीलगिरि')}"):
        page = client.get(f"products?{query}").json()
        seen = [page["results"][0]["id"]]
        while page["next"]:
            answer = client.get(page["next"].partition("/api/v1/")[2])
            assert answer.status_code == 200, answer.content
            page = answer.json()
            seen.append(page["results"][0]["id"])
        assert len(set(seen)) == 3
