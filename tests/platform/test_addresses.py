"""From a host to its store, at every request."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test.utils import CaptureQueriesContext

from apps.operations import store_status
from apps.platform import selectors, services
from apps.platform.errors import StoreNotFound
from apps.platform.models import Domain, Store
from apps.platform.selectors import addresses
from apps.tenancy.context import use_store
from tests.support.dead_cache import without_shared_cache


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[Any]:
    selectors.forget_addresses()
    yield
    selectors.forget_addresses()


@contextmanager
def queries(count: Any) -> Iterator[Any]:
    with CaptureQueriesContext(connections["platform"]) as captured:
        yield
    assert len(captured) == count


def test_one_query_the_first_time_and_none_after(store: Any) -> None:
    with queries(1):
        assert selectors.get_store_by_host("alpha.localhost").store == store.active_store
    with queries(0):
        assert selectors.get_store_by_host("alpha.localhost").store == store.active_store


def test_another_process_is_answered_by_the_shared_cache(store: Any) -> None:
    selectors.get_store_by_host("alpha.localhost")
    addresses._memory.clear()
    with queries(0):
        assert selectors.get_store_by_host("alpha.localhost").store == store.active_store


def test_unknown_hosts_are_remembered_too_but_only_so_many(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "UNKNOWN_BOUND", 5)
    selectors.get_store_by_host("alpha.localhost")
    for number in range(20):
        assert selectors.get_store_by_host(f"nobody-{number}.example") is None
    assert addresses._memory._unknown.size == 5
    with queries(0):
        assert selectors.get_store_by_host("nobody-19.example") is None
        assert selectors.get_store_by_host("alpha.localhost") is not None


@pytest.mark.parametrize(
    "host", ["", "*", "a b", "x" * 300, "alpha.localhost\n", "alpha..localhost", "ä.de", "'--"]
)
def test_what_is_no_host_is_not_looked_up(db: None, host: Any) -> None:
    with queries(0):
        assert selectors.get_store_by_host(host) is None


def test_a_change_is_seen_at_once_and_everywhere(
    store: Any, django_capture_on_commit_callbacks: Any
) -> None:
    assert selectors.get_store_by_host("alpha.localhost").serves_pages
    with django_capture_on_commit_callbacks(using="platform", execute=True):
        store_status.suspend_store(store=store, reason="Not paid")
    address = selectors.get_store_by_host("alpha.localhost")
    assert (address.serves_pages, address.closed_reason) == (False, "suspended")
    with django_capture_on_commit_callbacks(using="platform", execute=True):
        store_status.reinstate_store(store=store)
        store_status.set_published(store=store, is_published=False)
    assert selectors.get_store_by_host("alpha.localhost").closed_reason == "unpublished"


def test_a_new_host_answers_though_it_was_asked_for_before(
    store: Any, django_capture_on_commit_callbacks: Any
) -> None:
    assert selectors.get_store_by_host("shop.example") is None
    with django_capture_on_commit_callbacks(using="platform", execute=True):
        services.add_domain(store=store, host="shop.example")
    assert selectors.get_store_by_host("shop.example").store == store.active_store


def test_a_reader_overtaken_by_a_change_leaves_nothing_stale(store: Any) -> None:
    version = addresses._memory.version()
    stale = addresses._load_by_host("alpha.localhost")
    selectors.forget_addresses()  # the change of somebody else, committed meanwhile
    addresses._memory.version()  # another thread has already noticed
    Store.objects.filter(pk=store.pk).update(is_published=False)
    assert stale is not None
    addresses._to_shared("host:alpha.localhost", version, stale)
    addresses._memory.put("host:alpha.localhost", stale, version=version)
    assert not selectors.get_store_by_host("alpha.localhost").serves_pages


def test_another_process_notices_within_a_second(store: Any) -> None:
    selectors.get_store_by_host("alpha.localhost")
    cache.set(addresses.VERSION_KEY, "changed-by-another-process", timeout=None)
    addresses._memory._checked_at -= addresses.MEMORY_SECONDS
    with queries(1):
        selectors.get_store_by_host("alpha.localhost")


def test_a_cache_that_is_down_costs_a_query_not_the_page(store: Any) -> None:
    with without_shared_cache():
        selectors.forget_addresses()
        with queries(1):
            assert selectors.get_store_by_host("alpha.localhost").store == store.active_store
        with queries(0):
            assert selectors.get_store_by_host("alpha.localhost").store == store.active_store


def test_finding_a_store_costs_the_same_among_a_thousand(store: Any) -> None:
    rows = [
        Store(name=f"S{n}", slug=f"many-{n}", schema_name=f"s_many_{n}", plan_id=store.plan_id)
        for n in range(1000)
    ]
    Store.objects.bulk_create(rows)
    Domain.objects.bulk_create(
        [
            Domain(domain=f"{row.slug}.localhost", tenant=row, is_primary=True, status="verified")
            for row in rows
        ]
    )
    with queries(1):
        assert selectors.get_store_by_host("many-777.localhost").store.slug == "many-777"
    with connections["platform"].cursor() as cursor:
        cursor.execute("ANALYZE platform_domain")
        cursor.execute(
            "EXPLAIN SELECT * FROM platform_domain d JOIN platform_store s ON s.id = d.tenant_id "
            "WHERE d.domain = 'many-777.localhost'"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan


def test_the_answer_is_the_same_from_inside_a_store(store: Any, other_store: Any) -> None:
    with use_store(other_store):
        assert selectors.get_store_by_host("alpha.localhost").store == store.active_store


def test_a_store_by_its_id(store: Any) -> None:
    assert selectors.get_active_store(store_id=store.id) == store.active_store
    with queries(0):
        selectors.get_active_store(store_id=store.id)


def test_an_unknown_id_is_an_error(db: None) -> None:
    from uuid import uuid4

    with pytest.raises(StoreNotFound):
        selectors.get_active_store(store_id=uuid4())
