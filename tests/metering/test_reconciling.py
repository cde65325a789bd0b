"""At night the days of a store are compared with the store: what differs is set right, and kept."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.common.clock import moved_to
from apps.metering.reconciling import reconcile_days
from apps.platform.models import Store, UsageMetric
from apps.platform.services import recount_storage
from apps.tenancy.context import outside_store
from tests.catalog.making import make_product
from tests.checkout.shop import make_cart, make_goods, place

NOON = datetime(2027, 3, 9, 6, 30, tzinfo=UTC)  # in India
DAY = date(2027, 3, 9)


def at_night(minutes_after_midnight: int, days: int = 0) -> Any:
    return moved_to(
        datetime(2027, 3, 9, 18, 30, tzinfo=UTC)
        + timedelta(minutes=minutes_after_midnight, days=days)
    )


def row(store: Any, on: date = DAY) -> UsageMetric:
    with outside_store():
        return UsageMetric.objects.get(store=store, on=on)


def test_what_differs_from_the_store_is_set_right_and_kept(
    in_store: Any, other_store: Any, system_scope: None
) -> None:
    with at_night(120, days=-1):
        assert reconcile_days() == 1, "from here on it is compared"
    with moved_to(NOON):
        place(make_cart(make_goods()))  # and its message is lost
        there = Product.objects.count()
        lost = make_product("Lost")
        Product.objects.filter(pk=lost.pk).delete()  # past the services
    with at_night(30):
        today = make_product("Cup of the next day")
        assert reconcile_days() == 0, "orders of the last minute may be on their way"
    with at_night(61):
        assert [reconcile_days(), reconcile_days()] == [1, 0]
        found = row(in_store)
        assert (found.orders_created, found.products_total) == (1, there)
        assert found.orders_value_minor > 0
        assert found.corrections == {
            "orders_created": [0, 1],
            "orders_value_minor": [0, found.orders_value_minor],
            "products_total": [there + 1, there],
        }
        assert row(in_store, DAY + timedelta(1)).products_total == there + 1
        catalog.delete_product(product=today)
    assert Store.objects.get(pk=in_store.pk).order_count == 1
    with at_night(61, days=3):
        assert reconcile_days() == 3, "nights without a worker are made up for"
    assert row(in_store, DAY + timedelta(1)).corrections is None
    assert [row(in_store, DAY + timedelta(n)).products_total for n in (1, 2, 3)] == [there] * 3
    with outside_store():
        assert not UsageMetric.objects.filter(store=other_store).exists()


def test_bytes_that_differ_from_the_files_are_set_right_and_kept(
    in_store: Any, settings: Any, tmp_path: Any, system_scope: None
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    with moved_to(NOON):
        default_storage.save("one.txt", ContentFile(b"12345"))
        Store.objects.filter(pk=in_store.pk).update(storage_used_bytes=7, storage_counted_at=NOON)
    for hours, expected in ((19, (7, None)), (21, (5, {"storage_total_bytes": [7, 5]}))):
        with moved_to(NOON + timedelta(hours=hours)):
            recount_storage()
        assert Store.objects.get(pk=in_store.pk).storage_used_bytes == expected[0]
        corrections = list(
            UsageMetric.objects.filter(on=DAY + timedelta(1)).values_list("corrections", flat=True)
        )
        assert corrections == ([expected[1]] if expected[1] else [])
