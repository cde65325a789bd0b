"""The index follows the products: after every change, after a crash, after a rebuild."""

from datetime import timedelta
from typing import Any

import pytest

from apps.catalog import indexing, sweeps
from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.inputs import CategoryInput, ProductInput
from apps.catalog.selectors import get_category, list_products
from apps.common import clock
from apps.search import services as search
from apps.search.models import Entry, StaleMark, Word
from apps.tenancy.context import use_store
from tests.catalog.making import make_product, product_input, variant

pytestmark = pytest.mark.usefixtures("in_store")


def titles(q: str = "") -> list[str]:
    return [product.title for product in list_products(q=q, sort="title")]


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    present = clock.now()
    monkeypatch.setattr(search.marks, "now", lambda: present + timedelta(minutes=2))


def test_every_change_of_a_product_is_in_the_index_at_once() -> None:
    product = make_product("Clay mug")
    assert titles("clay") == ["Clay mug"]
    changed = catalog.save_product(
        data=product_input("Tin mug", variants=product.variants and [variant("TIN")]),
        product=product,
    )
    assert (titles("clay"), titles("tin")) == ([], ["Tin mug"])
    assert Entry.objects.get().version == changed.version
    catalog.set_product_status(product=changed, status="archived")
    assert titles("tin") == []
    catalog.delete_product(product=changed)
    assert not Entry.objects.exists()


def test_no_mark_is_left_but_that_of_a_deletion() -> None:
    product = make_product("Clay mug")
    assert not StaleMark.objects.exists()
    catalog.delete_product(product=product)
    assert StaleMark.objects.count() == 1


def test_a_deleted_category_leaves_the_entries() -> None:
    mugs = catalog.create_category(data=CategoryInput(name="Mugs"))
    make_product("Clay mug", category_ids=[mugs.pk])
    node = get_category("mugs")
    assert list_products(category=node).total == 1
    catalog.delete_category(category=mugs)
    assert list_products(category=node).total == 0
    assert titles() == ["Clay mug"]


def test_a_refused_change_leaves_no_mark() -> None:
    product = make_product("Clay mug")
    with pytest.raises(Exception, match="changed"):
        catalog.save_product(data=ProductInput.of(product), product=product, expected_version=99)
    assert not StaleMark.objects.exists()


def test_what_a_crash_left_is_done_by_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    product = make_product("Clay mug")

    def die(entries: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(search, "put_entries", die)
        with pytest.raises(KeyboardInterrupt):
            catalog.save_product(data=product_input("Tin mug"), product=product)
        with pytest.raises(KeyboardInterrupt):
            make_product("Glass mug")
    assert titles() == ["Tin mug"]  # read by its old entry
    assert titles("tin") == []
    assert sweeps.renew_marked_entries() == 0  # the request may still be at it
    later(monkeypatch)
    assert sweeps.renew_marked_entries() == 2
    assert (titles("tin"), titles("glass")) == (["Tin mug"], ["Glass mug"])
    assert not StaleMark.objects.exists()


def test_an_entry_that_a_slow_writer_put_back_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    product = make_product("Clay mug")
    catalog.delete_product(product=product)
    search.put_entries([indexing.entry_of(product)])
    later(monkeypatch)
    sweeps.renew_marked_entries()
    assert not Entry.objects.exists()


def test_an_older_version_never_overwrites_a_newer_one() -> None:
    product = make_product("Clay mug")
    old = indexing.entry_of(product)
    catalog.save_product(data=product_input("Tin mug"), product=product)
    search.put_entries([old])
    assert titles("tin") == ["Tin mug"]


def test_a_rebuild_writes_what_is_there_and_deletes_the_rest() -> None:
    mug = make_product("Clay mug")
    gone = make_product("Tin mug")
    Product.objects.filter(pk=mug.pk).update(title="Glass mug", version=2)
    Product.objects.filter(pk=gone.pk).delete()
    Word.objects.update(added_at=clock.now() - timedelta(minutes=1))
    assert indexing.rebuild_index() == 1
    assert titles("glass") == ["Glass mug"]
    assert list(Entry.objects.values_list("title", flat=True)) == ["Glass mug"]
    assert not Word.objects.filter(id="tin").exists()
    assert indexing.rebuild_index() == 1


def test_many_products_are_rebuilt_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        make_product(f"Mug {number}", variants=[variant(f"M{number}")])
    Entry.objects.all().delete()
    monkeypatch.setattr(indexing, "BATCH", 2)
    assert sweeps.fill_empty_index() == 5
    assert sweeps.fill_empty_index() == 0
    assert titles() == [f"Mug {number}" for number in range(5)]


def test_stores_have_indexes_of_their_own(other_store: Any) -> None:
    make_product("Clay mug")
    with use_store(other_store):
        assert titles("clay") == titles() == []
        make_product("Tin mug")
        assert indexing.rebuild_index() == 1
        assert titles() == ["Tin mug"]
    assert titles() == ["Clay mug"]
    assert titles("tin") == []
