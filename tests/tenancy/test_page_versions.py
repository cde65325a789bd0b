"""A write to what pages show makes a new version for every process; a write to anything else does not."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connections, transaction
from django.test import RequestFactory
from pymongo.errors import AutoReconnect

from apps.catalog.documents import Product
from apps.content import services as content
from apps.content.models import Page, Theme
from apps.inventory.models import StockItem, Warehouse
from apps.notifications.models import SentMail
from apps.platform.middleware import _is_of_a_visitor
from apps.tenancy import page_versions as versions
from apps.tenancy.context import outside_store, use_store
from apps.tenancy.documents.collection import GuardedCollection
from apps.tenancy.shared_cache import shared_cache
from apps.tenancy.shown_tables import written_tables
from apps.tenancy.versioned_cache import cached_by_version
from tests.support.dead_cache import without_shared_cache
from tests.support.kept_pages import settle
from tests.support.waiting import wait_until


def words() -> dict[str, str]:
    heard = versions.page_versions()
    assert heard is not None
    return heard.words


@cached_by_version("content")
def read_titles() -> list[str]:
    return list(Page.objects.filter(slug="draft").values_list("title", flat=True))


def changed_by(write: Callable[[], Any]) -> set[str]:
    before = words()
    write()
    after = words()
    return {area for area in before if before[area] != after[area]}


@pytest.fixture
def committed(throwaway_store: Any, system_scope: None) -> Iterator[Any]:
    with use_store(throwaway_store):
        yield throwaway_store


def test_every_way_of_writing_makes_a_new_version(in_store: Any, as_staff: None) -> None:
    warehouse = Warehouse.objects.get()
    page = Page.objects.create(title="Words", slug="words")
    theme = {"tagline": "New"}
    ways: list[Callable[[], Any]] = [
        lambda: content.save_theme(values=theme),
        lambda: Page(title="A", slug="a").save(),
        lambda: Page.objects.filter(pk=page.pk).update(title="B"),
        lambda: Page.objects.bulk_create([Page(title="C", slug="c"), Page(title="D", slug="d")]),
        lambda: Page.objects.bulk_update([page], ["title"]),
        lambda: page.delete(),
    ]
    for way in ways:
        assert changed_by(way) == {"content"}
    assert changed_by(lambda: warehouse.save()) == {"inventory"}
    assert changed_by(lambda: list(Page.objects.all())) == set()


def test_statements_that_do_not_begin_with_their_write_are_seen() -> None:
    table = StockItem._meta.db_table
    for text in (
        f'WITH taken AS (UPDATE "{table}" SET on_hand = 0 RETURNING id) SELECT count(*) FROM taken',
        f'WITH gone AS (SELECT 1) DELETE FROM ONLY s_alpha."{table}"',
        f"update `{table}` set on_hand = 1",
        f"INSERT IGNORE INTO {table} VALUES (1)",
        f"  UPDATE {table} SET on_hand = 1",
    ):
        assert written_tables(text) == {table}, text
    assert not written_tables(f'SELECT * FROM "{table}" FOR UPDATE')
    assert not written_tables('UPDATE "orders_order" SET status = 1')


def test_what_pages_do_not_show_makes_no_new_version(in_store: Any, as_staff: None) -> None:
    assert SentMail.shown_on_pages is False
    assert changed_by(lambda: SentMail.objects.all().delete()) == set()


def test_the_version_is_new_after_the_commit_and_not_before(committed: Any) -> None:
    before = words()
    with transaction.atomic():
        Theme.objects.update_or_create(key="store", defaults={"tagline": "First"})
        assert words() == before
    assert words()["content"] != before["content"]


def test_what_is_rolled_back_makes_no_new_version(committed: Any) -> None:
    before = words()
    with suppress(RuntimeError), transaction.atomic():
        Theme.objects.update_or_create(key="store", defaults={"tagline": "First"})
        raise RuntimeError
    assert words() == before


def test_what_is_read_before_a_rollback_is_kept_for_no_other_request(committed: Any) -> None:
    """It would stay under the present version, which a rollback does not replace."""
    assert read_titles() == []
    with suppress(ZeroDivisionError), transaction.atomic():
        Page.objects.create(title="Draft", slug="draft")
        assert read_titles() == ["Draft"]
        raise ZeroDivisionError
    assert read_titles() == []


def test_a_write_behind_a_read_is_seen() -> None:
    assert written_tables("SELECT 1; UPDATE content_page SET title = 'A'") == {"content_page"}


def test_a_write_of_documents_without_an_answer_counts(
    in_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server may have written before the connection broke."""

    class Broken:
        def update_many(self, *args: Any, **kwargs: Any) -> Any:
            raise AutoReconnect

    def write() -> None:
        with suppress(DatabaseError):
            Product.objects.update(title="A")

    monkeypatch.setattr(GuardedCollection, "_collection", lambda self: Broken())
    assert changed_by(write) == {"catalog"}


