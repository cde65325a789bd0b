"""Saving products: what is written, what is refused, and who wins when two write at once."""

from dataclasses import replace
from typing import Any

import pytest
from bson import ObjectId

from apps.catalog import services as catalog
from apps.catalog.checking import products as checking
from apps.catalog.documents import Product
from apps.catalog.errors import (
    InvalidProduct,
    ProductChanged,
    ProductNotFound,
    TakenMeanwhile,
)
from apps.catalog.inputs import CategoryInput, OptionInput, ProductInput, VariantInput
from apps.catalog.selectors import catalog_version, get_product, get_product_by_id
from apps.tenancy.context import use_store
from tests.catalog.making import make_product, price, product_input, sized_input, variant

pytestmark = pytest.mark.usefixtures("in_store")


def faults(data: ProductInput, product: Product | None = None) -> dict[str, list[str]]:
    """The fields refused; and nothing may have been written."""
    before = Product.objects.count()
    with pytest.raises(InvalidProduct) as caught:
        catalog.save_product(data=data, product=product)
    assert Product.objects.count() == before
    return caught.value.fields


def test_a_product_comes_back_as_it_was_saved() -> None:
    saved = catalog.save_product(
        data=sized_input(
            "Linen shirt",
            {"S": 90_000, "M": 95_000},
            brand="Loom",
            tags=["linen", "Summer", "LINEN"],
            attributes={"Material": "linen", "Washable": True, "Colours": ["sand", "sea"]},
        )
    )
    product = get_product("linen-shirt")
    assert product.pk == saved.pk
    assert [v.sku for v in product.variants] == ["LINEN-SHIRT-S", "LINEN-SHIRT-M"]
    assert product.variants[1].option_values == {"Size": "M"}
    assert product.variants[1].price_in("INR").amount_minor == 95_000
    assert product.variants[1].price_in("USD") is None
    assert product.tags == ["linen", "Summer"]
    assert product.attributes == {
        "Material": "linen",
        "Washable": True,
        "Colours": ["sand", "sea"],
    }
    assert product.price_from == {"INR": 90_000}
    assert product.version == 1
    assert product.created_at.tzinfo is not None


def test_reading_a_product_is_one_read(django_assert_num_queries: Any) -> None:
    make_product("Clay mug")
    with django_assert_num_queries(1, using="documents"):
        product = get_product("clay-mug")
        assert product.variants[0].prices[0].amount_minor == 10_000
        assert product.images == []


def test_variants_keep_their_ids_when_the_product_changes() -> None:
    product = catalog.save_product(data=sized_input("Shirt", {"S": 900, "M": 950}))
    ids = [v.id for v in product.variants]
    data = ProductInput.of(product)
    changed = catalog.save_product(
        data=replace(data, variants=[data.variants[1], data.variants[0]]), product=product
    )
    assert [v.id for v in changed.variants] == ids[::-1]
    assert changed.version == 2


def test_empty_slugs_are_made_and_numbered() -> None:
    slugs = [make_product("Clay mug", variants=[variant(f"M{n}")]).slug for n in range(3)]
    assert slugs == ["clay-mug", "clay-mug-2", "clay-mug-3"]
    assert make_product("🎁 1", variants=[variant("GIFT")]).slug == "1"


def test_a_slug_of_another_product_is_refused() -> None:
    make_product("Clay mug")
    assert "slug" in faults(product_input("Other", slug="clay-mug"))
    assert "slug" in faults(product_input("Other", slug="Not a slug!"))


def test_a_sku_is_unique_across_products_and_within_one() -> None:
    make_product("Clay mug", variants=[variant("MUG")])
    assert faults(product_input("Other", variants=[variant("X"), variant("MUG")])).keys() == {
        "variants.1.sku",
        "variants.1.option_values",
    }
    data = sized_input("Shirt", {"S": 900, "M": 950})
    twice = replace(data, variants=[replace(one, sku="TWICE") for one in data.variants])
    assert faults(twice) == {"variants.1.sku": ["Another variant has the same SKU."]}


