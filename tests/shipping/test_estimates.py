"""When an order arrives: cut-off, working days, holidays, time zones, changes of the clock, the end of the year."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.checkout.selectors import list_checkout_options
from apps.common.clock import moved_to, today
from apps.inventory import services as inventory
from apps.inventory.models import StockItem, Warehouse
from apps.inventory.states import StockPolicy
from apps.pricing.models import ShippingMethod
from apps.shipping.estimates import Calendar, estimate
from apps.shipping.models import DispatchTimes
from apps.shipping.selectors import estimate_single
from apps.storefront.page_cache.storage import CachedPage
from apps.tenancy.context import use_actor, use_store
from tests.api.shop import make_product
from tests.checkout.shop import ADDRESS, make_cart, make_goods, place
from tests.support.acting import SYSTEM, seeing_all

INDIA = Calendar(
    "Asia/Kolkata",
    time(14),
    working=frozenset(range(5)),
    delivering=frozenset(range(6)),
    holidays=frozenset([date(2026, 12, 25), date(2027, 1, 1)]),
)


def days(calendar: Calendar, at: datetime, *, low: int = 1, high: int = 3) -> list[str]:
    found = estimate(calendar, days=(low, high), at=at)
    assert at < found.valid_until
    assert estimate(calendar, days=(low, high), at=found.valid_until).leaves_on > found.leaves_on
    return [each.isoformat()[5:] for each in (found.leaves_on, found.earliest, found.latest)]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-12-02T08:29:59", ["12-02", "12-03", "12-05"]),  # Wednesday, 13:59:59 in India
        ("2026-12-02T08:30:00", ["12-03", "12-04", "12-07"]),  # 14:00:00; Sunday counts for nobody
        ("2026-12-04T10:00:00", ["12-07", "12-08", "12-10"]),  # Friday afternoon
        ("2026-12-24T09:00:00", ["12-28", "12-29", "12-31"]),  # a holiday and a weekend
        ("2026-12-30T18:29:00", ["12-31", "01-02", "01-05"]),  # over the year's end, 23:59 in India
        ("2026-12-30T18:31:00", ["12-31", "01-02", "01-05"]),  # and after midnight there
    ],
)
def test_cut_off_working_days_and_holidays(at: str, expected: list[str]) -> None:
    assert days(INDIA, datetime.fromisoformat(at).replace(tzinfo=UTC)) == expected


def test_the_cut_off_follows_the_clock_of_the_place_when_it_changes() -> None:
    berlin = Calendar("Europe/Berlin", time(14))
    summer, winter = datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 13, tzinfo=UTC)
    minute = timedelta(minutes=1)
    assert days(berlin, summer - minute)[0] == "10-24"
    assert days(berlin, summer)[0] == "10-25"
    assert days(berlin, winter - minute)[0] == "10-25"
    assert days(berlin, winter)[0] == "10-26"
    skipped = Calendar("Europe/Berlin", time(2, 30))  # 2027-03-28 has no 02:30
    assert days(skipped, datetime(2027, 3, 28, 0, 30, tzinfo=UTC))[0] == "03-28"
    assert days(skipped, datetime(2027, 3, 28, 1, 30, tzinfo=UTC))[0] == "03-29"


def test_handling_and_a_calendar_without_working_days() -> None:
    slow = Calendar("UTC", handling_days=2, working=frozenset(range(5)))
    assert days(slow, datetime(2026, 12, 3, 23, 59, tzinfo=UTC))[0] == "12-07"
    never = Calendar("UTC", working=frozenset())
    assert estimate(never, days=(1, 2), at=datetime(2026, 1, 1, tzinfo=UTC)).latest


@pytest.mark.django_db
def test_goods_leave_by_the_times_of_their_warehouse_and_the_order_keeps_the_days(
    in_store: Any,
) -> None:
    with use_actor(SYSTEM):
        far = Warehouse.objects.create(code="FAR", name="Far", priority=99)
        week = {"working_days": [0, 1, 2, 3, 4, 5, 6], "delivery_days": [0, 1, 2, 3, 4, 5, 6]}
        DispatchTimes.objects.create(**week)
        DispatchTimes.objects.create(warehouse=far, handling_days=10, **week)
        near, distant = make_goods(), make_goods(stock=0)
        inventory.receive_stock(
            variant_ref=distant.variant_ref, sku=distant.sku, quantity=5, warehouse=far
        )
        quick, slow = place(make_cart(near)).order, place(make_cart(near, distant)).order
        assert quick.expected_from
        assert slow.expected_from
        assert quick.expected_until
        assert slow.expected_until
        assert slow.expected_from - quick.expected_from == timedelta(days=10)
        assert slow.expected_until - quick.expected_until == timedelta(days=10)


@pytest.mark.django_db
def test_the_warehouse_that_would_send_decides_the_day_for_each_place(in_store: Any) -> None:
    """The last piece, too: an order does not see its own reservation as sold out."""
    with use_actor(SYSTEM):
        home = Warehouse.objects.get()
        near = Warehouse.objects.create(code="NEAR", name="Near", priority=99, serves="IN-KA")
        week = {"working_days": [0, 1, 2, 3, 4, 5, 6], "delivery_days": [0, 1, 2, 3, 4, 5, 6]}
        DispatchTimes.objects.create(warehouse=home, handling_days=4, **week)
        DispatchTimes.objects.create(warehouse=near, handling_days=9, **week)
        cup, pot = make_goods(stock=1), make_goods(stock=0)
        for goods in (cup, pot):
            inventory.receive_stock(
                variant_ref=goods.variant_ref, sku=goods.sku, quantity=2, warehouse=near
            )
        days = get_shipping_method_days()

        def leaves_after(cart: Any, region: str, postal_code: str = "") -> int:
            options = list_checkout_options(
                cart, country="IN", region=region, postal_code=postal_code
            )
            expected = options.shipping_options[0].expected
            assert expected
            return (expected.earliest - today()).days - days

        cart = make_cart(cup)
        assert leaves_after(cart, "MH") == 4
        assert leaves_after(cart, "KA") == leaves_after(cart, "", "560025") == 9
        assert leaves_after(make_cart(cup, pot), "MH") == 9  # one parcel
        order = place(cart, shipping_address={**ADDRESS, "region": "MH", "postal_code": "400001"})
        assert order.order.expected_from == today() + timedelta(days=4 + days)
        box = make_goods(stock=0)
        parts = [inventory.BundledPart(pot.variant_ref, pot.sku, 1)]
        inventory.save_bundle(variant_ref=box.variant_ref, sku=box.sku, parts=parts)
        alone = estimate_single((0, 0), [box.variant_ref], {"country": "IN"})
        assert alone.leaves_on == today() + timedelta(days=9)


def get_shipping_method_days() -> int:
    return int(ShippingMethod.objects.get(code="standard").estimate_days_min)


@pytest.mark.django_db
def test_an_order_of_awaited_pieces_promises_no_day_before_they_come(in_store: Any) -> None:
    with use_actor(SYSTEM):
        goods = make_goods(stock=1)
        item = StockItem.objects.get(variant_ref=goods.variant_ref)
        inventory.set_policy(stock_item=item, policy=StockPolicy.BACKORDER)

        def shown() -> Any:
            options = list_checkout_options(make_cart(goods, quantity=3), country="IN", region="KA")
            return options.shipping_options[0].expected

        assert shown() is None
        unknown = place(make_cart(goods, quantity=3)).order
        assert unknown.expected_from is None
        release = today() + timedelta(days=30)
        inventory.set_policy(stock_item=item, policy=StockPolicy.PREORDER, release_on=release)
        seen, later = shown(), place(make_cart(goods, quantity=3)).order
        assert later.expected_from
        assert later.expected_from >= release
        assert (seen.earliest, seen.latest) == (later.expected_from, later.expected_until)


@pytest.mark.django_db
def test_a_cached_page_never_shows_the_days_from_before_the_cut_off(
    store: Any, client_for: Callable[..., Client]
) -> None:
    product = make_product(store)
    with seeing_all(store):
        week = {"working_days": [0, 1, 2, 3, 4], "delivery_days": [0, 1, 2, 3, 4, 5]}
        DispatchTimes.objects.create(cut_off=time(14), time_zone="Asia/Kolkata", **week)

    rendered: list[str] = []

    def page(at: datetime) -> str:
        with moved_to(at):
            answer = client_for(store).get(f"/product/{product.slug}/")
        rendered.append(answer["ETag"].partition("-")[0])
        return str(answer.content.decode())

    closes = datetime(2026, 12, 2, 8, 30, tzinfo=UTC)
    before = page(closes - timedelta(minutes=1))
    assert "Fri, 4 Dec" in before  # 2 to 5 days
    page(closes - timedelta(seconds=30))
    assert rendered[0] == rendered[1]  # the page in the cache
    after = page(closes)
    assert "Sat, 5 Dec" in after
    assert "Fri, 4 Dec" not in after
    with use_store(store), moved_to(closes):
        kept = CachedPage("", (b"",), (), {}, "", valid_until=closes)
        assert kept.is_over