def test_every_version_has_an_end(in_store: Any, store: Any) -> None:
    """For a change that was never announced, such as one of another program."""
    before = versions.page_versions()
    with outside_store():
        cache.delete(versions._key(store.pk, ""))
    after = versions.page_versions()
    assert before is not None
    assert after is not None
    assert before.words == after.words
    assert before.of("content") != after.of("content")
    assert before.all_besides("inventory") != after.all_besides("inventory")
    assert before.whole != after.whole
    with outside_store():
        name = shared_cache.make_key(versions._key(store.pk, ""))
        assert 0 < shared_cache.client().ttl(name) <= 300


def test_a_write_after_a_rolled_back_savepoint_counts(committed: Any) -> None:
    def write() -> None:
        with transaction.atomic():
            with suppress(RuntimeError), transaction.atomic():
                Page.objects.create(title="A", slug="a")
                raise RuntimeError
            Page.objects.create(title="B", slug="b")

    assert changed_by(write) == {"content"}


def test_many_writes_of_one_transaction_are_noted_once(committed: Any) -> None:
    with transaction.atomic():
        for number in range(50):
            Page.objects.create(title=f"P{number}", slug=f"p{number}")
        waiting = connections["default"].run_on_commit
        assert len(waiting) <= 3


def seconds_left(store: Any, area: str) -> int:
    with outside_store():
        key = cache.make_key(versions._key(store.id, area))
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    left: int = client.ttl(key)
    return left


def test_a_writer_that_dies_before_its_new_version_is_found_out_by_time(
    in_store: Any, monkeypatch: pytest.MonkeyPatch, as_staff: None
) -> None:
    settle(in_store)
    before = words()
    assert seconds_left(in_store, "content") == -1
    with monkeypatch.context() as patch:
        patch.setattr("apps.tenancy.shown_tables.note_change", lambda *given: None)
        Page.objects.create(title="A", slug="a")
    assert words() == before
    assert 0 < seconds_left(in_store, "content") <= versions.WRITER_SECONDS
    with outside_store():
        cache.delete(versions._key(in_store.id, "content"))  # its end
    assert words()["content"] != before["content"]
    assert seconds_left(in_store, "content") == -1


def test_a_word_that_a_writer_has_set_has_an_end(in_store: Any, as_staff: None) -> None:
    Page.objects.create(title="A", slug="a")
    assert 0 < seconds_left(in_store, "content") <= versions.WRITER_SECONDS


def test_stores_have_versions_of_their_own(in_store: Any, other_store: Any, as_staff: None) -> None:
    with use_store(other_store):
        theirs = words()
    Page.objects.create(title="A", slug="a")
    with use_store(other_store):
        assert words() == theirs
    assert set(theirs.values()).isdisjoint(words().values())


def test_a_change_while_the_cache_is_gone_is_announced_when_it_is_back(
    in_store: Any, as_staff: None
) -> None:
    before = words()
    with without_shared_cache():
        assert versions.page_versions() is None
        Page.objects.create(title="A", slug="a")
        assert versions.page_versions() is None
    wait_until(lambda: not versions._memory.owed, "the thread pays", seconds=5)
    assert words()["content"] != before["content"]


def test_a_visitor_takes_the_words_that_the_process_knows_and_staff_ask_for_them(
    in_store: Any, settings: Any
) -> None:
    settings.PAGE_VERSION_SECONDS = 60
    known = versions.page_versions()
    assert known is not None
    with versions.visiting():
        assert versions.versions_now() is known
    asked = versions.versions_now()
    assert asked is not known
    assert asked is not None
    assert asked.words == known.words


def test_a_request_is_a_visitors_without_session_and_credentials(
    store: Any, rf: RequestFactory
) -> None:
    request = rf.get("/")
    assert _is_of_a_visitor(request, store.active_store)
    request.COOKIES["session_alpha"] = "x"
    assert not _is_of_a_visitor(request, store.active_store)
    assert not _is_of_a_visitor(rf.post("/"), store.active_store)
    assert not _is_of_a_visitor(rf.get("/", HTTP_AUTHORIZATION="Bearer x"), store.active_store)
