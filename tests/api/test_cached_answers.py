"""Answers kept for visitors: never older than what they show, never another store's, never for who sends a token."""

from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from apps.accounts.api import cached_answers
from apps.accounts.roles import Role
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.search.models import Synonym
from apps.tenancy.context import use_store
from apps.tenancy.shared_cache import shared_cache
from tests.api.shop import Api, log_in, make_product, make_user
from tests.support.acting import STAFF
from tests.support.dead_cache import without_shared_cache

ALIASES = ("default", "platform", "documents")
PATHS = ["products", "products/{id}", "categories", "products?sort=title&limit=1"]


def is_read(query: dict[str, str]) -> bool:
    return "set_config" not in query["sql"] and not query["sql"].startswith(
        ("SAVEPOINT", "RELEASE")
    )


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The answers that were made, not found."""
    calls: list[str] = []
    put = cached_answers.memory.put

    def noted(key: Any, entry: Any) -> None:
        calls.append(key[2])
        put(key, entry)

    monkeypatch.setattr(cached_answers.memory, "put", noted)
    return calls


@pytest.mark.parametrize("path", PATHS)
def test_the_second_visitor_gets_what_the_first_was_given(
    store: Any, made: list[str], path: str
) -> None:
    path = path.format(id=make_product(store).pk)
    first, second = Api(store).get(path), Api(store).get(path)
    assert first.status_code == 200
    assert len(made) == 1
    assert (first.content, first["ETag"]) == (second.content, second["ETag"])
    assert first["Content-Type"] == second["Content-Type"] == "application/json"
    known = Api(store).get(path, **{"if-none-match": first["ETag"]})
    assert (known.status_code, known.content) == (304, b"")


def test_a_kept_list_asks_no_database(store: Any, made: list[str]) -> None:
    for _ in range(3):
        make_product(store)
    Api(store).get("products")
    with (
        CaptureQueriesContext(connections["default"]) as found,
        CaptureQueriesContext(connections["platform"]) as asked,
    ):
        assert Api(store).get("products").status_code == 200
    assert (len(found), len(asked)) == (0, 0)


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("products", 2),
        ("products?sort=title", 2),
        ("products?q=tea", 5),  # one is the synonyms, which a changed catalog has read again
    ],
)
def test_a_list_that_is_made_costs_the_same_for_more_rows(
    store: Any, made: list[str], path: str, statements: int
) -> None:
    make_product(store)
    Api(store).get(path)  # what belongs to the process is there
    costs = []
    for rows in (2, 6):
        for _ in range(rows):
            make_product(store)
        captures = [CaptureQueriesContext(connections[alias]) for alias in ALIASES]
        with captures[0], captures[1], captures[2]:
            assert Api(store).get(path).status_code == 200
        costs.append([len(list(filter(is_read, one.captured_queries))) for one in captures])
    assert costs[0] == costs[1]
    assert costs[0][0] + costs[0][1] <= statements
    assert costs[0][2] <= 1


def test_a_sold_product_and_a_changed_one_show_at_once(store: Any, made: list[str]) -> None:
    product = make_product(store, stock=1, title="Assam")
    with use_store(store):
        variant = product.variants[0]
    row = Api(store).get("products").json()["results"][0]
    assert (row["title"], row["in_stock"]) == ("Assam", True)
    with use_store(store, actor=STAFF):
        item = StockItem.objects.get(variant_ref=variant.id)
        inventory.set_on_hand(stock_item=item, on_hand=0, reason="broken")
    assert not Api(store).get("products").json()["results"][0]["in_stock"]
    staff = log_in(store, make_user(store, Role.MANAGER))
    answer = staff.patch(f"products/{product.pk}", {"title": "Darjeeling"})
    assert answer.status_code == 200, answer.content
    assert Api(store).get("products").json()["results"][0]["title"] == "Darjeeling"
    assert len(made) == 3


def test_stores_addresses_and_questions_have_answers_of_their_own(
    store: Any, other_store: Any, made: list[str]
) -> None:
    for number in range(3):
        make_product(store, title=f"Alpha {number}")
        make_product(other_store, title=f"Beta {number}")
    for one, word in ((store, "Alpha"), (other_store, "Beta"), (store, "Alpha")):
        page = Api(one).get("products?limit=2").json()
        assert all(row["title"].startswith(word) for row in page["results"])
        assert f"//{one.slug}." in page["next"]
    assert len(made) == 2
    assert len(Api(store).get("products?limit=1").json()["results"]) == 1
    elsewhere = Api(store).client.get(
        "/api/v1/products?limit=2", headers={"host": "alpha.localhost:9000"}
    )
    assert "//alpha.localhost:9000/" in elsewhere.json()["next"], "the address that was asked"


def test_refusals_are_not_kept(store: Any, made: list[str]) -> None:
    for path in ("products?nothing=1", "products?status=draft", "products/" + "0" * 24):
        assert Api(store).get(path).status_code in (400, 403, 404)
    assert made == []


def test_staff_never_get_nor_leave_what_visitors_see(store: Any, made: list[str]) -> None:
    hidden = make_product(store, status="draft")
    staff = log_in(store, make_user(store, Role.MANAGER))
    assert staff.get(f"products/{hidden.pk}").status_code == 200
    assert Api(store).get(f"products/{hidden.pk}").status_code == 404
    forged = Api(store, authorization="Bearer nonsense")
    shown = make_product(store)
    assert Api(store).get("products").json()["results"][0]["id"] == str(shown.pk)
    assert forged.get("products").status_code == 401
    assert len(made) == 1


def test_without_the_shared_cache_nothing_is_kept(store: Any, made: list[str]) -> None:
    make_product(store)
    with without_shared_cache():
        assert [Api(store).get("products").status_code for _ in range(2)] == [200, 200]
    assert made == []


def test_memory_is_bounded(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached_answers, "MEMORY_BYTES", 5_000)
    make_product(store)
    for number in range(1, 20):
        Api(store).get(f"products?limit={number}")
    memory = cached_answers.memory
    assert 0 < memory.size <= 5_000
    assert memory.size == sum(one.size for one in memory.values())
    Api(store).get(f"categories?{'x' * 3_000}")
    assert memory.values()[-1].size > 4_000, "a visitor chooses the address"


def test_synonyms_change_what_a_search_finds_at_once(store: Any, made: list[str]) -> None:
    product = make_product(store, title="Assam")
    assert Api(store).get("products?q=breakfast").json()["results"] == []
    with use_store(store, actor=STAFF):
        Synonym.objects.create(words="breakfast, assam")
    (row,) = Api(store).get("products?q=breakfast").json()["results"]
    assert row["id"] == str(product.pk)


def test_visitors_add_nothing_to_the_shared_cache(store: Any) -> None:
    """Words, cursors and spellings of ids have no end."""
    product = make_product(store, title="Assam")
    Api(store).get("products?q=a")
    Api(store).get(f"products/{product.pk}")
    client = shared_cache.client()
    before = client.dbsize()
    for word in "bcdef":
        Api(store).get(f"products?q={word}")
        Api(store).get(f"products?price_max={ord(word)}")
    assert Api(store).get(f"products/{str(product.pk).upper()}").status_code == 200
    new = client.dbsize() - before
    assert new <= 1, "the counter of requests"
