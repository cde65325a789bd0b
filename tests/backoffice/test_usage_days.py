"""What stores used by days: the platform's list and its table, and the charts of a store's own page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.common.clock import today
from apps.platform.models import UsageMetric
from apps.tenancy.context import outside_store, use_store
from tests.support.tables import read_csv

LIST = "/admin/platform/usagemetric/"


def make_day(store: Any, back: int = 0, **numbers: Any) -> UsageMetric:
    """Of that many days ago in the store."""
    with use_store(store):
        day = today() - timedelta(days=back)
    with outside_store():
        UsageMetric.objects.filter(store=store, on=day).delete()
        return UsageMetric.objects.create(store=store, on=day, currency=store.currency, **numbers)


def test_the_list_and_its_table_have_what_the_filters_show(
    store: Any, other_store: Any, operator: Client
) -> None:
    UsageMetric.objects.all().delete()  # other tests leave days of stores that are named alike
    wrong = {"orders_created": [2, 3], "orders_value_minor": [100, 123450]}
    make_day(other_store, orders_created=9, orders_value_minor=9)
    new = make_day(store, 1, orders_created=3, orders_value_minor=123450, corrections=wrong)
    old = make_day(store, 5, api_calls=1234, storage_total_bytes=2_500_000)
    cases: list[tuple[dict[str, str], list[UsageMetric]]] = [
        ({"q": store.slug}, [new, old]),
        ({"store__id__exact": str(store.pk)}, [new, old]),
        ({"q": store.slug, "on_from": new.on.isoformat()}, [new]),
        ({"q": store.slug, "on_to": old.on.isoformat()}, [old]),
        ({"corrected": "yes"}, [new]),
    ]
    for query, expected in cases:
        rows = read_csv(operator.get(f"{LIST}export/", {**query, "format": "csv"}))
        assert [row["day"] for row in rows] == [day.on.isoformat() for day in expected], query
        assert operator.get(LIST, query).context["cl"].result_count == len(expected)
    (row,) = read_csv(operator.get(f"{LIST}export/", {"corrected": "yes"}))
    assert (row["slug"], row["orders_value"], row["currency"]) == (store.slug, "1234.50", "INR")
    assert row["corrections"].startswith("orders_created 2 -> 3; ")
    one = operator.get(f"{LIST}{new.pk}/change/").content.decode()
    assert "2 → 3" in one
    assert "₹1.00 → ₹1,234.50" in one
    assert "2.5 MB" in operator.get(LIST, {"q": store.slug}).content.decode()


@pytest.mark.parametrize("query", ["on_from=abc", "on_to=2027-13-40", "store__name=x", "x=1"])
def test_a_filter_that_does_not_exist_leads_back_to_the_list(operator: Client, query: str) -> None:
    for door in ("", "export/"):
        assert operator.get(f"{LIST}{door}?{query}").status_code in (200, 302)


def test_a_store_sees_its_own_thirty_days(store: Any, other_store: Any, owner: Client) -> None:
    make_day(store, 0, orders_created=3, api_calls=54_321)
    make_day(store, 29, storage_total_bytes=7_000_000)
    make_day(store, 30, api_calls=999_999)
    make_day(other_store, 0, api_calls=888_888)
    page = owner.get("/admin/plan/").content.decode()
    assert page.count('class="bo-chart"') == 3
    assert "54,321" in page
    assert "7 MB" in page or "7.0 MB" in page
    assert "999,999" not in page
    assert "888,888" not in page
    assert owner.get(LIST).status_code == 404, "the platform's list is not a store's"