def test_the_index_has_the_last_word_on_skus_and_slugs(monkeypatch: pytest.MonkeyPatch) -> None:
    make_product("Clay mug", variants=[variant("MUG")])
    monkeypatch.setattr(checking, "_check_skus_elsewhere", lambda *args: None)
    monkeypatch.setattr(checking, "is_slug_taken", lambda *args, **kwargs: False)
    data = sized_input("Shirt", {"S": 900, "M": 950})
    clash = [data.variants[0], replace(data.variants[1], sku="mug")]
    with pytest.raises(TakenMeanwhile) as lost:
        catalog.save_product(data=replace(data, variants=clash))
    assert (lost.value.status, lost.value.fields.keys()) == (409, {"variants.1.sku"})
    with pytest.raises(TakenMeanwhile) as lost:
        catalog.save_product(data=product_input("Other", slug="clay-mug"))
    assert lost.value.fields.keys() == {"slug"}
    assert Product.objects.count() == 1


def test_another_store_may_use_the_same_skus_and_slugs(other_store: Any) -> None:
    make_product("Clay mug")
    with use_store(other_store):
        assert make_product("Clay mug").slug == "clay-mug"
        assert Product.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "\u200b"}, "title"),
        ({"title": "…!"}, "title"),
        ({"attributes": {"Café": "x", "CAFE": "y"}}, "attributes.CAFE"),
        ({"attributes": {"a": "\x00"}}, "attributes.a"),
        ({"title": {"$ne": None}}, "title"),
        ({"status": "sold"}, "status"),
        ({"tags": "not a list"}, "tags"),
        ({"tags": ["x" * 41]}, "tags.0"),
        ({"tags": [{"$gt": ""}]}, "tags.0"),
        ({"category_ids": ["nonsense"]}, "category_ids.0"),
        ({"category_ids": [str(ObjectId())]}, "category_ids.0"),
        ({"attributes": {"a.b": "x"}}, "attributes.a.b"),
        ({"attributes": {"$set": "x"}}, "attributes.$set"),
        ({"attributes": {"a": {"$ne": 1}}}, "attributes.a"),
        ({"attributes": {"a": float("nan")}}, "attributes.a"),
        ({"attributes": []}, "attributes"),
        ({"position": True}, "position"),
        ({"position": 10**9}, "position"),
        ({"is_digital": "yes"}, "is_digital"),
        ({"variants": []}, "variants"),
        ({"variants": [variant(f"V{n}") for n in range(251)]}, "variants"),
        ({"variants": [variant("")]}, "variants.0.sku"),
        ({"variants": [variant("two words")]}, "variants.0.sku"),
        ({"variants": [variant("A", weight_grams=-1)]}, "variants.0.weight_grams"),
        ({"variants": [variant("A", weight_grams=1.5)]}, "variants.0.weight_grams"),
        ({"variants": [variant("A", id="someone-else")]}, "variants.0.id"),
        ({"variants": [variant("A", option_values={"Size": "M"})]}, "variants.0.option_values"),
        ({"variants": [variant("A", minor=-1)]}, "variants.0.prices.0.amount"),
        ({"variants": [variant("A", minor=10**17)]}, "variants.0.prices.0.amount"),
        (
            {"variants": [variant("A", prices=[price(100, compare_at=100)])]},
            "variants.0.prices.0.compare_at",
        ),
        (
            {"variants": [variant("A", prices=[price(100, "XX")])]},
            "variants.0.prices.0.currency",
        ),
        (
            {"variants": [variant("A", prices=[price(100), price(200)])]},
            "variants.0.prices.1.currency",
        ),
        ({"options": [OptionInput(name="Size", values=[])]}, "options.0.values"),
        ({"options": [OptionInput(name="Si.ze", values=["S"])]}, "options.0.name"),
        ({"options": [OptionInput(name=f"O{n}", values=["S"]) for n in range(4)]}, "options"),
        ({"options": [OptionInput(name="S", values=["a", "A"])]}, "options.0.values"),
    ],
)
def test_every_wrong_value_is_named_by_its_path(changes: dict[str, Any], path: str) -> None:
    assert path in faults(replace(product_input(), **changes))


def test_every_variant_has_one_value_of_each_option_and_no_combination_comes_twice() -> None:
    options = [OptionInput(name="Size", values=["S", "M"]), OptionInput(name="Hue", values=["r"])]
    found = faults(
        product_input(
            options=options,
            variants=[
                variant("A", option_values={"Size": "S", "Hue": "r"}),
                variant("B", option_values={"Size": "S", "Hue": "r"}),
                variant("C", option_values={"Size": "XL", "Hue": "r"}),
                variant("D", option_values={"Size": "M"}),
            ],
        )
    )
    assert found.keys() == {
        "variants.1.option_values",
        "variants.2.option_values.Size",
        "variants.3.option_values.Hue",
    }


