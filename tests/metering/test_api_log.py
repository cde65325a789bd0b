"""Each call with a key is in the log of its day, once, without what it asked for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from apps.common.clock import moved_to, now, today
from apps.common.ids import new_id
from apps.metering.api_log import queue
from apps.metering.api_log.times import measure_day
from apps.metering.api_log.writing import prune_log, store_calls
from apps.metering.models import ApiCall
from apps.metering.reconciling import reconcile_days
from apps.platform.models import UsageMetric
from apps.tenancy.context import outside_store, use_store
from tests.metering.making import make_call, put_down
from tests.partners.programs import make_key
from tests.support.statements import count_statements
from tests.support.threads import fails, run_at_once

AT = datetime(2027, 3, 9, 20, 0, tzinfo=UTC)  # 10 March in India


def logged(store: Any, *names: str) -> list[Any]:
    with outside_store():
        return list(ApiCall.objects.filter(store=store).order_by("at").values_list(*names))


def test_a_call_is_logged_with_its_answer_and_pays_no_statement(
    store: Any, other_store: Any
) -> None:
    _key, program = make_key(store, "read_products")
    _other, theirs = make_key(other_store, "read_products")
    program.get("products")
    found: list[str] = []
    with count_statements(found), moved_to(AT):
        answer = program.get(f"products/{'0' * 24}", **{"user-agent": "erp/2 \x01 x"})
    assert not [sql for sql in found if "metering" in sql]
    theirs.get("products")
    program.get("orders")
    assert put_down() == 3, "what is refused by its scope is no call"
    rows = logged(store, "on", "key_name", "method", "endpoint", "status", "error", "request_id")
    assert rows[1] == (
        date(2027, 3, 10), "ERP", "GET", "/api/v1/products/<str:product_id>", 404, "product_not_found", answer["X-Request-ID"],
    )  # fmt: skip
    assert "0" * 24 not in str(logged(store, "endpoint", "error"))
    assert logged(store, "address", "user_agent")[1] == ("127.0.0.1", "erp/2 x")
    assert (len(rows), len(logged(other_store, "id"))) == (2, 1)


def test_a_call_that_is_read_twice_is_stored_once_and_one_of_no_store_not(store: Any) -> None:
    calls = [make_call(store) for _ in range(3)]
    queue.push([*calls, calls[0], make_call(store, store_id=new_id())])
    head = queue.look_at_head(10)
    assert store_calls() == 5
    queue.push(calls[::-1])
    queue.drop_head(head)
    assert store_calls() == 3, "the head had changed: nothing was dropped"
    assert len(logged(store, "id")) == 3


@pytest.mark.matrix
def test_several_writers_of_a_new_day_store_each_call_once(throwaway_store: Any) -> None:
    day = today() + timedelta(days=3)
    queue.push([make_call(throwaway_store, on=day) for _ in range(4_100)])
    assert not fails(run_at_once(throwaway_store, [store_calls] * 4))
    assert not queue.look_at_head(1)
    assert len(logged(throwaway_store, "id")) == 4_100


def test_a_stores_region_keeps_addresses(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _key, program = make_key(store, "read_products")
    monkeypatch.setattr("apps.metering.api_log.calls.MAIN", "another")
    program.get("products", **{"user-agent": "erp/2"})
    put_down()
    assert logged(store, "address", "user_agent") == [(None, "")]


def test_off_by_the_setting(store: Any, settings: Any) -> None:
    settings.API_LOG_DAYS = 0
    _key, program = make_key(store, "read_products")
    program.get("products")
    assert put_down() == 0


def test_without_a_worker_the_oldest_go(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_WAITING", 2)
    queue.push([make_call(store, status=status) for status in (200, 201, 202)])
    store_calls()
    assert logged(store, "status") == [(201,), (202,)]


def test_old_days_go_and_addresses_are_cut(store: Any, settings: Any) -> None:
    settings.API_LOG_DAYS, settings.API_LOG_ADDRESS_DAYS = 30, 7
    ages = {"203.0.113.77": 31, "203.0.113.78": 30, "2001:db8:1:2::9": 8, "203.0.113.79": 7}
    with moved_to(now() - timedelta(days=10)):
        queue.push([make_call(store)])
        store_calls()
    queue.push(
        [make_call(store, address=ip, on=today() - timedelta(days=n)) for ip, n in ages.items()]
    )
    store_calls()
    late = logged(store, "address")
    assert late == [("203.0.113.77",), (None,), (None,), ("203.0.113.79",)], "too old for one"
    assert prune_log() == 0
    prune_log()
    assert logged(store, "address")[0] == ("203.0.113.0",)
    with moved_to(now() + timedelta(days=1)):
        assert prune_log() == 1
    assert len(logged(store, "id")) == 3


def test_at_night_the_day_learns_how_long_its_calls_took(in_store: Any, system_scope: None) -> None:
    with moved_to(AT):
        times = [*range(1, 20), 500]
        with outside_store():
            queue.push([make_call(in_store, on=date(2027, 3, 9), duration_ms=ms) for ms in times])
            store_calls()
            assert measure_day(in_store.pk, date(2027, 3, 8)) == (None, None)
        reconcile_days()
        with outside_store():
            day = UsageMetric.objects.get(store=in_store, on=date(2027, 3, 9))
        assert (day.api_p50_ms, day.api_p95_ms) == (10, 19)


def test_calls_go_with_their_store(throwaway_store: Any) -> None:
    with use_store(throwaway_store):
        on = today()
    queue.push([make_call(throwaway_store, on=on)])
    store_calls()
    key = throwaway_store.pk
    with outside_store():
        type(throwaway_store).objects.filter(pk=key).delete()
        assert not ApiCall.objects.filter(store_id=key).exists()
