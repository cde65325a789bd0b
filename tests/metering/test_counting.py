"""What happens in a store is counted on its day, once, and in no other store."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from structlog.testing import capture_logs

from apps.accounts.roles import Role
from apps.common.clock import moved_to, now, today
from apps.common.ids import new_id
from apps.metering import flushing
from apps.metering.batches import Counts, hand_over
from apps.metering.counting import count_call, forget_counts, hand_over_counts
from apps.metering.flushing import flush_counts
from apps.metering.models import CountedBatch
from apps.metering.pruning import prune_usage
from apps.partners import monthly
from apps.platform.models import Store, UsageMetric
from apps.platform.services import count_products, record_orders
from apps.tenancy.context import outside_store, use_store
from apps.tenancy.shared_cache import rate_counters
from tests.api.shop import Api, log_in, make_user
from tests.catalog.making import make_product
from tests.partners.programs import make_key
from tests.support.dead_cache import without_shared_cache
from tests.support.killing import deaths_of, kill_at
from tests.support.statements import count_statements
from tests.support.threads import fails, run_at_once

WATCHED = (str(Path(settings.BASE_DIR) / "apps" / "metering") + "/",)
AT = datetime(2027, 3, 9, 20, 0, tzinfo=UTC)  # 10 March in India


def day_of_store(store: Any, *names: str, on: date | None = None) -> tuple[int, ...]:
    """These numbers of today, or of that day. Zeros without a row."""
    with use_store(store):
        day = on or today()
    with outside_store():
        row = UsageMetric.objects.filter(store_id=store.pk, on=day).values_list(*names).first()
    return tuple(row) if row else (0,) * len(names)


def calls_of(store: Any, on: date | None = None) -> tuple[int, ...]:
    return day_of_store(store, "api_calls", "api_errors", on=on)


def put_down() -> int:
    hand_over_counts()
    return flush_counts()


def test_calls_of_programs_are_counted_and_the_request_pays_no_statement(
    store: Any, other_store: Any
) -> None:
    _key, program = make_key(store, "read_products")
    _key, other = make_key(other_store, "read_products")
    program.get("products")
    found: list[str] = []
    with count_statements(found):
        assert program.get("products").status_code == 200
    assert not [sql for sql in found if "usage" in sql or "metering" in sql]
    assert program.get(f"products/{'0' * 24}").status_code == 404
    assert program.get("orders").status_code == 403, "without the scope it is no call"
    assert Api(store).get("products").status_code == 200, "nor is what the shop itself asks"
    other.get("products")
    assert put_down() == 1
    assert (calls_of(store), calls_of(other_store)) == ((3, 1), (1, 0))
    assert put_down() == 0, "nothing is left"
    program.get("products")
    put_down()
    assert calls_of(store) == (4, 1)
    with use_store(store):
        rate_counters.clear()
        assert monthly.count_calls_of_month() == 4, "a cache that lost its data"
        program.get("products")
        assert monthly.count_calls_of_month() == 5


def test_the_day_is_the_stores_own(store: Any, other_store: Any) -> None:
    Store.objects.filter(pk=other_store.pk).update(time_zone="UTC")
    days = ((store, date(2027, 3, 10)), (Store.objects.get(pk=other_store.pk), date(2027, 3, 9)))
    with moved_to(AT):
        for each, _day in days:
            with use_store(each):
                count_call(is_error=False)
                make_product("Cup")
        put_down()
    for each, day in days:
        names = ("api_calls", "products_created", "products_total")
        assert day_of_store(each, *names, on=day) == (1, 1, 1)
        assert UsageMetric.objects.filter(store_id=each.pk, products_created=1).count() == 1


def test_products_and_files_are_counted_at_the_door(
    store: Any, other_store: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    names = ("products_created", "products_updated", "products_deleted", "products_total")
    api = log_in(store, make_user(store, Role.MANAGER))
    ids = []
    for title in ("Cup", "Jug"):
        made = api.post(
            "products", {"title": title, "variants": [{"sku": f"SKU-{title}", "prices": []}]}
        )
        assert made.status_code == 201, made.content
        ids.append(made.json()["id"])
    assert api.post("products", {"title": ""}).status_code == 400
    assert api.patch(f"products/{ids[0]}", {"title": "Mug"}).status_code == 200
    assert [api.delete(f"products/{ids[1]}").status_code for _ in range(2)] == [204, 404]
    assert day_of_store(store, *names) == (2, 1, 1, 1)

    bytes_of = ("storage_uploaded_bytes", "storage_deleted_bytes", "storage_total_bytes")
    Store.objects.filter(pk=store.pk).update(storage_used_bytes=0)
    with use_store(store):
        one = default_storage.save("one.txt", ContentFile(b"12345"))
        default_storage.save("two.txt", ContentFile(b"123"))
        with pytest.raises(IsADirectoryError):
            default_storage.save("three.txt", Unreadable(b"1234567"))
        for _ in range(2):
            default_storage.delete(one)
    assert day_of_store(store, *bytes_of) == (8, 5, 3)
    assert not UsageMetric.objects.filter(store=other_store).exists()


class Unreadable(ContentFile):
    """The disk is full, or the like: it can't be written."""

    def chunks(self, chunk_size: int | None = None) -> Any:
        raise IsADirectoryError