def test_two_variants_without_options_are_the_same_combination() -> None:
    assert "variants.1.option_values" in faults(
        product_input(variants=[variant("A"), variant("B")])
    )


def test_all_faults_are_reported_at_once() -> None:
    found = faults(product_input("", slug="No!", variants=[variant("", minor=-5)]))
    assert {"title", "slug", "variants.0.sku", "variants.0.prices.0.amount"} <= found.keys()


def test_descriptions_lose_what_could_run() -> None:
    html = "<p onclick='x()'>Fine <b>cup</b><script>steal()</script><img src=x onerror=y()></p>"
    product = make_product(description=html + "<a href='javascript:z()'>z</a>")
    assert "Fine <b>cup</b>" in product.description
    for bad in ("script", "onclick", "onerror", "javascript"):
        assert bad not in product.description


def test_a_second_editor_is_told_instead_of_overwriting() -> None:
    product = make_product("Clay mug")
    first, second = get_product_by_id(product.pk), get_product_by_id(product.pk)
    catalog.save_product(data=replace(ProductInput.of(first), title="Clay cup"), product=first)
    with pytest.raises(ProductChanged):
        catalog.save_product(data=replace(ProductInput.of(second), title="Mug"), product=second)
    assert get_product_by_id(product.pk).title == "Clay cup"
    fresh = get_product_by_id(product.pk)
    with pytest.raises(ProductChanged):
        catalog.save_product(data=ProductInput.of(fresh), product=fresh, expected_version=1)


def test_saving_a_deleted_product_says_that_it_is_gone() -> None:
    product = make_product("Clay mug")
    catalog.delete_product(product=get_product_by_id(product.pk))
    catalog.delete_product(product=product)
    with pytest.raises(ProductNotFound):
        catalog.save_product(data=ProductInput.of(product), product=product)


def test_publishing_needs_something_to_sell() -> None:
    draft = make_product("Clay mug", status="draft", variants=[variant("A", minor=None)])
    with pytest.raises(InvalidProduct):
        catalog.set_product_status(product=draft, status="active")
    assert get_product_by_id(draft.pk).status == "draft"
    assert catalog.set_product_status(product=draft, status="archived").status == "archived"


def test_drafts_are_found_by_staff_only() -> None:
    make_product("Clay mug", status="draft")
    with pytest.raises(ProductNotFound):
        get_product("clay-mug")
    assert get_product("clay-mug", include_hidden=True).status == "draft"


@pytest.mark.parametrize("bad", ["", "nonsense", None, 5, {"$ne": None}, "0" * 24])
def test_an_id_that_is_none_is_not_found(bad: Any) -> None:
    with pytest.raises(ProductNotFound):
        get_product_by_id(bad)


def test_another_stores_product_is_not_found(other_store: Any) -> None:
    product = make_product("Clay mug")
    with use_store(other_store), pytest.raises(ProductNotFound):
        get_product_by_id(product.pk)
    with use_store(other_store), pytest.raises(ProductNotFound):
        catalog.save_product(data=ProductInput.of(product), product=product)
    assert get_product_by_id(product.pk).version == 1


def test_a_category_deleted_meanwhile_does_not_block_saving() -> None:
    category = catalog.create_category(data=CategoryInput(name="Mugs"))
    product = make_product("Clay mug", category_ids=[category.pk])
    data = ProductInput.of(product)
    catalog.delete_category(category=category)
    product = get_product_by_id(product.pk)
    assert product.category_ids == []
    stale = replace(data, category_ids=[str(category.pk)])
    with pytest.raises(InvalidProduct):
        catalog.save_product(data=stale, product=product)


def test_the_lowest_price_counts_active_variants_only() -> None:
    data = sized_input("Shirt", {"S": 500, "M": 900})
    cheap_off = replace(data.variants[0], is_active=False)
    product = catalog.save_product(data=replace(data, variants=[cheap_off, data.variants[1]]))
    assert product.lowest_price("INR") == 900
    assert product.lowest_price("USD") is None


def test_every_write_moves_the_catalog_version_on() -> None:
    versions = [catalog_version()]
    product = make_product("Clay mug")
    versions.append(catalog_version())
    product = catalog.set_product_status(product=product, status="archived")
    versions.append(catalog_version())
    catalog.delete_product(product=product)
    versions.append(catalog_version())
    assert len(set(versions)) == 4


def test_a_variant_input_may_come_without_prices_for_a_draft() -> None:
    product = make_product(status="draft", variants=[VariantInput(sku="A")])
    assert product.price_from == {}
