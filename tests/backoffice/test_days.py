"""Lists, filters, links by day, records, figures: all by the store's clock. The orders here belong to the 29th in India
and to the 28th in UTC."""

import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role, User
from apps.common.actor import Actor
from apps.common.clock import moved_to, now, start_of, today
from apps.events import services as events
from apps.events.models import AuditEntry
from apps.orders.models import Order
from apps.payments.turnover import sales_by_day
from apps.platform import services
from apps.platform.models import Store
from apps.tenancy.context import use_actor, use_store
from tests.checkout.shop import make_cart, make_goods, place
from tests.support.acting import STAFF, seeing_all

LATE = datetime(2026, 11, 28, 20, 29, 12, 345000, tzinfo=UTC)
ORDERS = "/admin/orders/order/"
AUDIT = "/admin/events/auditentry/"


@pytest.fixture
def owner(store: Any, client_for: Callable[..., Client]) -> Iterator[Client]:
    client = client_for(store)
    with use_store(store):
        person = User.objects.create_user("days@example.com", role=Role.OWNER, is_staff=True)
        User.objects.filter(pk=person.pk).update(is_superuser=True)
        client.force_login(User.objects.get(pk=person.pk))
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # Django's, of moments without a time zone
        yield client


@pytest.fixture
def order(store: Any) -> Order:
    with seeing_all(store):
        placed = place(make_cart(make_goods())).order
        Order.objects.filter(pk=placed.pk).update(placed_at=LATE)
        return Order.objects.get(pk=placed.pk)


def find(owner: Client, **parts: str) -> str:
    return owner.get(ORDERS, {f"placed_at_{name}": part for name, part in parts.items()}).text


@pytest.mark.parametrize(
    ("parts", "is_found"),
    [
        (
            {
                "from_0": "2026-11-29",
                "from_1": "00:00:00",
                "to_0": "2026-11-29",
                "to_1": "23:59:59",
            },
            True,
        ),
        (
            {
                "from_0": "2026-11-28",
                "from_1": "00:00:00",
                "to_0": "2026-11-28",
                "to_1": "23:59:59",
            },
            False,
        ),
        ({"from_0": "2026-11-29", "to_0": "2026-11-29"}, True),
        ({"to_0": "2026-11-28"}, False),
        ({"from_0": "2026-11-30"}, False),
        (
            {
                "from_0": "2026-11-29",
                "from_1": "01:59:12",
                "to_0": "2026-11-29",
                "to_1": "01:59:12",
            },
            True,
        ),
        ({"to_0": "2026-11-29", "to_1": "01:59"}, True),
        ({"to_0": "2026-11-29", "to_1": "01:58"}, False),
        ({"from_0": "", "from_1": "", "to_0": "", "to_1": "12:00"}, True),
    ],
)
def test_orders_are_filtered_by_the_stores_day(
    owner: Client, order: Order, parts: dict[str, str], is_found: bool
) -> None:
    assert (order.number in find(owner, **parts)) is is_found


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "9999-12-31", "0001-01-01"])
def test_a_day_that_is_none_is_a_sentence(owner: Client, order: Order, day: str) -> None:
    response = owner.get(ORDERS, {"placed_at_from_0": day, "placed_at_to_0": day}, follow=True)
    assert response.status_code == 200
    assert "is not valid" in response.text or order.number not in response.text


def test_the_audit_logs_links_and_records_say_the_same_day(owner: Client, store: Any) -> None:
    with seeing_all(store):
        events.record_audit(actor=Actor.system("test"), action="theme.changed", target=store)
        entry = AuditEntry.objects.get(action="theme.changed")
    day = {"created_at__year": "2026", "created_at__month": "11"}
    with seeing_all(store):
        set_moment(AuditEntry, entry.pk, LATE)
    assert str(entry.pk) in owner.get(AUDIT, {**day, "created_at__day": "29"}).text
    assert str(entry.pk) not in owner.get(AUDIT, {**day, "created_at__day": "28"}).text
    links = owner.get(AUDIT, day).text
    assert "created_at__day=29" in links
    assert "created_at__day=28" not in links
    record = owner.get(f"{AUDIT}{entry.pk}/change/").text
    assert "29 Nov 2026, 1:59 AM" in record
    assert "p.m." not in record


