"""The copy for MongoDB's `$text`: the same answers as SQL, in the store alone.

The embedded documents server has no text indexes. There a regular expression over the same words stands for `$text`,
and the command itself is looked at; with a real server in MONGODB_URI everything is asked as it is.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from apps.catalog import services as catalog
from apps.catalog.selectors import list_products
from apps.search import services as search
from apps.search.backends import mongodb, mongodb_words
from apps.search.backends.mongodb import TEXT_INDEX, MongoCopy
from apps.search.documents import SearchDocument, SearchWord
from apps.search.errors import LeftToSql, SearchUnavailable
from apps.search.models import BuiltCopy, Entry
from apps.search.queries import Query
from apps.search.selectors import index_state
from apps.search.terms import All, Term
from apps.search.terms import Any as AnyOf
from apps.search.understanding import understand
from apps.tenancy.context import use_store
from tests.catalog.making import make_product, product_input, variant
from tests.search.same_searches import (
    finds_the_same_as_sql,
)
from tests.support.document_commands import recorded_commands

pytestmark = pytest.mark.usefixtures("in_store")


@pytest.fixture
def has_text(settings: Any, in_store: Any) -> bool:
    """Whether the documents server has `$text`. The store searches in it."""
    settings.SEARCH_BACKEND = "mongodb"
    try:
        MongoCopy().rebuild([])
    except SearchUnavailable:
        return False
    return True


@pytest.fixture
def _searching(has_text: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not has_text:
        monkeypatch.setattr(mongodb_words, "text_clause", any_of_the_words)
        monkeypatch.setattr(mongodb, "make_index", lambda *args: None)
        monkeypatch.setattr(MongoCopy, "is_there", lambda self: True)


def any_of_the_words(tokens: Iterable[str]) -> dict[str, Any]:
    words = "|".join(token.encode().hex() for token in tokens)
    return {"text": {"$regex": f"(^| )({words})( |$)"}}


def titles(q: str) -> list[str]:
    return [product.title for product in list_products(q=q, sort="title")]


@pytest.mark.usefixtures("_searching")
def test_it_finds_the_same_as_sql(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    finds_the_same_as_sql(settings, monkeypatch, "mongodb")
    assert index_state().copied == 10


@pytest.mark.usefixtures("_searching")
def test_a_change_is_found_at_once_and_an_older_one_never_wins() -> None:
    product = make_product("Clay mug")
    search.rebuild_copy()
    old = Entry.objects.get()
    changed = catalog.save_product(data=product_input("Tin mug"), product=product)
    MongoCopy().put([old])
    assert (titles("clay"), titles("tin")) == ([], ["Tin mug"])
    catalog.delete_product(product=changed)
    assert titles("tin") == []
    assert not SearchDocument.objects.exists()


@pytest.mark.usefixtures("_searching")
def test_a_rebuild_forgets_what_is_gone_and_keeps_what_came_meanwhile() -> None:
    gone = make_product("Clay mug")
    search.rebuild_copy()
    Entry.objects.filter(pk=str(gone.pk)).delete()

    def batches() -> Iterator[list[Entry]]:
        yield list(Entry.objects.all())
        make_product("Glass mug", variants=[variant("GLASS")])

    MongoCopy().rebuild(batches())
    assert [one.title for one in SearchDocument.objects.all()] == ["Glass mug"]
    words = {one.word for one in SearchWord.objects.all()}
    assert "glass" in words
    assert "clay" not in words


@pytest.mark.usefixtures("_searching")
def test_stores_find_their_own(other_store: Any) -> None:
    make_product("Clay mug")
    search.rebuild_copy()
    with use_store(other_store):
        search.rebuild_copy()
        assert titles("mug") == []
        make_product("Tin mug")
        assert titles("mug") == ["Tin mug"]
        search.drop_copies()
    assert titles("mug") == ["Clay mug"]


@pytest.mark.usefixtures("_searching")
def test_a_beginning_of_too_many_words_is_left_to_sql(monkeypatch: pytest.MonkeyPatch) -> None:
    make_product("Clay mug", tags=["class", "clasp", "clan"])
    search.rebuild_copy()
    monkeypatch.setattr(mongodb_words, "MOST_WORDS", 3)
    with pytest.raises(LeftToSql):
        MongoCopy().count_matches(Query("INR", ("cla",)), understand(["cla"]), most=1)
    assert titles("cla") == ["Clay mug"]


def test_a_server_without_text_indexes_says_so_and_sql_answers(has_text: bool) -> None:
    if has_text:
        pytest.skip("this one has them")
    make_product("Clay mug")
    assert "refuses the text index" in search.rebuild_copy()
    assert not BuiltCopy.objects.exists()
    assert titles("clay") == ["Clay mug"]


def test_the_command_has_the_store_and_the_words_in_front(has_text: bool, store: Any) -> None:
    make_product("Clay mug", tags=["clasp"])
    asked = Query("INR", ("cla", "mug"), status="active")
    with recorded_commands() as sent:
        try:
            MongoCopy().find_page(
                asked, understand(asked.words), sort="featured", start=0, length=5, is_long=True
            )
        except SearchUnavailable:
            assert not has_text
    (command,) = [
        one for one in sent if one.collection == "search_documents" and one.verb == "find"
    ]
    condition = dict(command.condition)
    assert set(condition) == {"store", "$text", "$and"}
    assert str(condition["store"]) in (str(store.id), store.id.hex)
    words = {bytes.fromhex(word).decode() for word in condition["$text"]["$search"].split()}
    assert words == {"w_mug", "d_mug", "x_clamug", "w_clamug"}


def test_the_text_index_begins_with_the_store_and_takes_words_as_they_are() -> None:
    index = TEXT_INDEX.get_pymongo_index_model(SearchDocument, None).document
    assert list(index["key"].items()) == [("store", 1), ("text", "text")]
    assert index["default_language"] == "none"


def test_the_part_with_the_fewest_words_is_looked_for() -> None:
    known = {"cla": ["clan", "clay"], "mug": ["mug"], "c": None}
    cla, mug, c = (AnyOf((Term(f"w_{w}", True), Term(f"d_{w}", True))) for w in known)
    found = mongodb_words._candidates
    assert found(All((cla, mug, c)), known) == {"w_mug", "d_mug"}
    assert found(AnyOf((All((cla, mug)), Term("x_1"))), known) == {"w_mug", "d_mug", "x_1"}
    assert found(Term("t_cla", True), known) == {"w_clan", "w_clay"}
    assert found(AnyOf((c, mug)), known) is None
    assert re.fullmatch("[0-9a-f ]*", mongodb_words.text_clause(["w_चाय"])["$text"]["$search"])
