"""The tree: any shape up to ten levels, moved as a whole, never in a circle."""

from dataclasses import replace
from typing import Any

import pytest

from apps.catalog import services as catalog
from apps.catalog.documents import Category
from apps.catalog.errors import CategoryNotEmpty, CategoryNotFound, InvalidCategory
from apps.catalog.inputs import CategoryInput
from apps.catalog.selectors import (
    category_tree,
    get_category,
    get_category_by_id,
    get_product,
    list_products,
)
from apps.catalog.services import categories as module
from apps.tenancy.context import use_store
from tests.catalog.making import make_product

pytestmark = pytest.mark.usefixtures("in_store")


def make(name: str, parent: Category | None = None, **changes: Any) -> Category:
    parent_id = parent.pk if parent else None
    return catalog.create_category(data=CategoryInput(name=name, parent_id=parent_id, **changes))


def shape(nodes: Any = None) -> dict[str, Any]:
    nodes = category_tree() if nodes is None else nodes
    return {node.name: shape(node.children) for node in nodes}


def move(category: Category, parent_id: Any) -> Category:
    data = replace(CategoryInput.of(category), parent_id=parent_id)
    return catalog.update_category(category=category, data=data)


def test_the_tree_shows_children_in_their_order() -> None:
    home = make("Home", position=2)
    make("Food", position=1)
    make("Mugs", home, position=5)
    make("Bowls", home, position=1)
    assert list(shape().items()) == [("Food", {}), ("Home", {"Bowls": {}, "Mugs": {}})]
    assert get_category("mugs").ancestors == (("Home", "home"),)
    assert get_category("mugs").depth == 1


def test_the_tree_is_read_once_until_the_catalog_changes(django_assert_num_queries: Any) -> None:
    make("Home")
    category_tree()
    with django_assert_num_queries(0, using="documents"):
        assert get_category("home").name == "Home"
    make("Food")
    assert shape() == {"Food": {}, "Home": {}}


def test_a_category_moves_with_all_below_it() -> None:
    home, food = make("Home"), make("Food")
    mugs = make("Mugs", home)
    make("Blue mugs", mugs)
    move(mugs, parent_id=str(food.pk))
    assert shape() == {"Food": {"Mugs": {"Blue mugs": {}}}, "Home": {}}
    move(get_category_by_id(mugs.pk), parent_id=None)
    assert shape() == {"Food": {}, "Home": {}, "Mugs": {"Blue mugs": {}}}


def test_no_category_comes_below_itself() -> None:
    top = make("Top")
    middle = make("Middle", top)
    bottom = make("Bottom", middle)
    for parent in (top, middle, bottom):
        with pytest.raises(InvalidCategory) as caught:
            move(top, parent_id=parent.pk)
        assert "parent_id" in caught.value.fields
    assert shape() == {"Top": {"Middle": {"Bottom": {}}}}


def test_two_moves_at_once_do_not_close_a_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = make("One"), make("Two")
    before = module._read_parents()
    move(one, parent_id=two.pk)
    reads = iter([before])
    fresh = module._read_parents
    monkeypatch.setattr(module, "_read_parents", lambda: next(reads, None) or fresh())
    with pytest.raises(InvalidCategory):
        move(two, parent_id=one.pk)
    assert shape() == {"Two": {"One": {}}}


def test_the_tree_is_ten_levels_deep_at_most() -> None:
    parent = None
    for level in range(10):
        parent = make(f"Level {level}", parent)
    with pytest.raises(InvalidCategory):
        make("Level 10", parent)
    other = make("Other")
    make("Below other", other)
    with pytest.raises(InvalidCategory):
        move(other, parent_id=get_category("level-8").id)
    assert move(other, parent_id=get_category("level-7").id)


def test_slugs_are_unique_and_numbered() -> None:
    assert [make("Mugs").slug for _ in range(2)] == ["mugs", "mugs-2"]
    with pytest.raises(InvalidCategory) as caught:
        make("Other", slug="mugs")
    assert caught.value.fields.keys() == {"slug"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"parent_id": "nonsense"}, "parent_id"),
        ({"parent_id": "0" * 24}, "parent_id"),
        ({"position": "first"}, "position"),
        ({"slug": "No!"}, "slug"),
    ],
)
def test_wrong_values_are_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidCategory) as caught:
        catalog.create_category(data=CategoryInput(**{"name": "Mugs", **changes}))
    assert field in caught.value.fields
    assert Category.objects.count() == 0


def test_a_category_with_children_is_deleted_only_when_they_move_up() -> None:
    home = make("Home")
    mugs = make("Mugs", home)
    make("Blue", mugs)
    with pytest.raises(CategoryNotEmpty):
        catalog.delete_category(category=mugs)
    catalog.delete_category(category=mugs, reparent=True)
    assert shape() == {"Home": {"Blue": {}}}
    catalog.delete_category(category=mugs, reparent=True)


def test_deleting_takes_the_category_off_its_products() -> None:
    mugs, gifts = make("Mugs"), make("Gifts")
    make_product("Clay mug", category_ids=[mugs.pk, gifts.pk])
    catalog.delete_category(category=mugs)
    product = get_product("clay-mug")
    assert product.category_ids == [gifts.pk]
    assert product.version == 2


def test_an_inactive_category_hides_everything_below_it() -> None:
    home = make("Home", is_active=False)
    make("Mugs", home)
    assert shape() == {}
    with pytest.raises(CategoryNotFound):
        get_category("mugs")
    assert shape(category_tree(include_inactive=True)) == {"Home": {"Mugs": {}}}


def test_a_category_whose_parent_is_gone_shows_at_the_top() -> None:
    home = make("Home")
    make("Mugs", home)
    Category.objects.filter(pk=home.pk).delete()
    assert shape() == {"Mugs": {}}


def test_another_stores_categories_are_neither_shown_nor_parents(other_store: Any) -> None:
    home = make("Home")
    with use_store(other_store):
        assert shape() == {}
        with pytest.raises(InvalidCategory):
            make("Mugs", home)
        with pytest.raises(CategoryNotFound):
            get_category_by_id(home.pk)


def test_products_of_a_category_include_those_below_it() -> None:
    home = make("Home")
    mugs = make("Mugs", home)
    make_product("Clay mug", category_ids=[mugs.pk])
    make_product("Lamp", category_ids=[home.pk])
    make_product("Tea")
    names = {product.title for product in list_products(category=get_category("home"))}
    assert names == {"Clay mug", "Lamp"}
    only = list_products(category=get_category("home"), include_descendants=False)
    assert [product.title for product in only] == ["Lamp"]