def set_moment(model: Any, pk: Any, moment: datetime) -> None:
    """Past the trigger that keeps history as it is."""
    from django.db import connection

    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET created_at = %s WHERE id = %s", [moment, pk])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_a_persons_page_says_the_same_day(owner: Client, store: Any) -> None:
    with use_store(store):
        person = User.objects.create_user("buyer@example.com")
        User.objects.filter(pk=person.pk).update(created_at=LATE, last_login=LATE)
    page = owner.get(f"/admin/accounts/customer/{person.pk}/change/").text
    assert page.count("29 Nov 2026, 1:59 AM") == 2


@pytest.mark.usefixtures("in_store")
@use_actor(STAFF)
def test_the_figures_belong_to_the_stores_day(order: Order) -> None:
    day = today()
    Order.objects.filter(pk=order.pk).update(
        placed_at=start_of(day) + timedelta(seconds=1), payment_state="cash_due"
    )
    since = day - timedelta(days=1)
    assert sales_by_day(since=since, currency="INR")[day].orders == 1
    Order.objects.filter(pk=order.pk).update(placed_at=start_of(day) - timedelta(seconds=1))
    assert list(sales_by_day(since=since, currency="INR")) == [since]


def test_another_zone_moves_the_day(owner: Client, order: Order, store: Any) -> None:
    from apps.platform.selectors.addresses import forget_addresses

    Store.objects.filter(pk=store.pk).update(time_zone="America/New_York")
    forget_addresses()
    assert order.number in find(owner, from_0="2026-11-28", to_0="2026-11-28")
    assert order.number not in find(owner, from_0="2026-11-29")


def test_the_api_writes_utc_in_every_store(
    store: Any, order: Order, client_for: Callable[..., Client]
) -> None:
    found = client_for(store, **{"x-order-token": order.access_token}).get(
        f"/api/v1/orders/{order.pk}"
    )
    assert found.json()["placed_at"].startswith("2026-11-28T20:29:12")
    assert found.json()["placed_at"].endswith("Z")
    assert now().tzinfo is UTC


# In India the 29th is five hours old.
LAST_OF_UTC = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)


def test_the_start_page_counts_the_stores_own_day(owner: Client, order: Order, store: Any) -> None:
    """The order was placed at 01:59 of the 29th in India; another one late on the 28th there."""
    assert store.time_zone == "Asia/Kolkata"
    with seeing_all(store):
        late = place(make_cart(make_goods())).order
        evening = datetime(2026, 11, 28, 18, 0, tzinfo=UTC)
        Order.objects.update(payment_state="cash_due")
        Order.objects.filter(pk=late.pk).update(placed_at=evening)
    with moved_to(LAST_OF_UTC):
        shown = owner.get("/admin/").context
    figures = {figure["title"]: figure["value"] for figure in shown["figures"]}
    assert (figures["Orders today"], figures["Orders in 30 days"]) == ("1", "2")
    assert [bar["day"].isoformat() for bar in shown["chart"]["bars"][-2:]] == [
        "2026-11-28",
        "2026-11-29",
    ]
    assert all(bar["height"] for bar in shown["chart"]["bars"][-2:])


def test_the_overview_of_the_platform_has_the_day_that_has_begun_in_the_east(
    store: Any, client_for: Callable[..., Client]
) -> None:
    client = client_for(None)
    client.force_login(User.objects.create_superuser("boss@days.example", None))
    client.cookies["session_platform"] = client.cookies["sessionid"].value
    services.record_orders(
        store_id=store.pk, on=date(2026, 11, 29), orders=3, value_minor=300, currency="INR"
    )
    with moved_to(LAST_OF_UTC):
        last = client.get("/admin/").context["chart"]["bars"][-1]
    assert (last["day"], last["label"]) == (date(2026, 11, 29), "3")
