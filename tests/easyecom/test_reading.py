"""Calls to EasyEcom: the login, the limit, answers that are no success; and what is read by the clock."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches

from apps.common.clock import now
from apps.easyecom import services as easyecom
from apps.easyecom.client import Client
from apps.easyecom.errors import AlreadyThere, LoginRefused, NotThere, RateReached, Refused
from apps.easyecom.limiting import account_of, count_today, take_turn
from apps.easyecom.models import SyncJob
from apps.easyecom.reading import facts_of
from apps.easyecom.states import Job
from apps.easyecom.sweeps import start_due_pushes, start_due_reading
from apps.inbox import services as inbox
from apps.inbox.errors import MalformedMessage
from apps.integrations.errors import SystemUnavailable
from apps.integrations.selectors import find_integration, get_config
from apps.integrations.services import remember
from apps.orders.models import Order
from apps.platform.models import IntegrationConfig
from apps.tenancy.context import use_store
from tests.easyecom.shop import CASH, Shop, invoice_of
from tests.vendors.base import Fault
from tests.vendors.easyecom import EasyEcomVendor

pytestmark = pytest.mark.django_db


def test_the_token_is_kept_sealed_and_renewed_before_it_ends(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    with shop.inside():
        for _ in range(3):
            Client().list_locations()
        assert vendor.logins == 1
        assert "jwt-1" not in str(IntegrationConfig.objects.get().config)
        assert get_config("easyecom")["token"] == "jwt-1"
        vendor.end_token()
        Client().list_locations()
        assert (vendor.logins, get_config("easyecom")["token"]) == (2, "jwt-2")

        soon = (now() + timedelta(days=3)).isoformat()
        remember(kind="easyecom", values={"token_ends_at": soon})
        vendor.faults.append(Fault("status", "access/token"))
        Client().list_locations()
        assert vendor.logins == 2, "the old one is still good"
        Client().list_locations()
        assert vendor.logins == 3
        vendor.account["email"] = "new@shop.example"
        shop.set(email="new@shop.example")
        Client().list_locations()
        assert vendor.logins == 4, "other credentials, another token"
        vendor.account["api_key"] = "other"
        with pytest.raises(LoginRefused):
            Client().list_locations()


def test_http_200_is_not_success(shop: Shop, vendor: EasyEcomVendor) -> None:
    said: list[tuple[Any, type[Exception]]] = [
        ({"code": 400, "message": "Invalid order type"}, Refused),
        ({"code": "404", "message": "-"}, NotThere),
        ({"code": 400, "message": "Order does not exist"}, NotThere),
        ({"code": 409, "message": "Order already exists"}, AlreadyThere),
        ({"code": 500, "message": "Oops"}, SystemUnavailable),
        ({"code": 429, "message": "Slow down"}, SystemUnavailable),
        ({"code": 200, "message": "OK"}, SystemUnavailable),
        ({"code": 200, "data": {"OrderID": "NA", "queueId": ""}}, SystemUnavailable),
        (["what?"], SystemUnavailable),
    ]
    with shop.inside():
        client = Client()
        for content, error in said:
            vendor.faults[:] = [Fault("say", "createOrder", content=content)]
            with pytest.raises(error) as raised:
                client.create_order({})
            assert type(raised.value) is error or error is SystemUnavailable, content
        integration = find_integration("easyecom")
        assert integration is not None
        assert integration.last_error
        vendor.faults[:] = [
            Fault(
                "say",
                "getAllLocation",
                content={"code": 200, "data": {"nextUrl": "@evil.example/"}},
            )
        ]
        with pytest.raises(Refused):
            client.list_locations()


def test_calls_stay_within_the_tier(shop: Shop, vendor: EasyEcomVendor) -> None:
    shop.set(tier="default")
    vendor.per_second = 10
    with shop.inside():
        client = Client()
        for _ in range(12):
            client.list_locations()
        assert max(vendor.moments.count(each) for each in vendor.moments) <= 10
        assert count_today(client.options) == 13
        while count_today(client.options) < 300:
            caches["limits"].incr(_day_key(client), 300 - count_today(client.options))
        with pytest.raises(RateReached):
            client.list_locations()
        take_turn(client.options)
        order = shop.order(shop.goods(), method=CASH)
        assert shop.push(order).state == "sent", "orders have the rest of the day"
        caches["limits"].incr(_day_key(client), 300)
        row = shop.push(shop.order(shop.goods(), method=CASH))
        assert (row.state, row.attempts) == ("waiting", 0)
        assert "no more calls" in row.last_error


def _day_key(client: Client) -> str:
    return f"easyecom:day:{account_of(client.options)}:{int(time.time()) // 86_400}"


def test_orders_are_read_in_windows_of_a_week_from_where_it_ended(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    numbers = []
    vendor.shift = -timedelta(minutes=5)  # each of its changes has a second of its own
    for _ in range(5):
        order = shop.order(shop.goods(), method=CASH)
        shop.push(order)
        vendor.ship(invoice_of(vendor, order), f"AWB-{order.number}")
        numbers.append(order.number)
    vendor.waiting.clear()
    vendor.page = 2
    with shop.inside():
        easyecom.read_since(now() - timedelta(days=16))
        vendor.faults.append(Fault("status", "getAllOrders", times=1))
        assert easyecom.read_due(only=Job.ORDERS) == 0
        job = SyncJob.objects.get(job=Job.ORDERS)
        assert job.last_error
        assert job.window_from is not None, "the window is gone on with"
        assert easyecom.read_due(only=Job.ORDERS) == 5
        inbox.handle_due()
        states = Order.objects.filter(number__in=numbers).values_list("fulfilment_state", flat=True)
        assert set(states) == {"shipped"}
        asked = [call.query for call in vendor.calls if "getAllOrders" in call.path]
        windows = [each for each in asked if "start_date" in each]
        assert len(windows) == 4
        assert len(asked) == 6, "the last window has three pages"
        job.refresh_from_db()
        assert (job.next_url, job.window_from) == ("", None)
        assert easyecom.read_due(only=Job.ORDERS) == 5
        assert inbox.handle_due() == 0, "what is the same changes nothing"


def test_a_page_that_is_gone_has_its_window_read_again(shop: Shop, vendor: EasyEcomVendor) -> None:
    for _ in range(3):
        shop.push(shop.order(shop.goods(), method=CASH))
    vendor.page = 1
    gone = {"code": 400, "message": "The cursor has expired"}
    with shop.inside():
        easyecom.read_due(only=Job.ORDERS)
        easyecom.read_since(now() - timedelta(days=1))
        SyncJob.objects.filter(job=Job.ORDERS).update(
            window_from=now() - timedelta(days=1), window_until=now() + timedelta(hours=1),
            next_url="/orders/V2/getAllOrders?cursor=x",
        )  # fmt: skip
        vendor.faults.append(Fault("say", "getAllOrders", content=gone))
        assert easyecom.read_due(only=Job.ORDERS) == 0
        assert easyecom.read_due(only=Job.ORDERS) == 3


def test_what_waits_goes_as_soon_as_easyecom_answers_again(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    vendor.faults.append(Fault("refuse", times=1000))  # a long outage
    order = shop.order(shop.goods(), method=CASH)
    shop.push(order)
    for _ in range(8):
        shop.later(order)
    with shop.inside():
        easyecom.read_due(only=Job.ORDERS)
        easyecom.read_due(only=Job.ORDERS)
    row = shop.pushed(order)
    assert row.due_at > now() + timedelta(minutes=20)
    assert vendor.created == []
    vendor.faults.clear()
    with shop.inside():
        easyecom.read_due(only=Job.ORDERS)
    assert (shop.pushed(order).state, vendor.created) == ("sent", [order.number])


def test_sweeps_do_nothing_for_stores_that_are_not_connected(
    shop: Shop, other_store: Any, vendor: EasyEcomVendor, django_assert_num_queries: Any
) -> None:
    with use_store(other_store), django_assert_num_queries(0):
        assert start_due_pushes() == start_due_reading() == 0
        assert easyecom.push_due() == easyecom.read_due() == 0
    with shop.inside():
        assert start_due_reading() == 1
    assert vendor.calls == []


@pytest.mark.parametrize("given", [{"order_id": ""}, {"order_id": None}, {"order_id": "NA"}, {}])
def test_an_order_without_any_id_is_no_row(given: Any) -> None:
    with pytest.raises(MalformedMessage, match="neither the field invoice_id nor order_id"):
        facts_of({"reference_code": "KS-1", **given})
