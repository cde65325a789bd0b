"""Addresses of products and categories: unique without a scan, and without telling a lost race as bad input."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from apps.accounts.roles import Role
from apps.catalog import services as catalog
from apps.catalog.documents import Category, Product
from apps.catalog.inputs import CategoryInput, ProductInput
from apps.catalog.slugs import free_slug
from apps.content import services as content
from apps.tenancy.context import use_store
from tests.api.shop import log_in, make_user
from tests.catalog.making import make_product, product_input, variant
from tests.support.threads import fails, run_at_once


@pytest.mark.usefixtures("in_store")
def test_titles_in_any_script_have_addresses_of_their_own() -> None:
    titles = ["मसाला चाय", "ശ്രീ ചായ", "चाय 0", "0"]
    slugs = [
        make_product(title, variants=[variant(f"S{n}")]).slug for n, title in enumerate(titles)
    ]
    assert slugs == ["मसाला-चाय", "ശ്രീ-ചായ", "चाय-0", "0"]
    assert catalog.create_category(data=CategoryInput(name="चाय")).slug == "चाय"


@pytest.mark.usefixtures("in_store")
def test_a_store_may_choose_latin_addresses() -> None:
    content.save_theme(values={"latin_addresses": True})
    assert make_product("मसाला चाय", variants=[variant("A")]).slug == "msala-cay"
    assert make_product("Tee", slug="चाय", variants=[variant("B")]).slug == "चाय"


@pytest.mark.usefixtures("in_store")
@pytest.mark.parametrize(
    "title", ["x" * 124, "क्ष" * 60, "word " * 40, "क्" * 60, "क्" * 100, "ก" + "\u0e48" * 130]
)
def test_a_numbered_slug_of_a_long_title_can_be_saved_again(title: str) -> None:
    make_product(title[:200], variants=[variant("A")])
    second = make_product(title[:200], variants=[variant("B")])
    assert 100 < len(second.slug) <= 120
    data = replace(ProductInput.of(second), brand="X")
    assert catalog.save_product(data=data, product=second).slug == second.slug


@pytest.mark.usefixtures("in_store")
def test_the_five_hundredth_of_a_title_costs_a_handful_of_reads(
    django_assert_max_num_queries: Any,
) -> None:
    Category.objects.bulk_create(
        Category(name="चाय", slug="चाय" if number == 1 else f"चाय-{number}")
        for number in range(1, 500)
    )
    with django_assert_max_num_queries(7, using="documents"):
        assert free_slug(Category, "चाय", fallback="category") == "चाय-500"
    Category.objects.filter(slug="चाय-2").delete()
    assert free_slug(Category, "चाय", fallback="category") in ("चाय-2", "चाय-500")


@pytest.mark.django_db(transaction=True)
def test_writers_of_one_title_at_once_all_succeed(throwaway_store: Any) -> None:
    made = run_at_once(
        throwaway_store,
        [lambda n=n: make_product("चाय", variants=[variant(f"S{n}")]) for n in range(8)]
        + [lambda: catalog.create_category(data=CategoryInput(name="चाय")) for _ in range(8)],
    )
    assert fails(made) == []
    with use_store(throwaway_store):
        assert len(set(Product.objects.values_list("slug", flat=True))) == 8
        assert len(set(Category.objects.values_list("slug", flat=True))) == 8


@pytest.mark.django_db(transaction=True)
def test_skus_that_differ_in_case_are_one_at_once(throwaway_store: Any) -> None:
    made = run_at_once(
        throwaway_store,
        [
            partial(catalog.save_product, data=product_input("Tea", variants=[variant(sku)]))
            for sku in ("ab-1", "AB-1", "Ab–1", "ａｂ-１")
        ],
    )
    refused = fails(made)
    assert len(refused) == 3
    assert {error.status for error in refused} <= {400, 409}  # type: ignore[attr-defined]
    with use_store(throwaway_store):
        assert Product.objects.count() == 1


@pytest.mark.django_db
def test_a_refusal_that_depends_on_others_is_not_kept(store: Any) -> None:
    staff = log_in(store, make_user(store, Role.OWNER))
    key = {"idempotency-key": "c-1"}
    with use_store(store):
        other = catalog.create_category(data=CategoryInput(name="Tea", slug="tea"))
    body = {"name": "Tea", "slug": "tea"}
    assert staff.post("categories", body, **key).status_code == 400
    with use_store(store):
        catalog.delete_category(category=other)
    assert staff.post("categories", body, **key).status_code == 201
    again = staff.post("categories", body, **key)
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    wrong = {"name": 7}
    assert staff.post("categories", wrong, **{"idempotency-key": "c-2"}).status_code == 400
    assert (
        staff.post("categories", wrong, **{"idempotency-key": "c-2"})["Idempotent-Replayed"]
        == "true"
    )