@pytest.mark.parametrize("broken", ["begin_days", "finish_batch", "get_or_create"])
def test_a_flush_that_breaks_off_counts_nothing_twice_and_loses_nothing(
    store: Any, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    day = today()
    hand_over({(store.pk, day): Counts(3, 1), (new_id(), day): Counts(1, 1)})
    owner = CountedBatch.objects if broken == "get_or_create" else flushing
    with monkeypatch.context() as patch:
        patch.setattr(owner, broken, _breaks)
        with pytest.raises(InterruptedError):
            flush_counts()
    hand_over({(store.pk, day): Counts(2, 0)})
    assert flush_counts() == 2, "the batch that was left, and the new one"
    assert calls_of(store, day) == (5, 1)


def _breaks(*args: Any, **kwargs: Any) -> Any:
    raise InterruptedError


@pytest.mark.matrix
def test_a_flush_that_dies_at_any_line_or_runs_twice_counts_once(throwaway_store: Any) -> None:
    store, day, expected = throwaway_store, today(), 0

    def call() -> int:
        return flush_counts()

    hand_over({(store.pk, day): Counts(1, 0)})
    deaths = deaths_of(store, call, 12, watched=WATCHED)
    for death in deaths:
        expected += 2
        hand_over({(store.pk, day): Counts(2, 0)})
        kill_at(store, call, death, watched=WATCHED)
        flush_counts()
        assert calls_of(store, day) == (expected + 1, 0), death
    hand_over({(store.pk, day): Counts(7, 0)})
    assert not fails(run_at_once(store, [call] * 4))
    assert calls_of(store, day) == (expected + 8, 0)


@pytest.mark.matrix
def test_the_first_of_a_day_at_once_make_one_row(throwaway_store: Any) -> None:
    store, day = throwaway_store, today() + timedelta(days=1)
    count = partial(count_products, store.pk, day, created=1)
    order = partial(
        record_orders, store_id=store.pk, on=day, orders=2, value_minor=7, currency="INR"
    )
    assert not fails(run_at_once(store, [count, order] * 4))
    assert day_of_store(store, "products_created", "orders_created", on=day) == (4, 2)


def test_requests_go_on_without_the_shared_cache_and_its_time_is_lost(store: Any) -> None:
    _key, program = make_key(store, "read_products")
    with without_shared_cache(), capture_logs() as logged:
        for _ in range(2):
            assert program.get("products").status_code == 200
            hand_over_counts()
    assert [e for e in logged if "API calls" in e["event"]] == [
        {"event": "API calls are not counted.", "error": "ConnectionError", "log_level": "warning"}
    ]
    program.get("products")
    put_down()
    assert calls_of(store) == (1, 0)
    forget_counts()


def test_old_days_and_marks_of_batches_go(store: Any) -> None:
    with outside_store():
        limit = today() - timedelta(days=settings.USAGE_DAYS)
        for day in (limit, limit - timedelta(days=1)):
            UsageMetric.objects.create(store=store, on=day, orders_created=1)
        for age in (1, 3):
            CountedBatch.objects.create(counted_at=now() - timedelta(days=age))
        assert prune_usage() == 2
        assert UsageMetric.objects.get(store=store).on == limit
        assert CountedBatch.objects.count() == 1
