"""The log of API calls: the platform's list of all stores, and a store's own page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.common.clock import today
from apps.metering.api_log import queue
from apps.metering.models import ApiCall
from apps.tenancy.context import outside_store, use_store
from tests.metering.making import make_call, put_down
from tests.support.statements import count_statements
from tests.support.tables import read_csv

LIST, PAGE = "/admin/metering/apicall/", "/admin/api-calls/"


def log_calls(store: Any, *, back: int = 0, count: int = 1, **facts: Any) -> str:
    """The day of the store."""
    with use_store(store):
        day = today() - timedelta(days=back)
    queue.push([make_call(store, on=day, **facts) for _ in range(count)])
    put_down()
    return day.isoformat()


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_platform_lists_recent_calls_and_others_by_filter(
    store: Any, other_store: Any, operator: Client
) -> None:
    log_calls(store, status=429, error="too_many_requests", request_id="abc")
    log_calls(other_store, status=500)
    old = log_calls(store, back=5, endpoint="/api/v1/orders")
    cases = [
        ({}, 2),
        ({"answer": "refused"}, 1),
        ({"answer": "failed"}, 1),
        ({"answer": "x"}, 2),
        ({"q": "abc"}, 1),
        ({"store__id__exact": str(store.pk)}, 1),
        ({"on_from": old, "on_to": old}, 1),
    ]
    for query, count in cases:
        answer = operator.get(LIST, query)
        assert answer.context["cl"].result_count == count, query
    (row,) = read_csv(operator.get(f"{LIST}export/", {"answer": "refused", "format": "csv"}))
    assert (row["store"], row["status"], row["error"]) == (store.slug, "429", "too_many_requests")
    call = ApiCall.objects.get(endpoint="/api/v1/orders")
    assert "203.0.113." in text_of(operator.get(f"{LIST}{call.pk}/change/"))


def test_a_store_sees_its_own_calls_of_a_day(store: Any, other_store: Any, owner: Client) -> None:
    log_calls(other_store, endpoint="/api/v1/theirs")
    log_calls(store, count=60)
    log_calls(store, status=404, error="product_not_found", endpoint="/api/v1/products/x")
    day = log_calls(store, back=2, endpoint="/api/v1/old")
    found: list[str] = []
    with count_statements(found):
        whole = text_of(owner.get(PAGE))
    assert sum("metering_apicall" in sql for sql in found) == 2
    assert "theirs" not in whole + text_of(owner.get(PAGE, {"page": 2}))
    assert "1 of 2" in whole
    refused = text_of(owner.get(PAGE, {"answer": "refused"}))
    assert "404 product_not_found" in refused
    assert "/api/v1/products</code>" not in refused
    assert "/api/v1/old" in text_of(owner.get(PAGE, {"on": day}))


@pytest.mark.parametrize("query", ["on=abc", "answer=x", "key=x", "page=999999", "page=x"])
def test_what_cant_be_read_is_left_out(store: Any, owner: Client, query: str) -> None:
    assert owner.get(f"{PAGE}?{query}").status_code == 200


def test_the_list_counts_no_more_than_it_shows(
    store: Any, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.backoffice.api_calls.MOST_COUNTED", 3)
    log_calls(store, count=5)
    assert operator.get(LIST).context["cl"].result_count == 3
    with outside_store():
        assert ApiCall.objects.filter(store=store).count() == 5
