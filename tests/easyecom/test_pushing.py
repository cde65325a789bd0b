"""Orders go to EasyEcom once, whatever is answered, lost or doubled."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.easyecom import services as easyecom
from apps.easyecom.errors import NothingToPush
from apps.easyecom.models import PushedOrder
from apps.events.consumers import list_consumers
from apps.events.models import OutboxMessage
from apps.fulfilment import services as fulfilment
from apps.integrations import services as integrations
from apps.integrations.checking import Limits, check_outside
from apps.integrations.selectors import find_integration
from apps.orders import services as orders
from apps.orders.models import Order
from apps.platform.dead_ends import list_dead_ends
from apps.platform.selectors import forget_addresses
from apps.tenancy.context import use_store
from tests.checkout.shop import ADDRESS, make_cart, make_goods, place
from tests.easyecom.shop import CASH, Shop, invoice_of, kind_of_dead_end, pay
from tests.support.acting import STAFF
from tests.vendors.base import Fault
from tests.vendors.easyecom import EasyEcomVendor

pytestmark = pytest.mark.django_db


def test_a_paid_order_is_sent_as_it_was_sold(shop: Shop, vendor: EasyEcomVendor) -> None:
    order = shop.order(shop.goods("KS-A", price_minor=33_333), quantity=3)
    shop.work()
    assert vendor.count("createOrder") == 0, "it is not paid"
    pay(shop, order)
    row = shop.push(order)
    shop.work()

    [invoice] = vendor.orders_of(order.number)
    assert (row.state, row.invoice_ref) == ("sent", str(invoice["invoice_id"]))
    assert vendor.created == [order.number]
    sent = next(call.body for call in vendor.calls if "createOrder" in call.path)
    assert sent["paymentMode"] == 5
    assert (sent["orderType"], sent["marketplaceId"]) == ("retailorder", 10)
    assert sent["paymentGateway"] == "test"
    [item] = sent["items"]
    assert (item["Sku"], item["Quantity"], item["Price"]) == ("KS-A", "3", 333.33)
    address = sent["customer"][0]["shipping"]
    assert (address["state"], address["country"], address["contact"]) == (
        "Karnataka", "India", "9845012345",
    )  # fmt: skip
    total = round(3 * item["Price"] * 100) + round(sent["shippingCost"] * 100)
    assert total == order.total_minor
    assert vendor.logins == 1


def test_cash_on_delivery_goes_once_it_is_confirmed_and_in_the_numbers_of_the_owner(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    shop.set(cash_mode="7", marketplace_id="12")
    order = shop.order(shop.goods(), method=CASH)
    with shop.inside():
        Order.objects.filter(pk=order.pk).update(confirm_by=order.placed_at, confirmation="staff")
        shop.work()
        assert vendor.count("createOrder") == 0, "it is not confirmed"
        fulfilment.confirm_order(order=shop.fresh(order), actor=STAFF)
    assert shop.push(order).state == "sent"
    sent = vendor.calls[-1].body
    assert (sent["paymentMode"], sent["marketplaceId"]) == (7, 12)


def test_lost_answers_make_no_second_order(shop: Shop, vendor: EasyEcomVendor) -> None:
    for fault in (
        Fault("lose", "createOrder"),
        Fault("refuse", "createOrder"),
        Fault("html", "createOrder"),
        Fault("status", "createOrder", status=429),
        Fault("say", "createOrder", content={"code": 500, "message": "Not now"}, status=201),
        Fault("say", "createOrder", content={"code": 200, "data": {}}),
        Fault("status", "access/token", status=503),
    ):
        vendor.end_token()
        vendor.faults[:] = [fault]
        order = shop.order(shop.goods(), method=CASH)
        first = shop.push(order)
        assert first.state == "waiting", fault
        assert first.last_error, fault
        assert shop.later(order).state == "sent", fault
        assert shop.later(order).state == "sent"
        assert vendor.created.count(order.number) == 1, fault


def test_a_request_that_may_still_be_worked_on_is_given_time(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    vendor.faults.append(Fault("refuse", "createOrder"))
    order = shop.order(shop.goods(), method=CASH)
    shop.push(order)
    with shop.inside():
        PushedOrder.objects.update(due_at=order.placed_at)
    row = shop.push(order)
    assert row.state == "waiting"
    assert row.due_at > row.updated_at
    assert vendor.count("createOrder") == 1
    assert vendor.count("getOrderDetails") == 1


def test_what_easyecom_queues_is_looked_for(shop: Shop, vendor: EasyEcomVendor) -> None:
    vendor.queues = 2
    orders_ = [shop.order(shop.goods(), method=CASH) for _ in range(2)]
    assert [shop.push(each).state for each in orders_] == ["queued", "queued"]
    assert shop.later(orders_[0]).state == "queued"
    assert shop.later(orders_[1]).state == "queued"
    vendor.work_queue()
    row = shop.later(orders_[0])
    assert (row.state, row.queue_ref) == ("sent", "q1")
    assert sorted(vendor.created) == sorted(each.number for each in orders_)
    vendor.invoices.clear()
    with shop.inside():
        PushedOrder.objects.filter(order=orders_[1]).update(sent_at=orders_[1].placed_at)
    late = shop.later(orders_[1], timedelta(hours=7))
    assert (late.state, "queued" in late.last_error) == ("refused", True)


def test_staff_read_a_refusal_and_push_again(shop: Shop, vendor: EasyEcomVendor) -> None:
    goods = shop.goods("KS-NEW")
    vendor.products.clear()
    order = shop.order(goods, method=CASH)
    row = shop.push(order)
    assert row.state == "refused"
    assert "KS-NEW was not found" in row.last_error
    assert shop.later(order).state == "refused", "only a person decides"
    with shop.inside():
        [found] = list_dead_ends(kind_of_dead_end("easyecom.refused"))
        assert (found.order_id, "KS-NEW" in found.why) == (order.pk, True)
        [trouble] = [each for each in check_outside(Limits()) if each.kind == "refused"]
        assert (trouble.system, trouble.count) == ("easyecom", 1)
        vendor.products["KS-NEW"] = "New"
        for _ in range(2):
            easyecom.push_again(order=order)
        assert easyecom.push_due() == 1
        with pytest.raises(NothingToPush):
            easyecom.push_again(order=order)
    assert vendor.created == [order.number]


def test_wrong_credentials_count_no_attempt(shop: Shop, vendor: EasyEcomVendor) -> None:
    vendor.account["password"] = "another"
    order = shop.order(shop.goods(), method=CASH)
    shop.push(order)
    for _ in range(3):
        row = shop.later(order)
        assert (row.state, row.attempts) == ("waiting", 0)
    assert "Invalid credentials" in row.last_error
    with shop.inside():
        integration = find_integration("easyecom")
        assert integration is not None
        assert "Invalid credentials" in integration.last_error
        shop.set(password="another")
    assert shop.later(order).state == "sent"
    with shop.inside():
        integration.refresh_from_db()
        assert integration.last_error == ""


def test_what_is_cancelled_here_is_cancelled_there(shop: Shop, vendor: EasyEcomVendor) -> None:
    never, sent, lost, left = (shop.order(shop.goods(), method=CASH) for _ in range(4))
    with shop.inside():
        fulfilment.cancel(order=never, reason="", actor=STAFF)
    vendor.faults.append(Fault("lose", "createOrder"))
    shop.work()
    for each in (sent, lost, left):
        shop.later(each)
    assert sorted(vendor.created) == sorted(each.number for each in (sent, lost, left))
    vendor.ship(invoice_of(vendor, left), "AWB-1")
    vendor.faults.append(Fault("lose", "cancelOrder"))
    with shop.inside():
        for each in (sent, lost, left):
            fulfilment.cancel(order=shop.fresh(each), reason="", actor=STAFF)
    shop.work()
    for each in (sent, lost, left):
        shop.later(each)

    assert [shop.pushed(each).state for each in (sent, lost, left)] == [
        "cancelled", "cancelled", "stayed",
    ]  # fmt: skip
    assert [invoice_of(vendor, each)["order_status"] for each in (sent, lost, left)] == [
        "Cancelled", "Cancelled", "Shipped",
    ]  # fmt: skip
    assert not vendor.orders_of(never.number)
    with shop.inside():
        [found] = list_dead_ends(kind_of_dead_end("easyecom.stayed"))
        assert "has left" in found.why


def test_one_that_is_cancelled_while_it_is_made_is_cancelled_there(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    vendor.faults.append(Fault("lose", "createOrder"))
    order = shop.order(shop.goods(), method=CASH)
    shop.push(order)
    with shop.inside():
        fulfilment.cancel(order=shop.fresh(order), reason="", actor=STAFF)
    assert shop.push(order).state == "cancelled"
    assert invoice_of(vendor, order)["order_status"] == "Cancelled"
    assert vendor.created == [order.number]


def test_what_is_cancelled_there_is_cancelled_here_after_a_second_look(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    gone, again = (shop.order(shop.goods(), quantity=2) for _ in range(2))
    for each in (gone, again):
        pay(shop, each)
        shop.push(each)
    vendor.cancel(invoice_of(vendor, gone))
    old = invoice_of(vendor, again)
    new = vendor.split(old, {old["suborders"][0]["sku"]: 2}, suffix="_OR1")
    vendor.cancel(old)
    shop.hear(times=2, seed=5)
    assert [shop.pushed(each).state for each in (gone, again)] == ["checking", "checking"]
    assert not shop.fresh(gone).is_cancelled

    assert shop.later(gone).state == "cancelled"
    assert shop.later(again).state == "sent"
    shop.work()
    assert (shop.fresh(gone).status, shop.fresh(gone).payment_state) == ("cancelled", "refunded")
    assert shop.fresh(again).status == "processing"
    vendor.ship(new, "AWB-7")
    shop.hear()
    assert shop.fresh(again).fulfilment_state == "shipped"


def test_an_order_that_is_changed_or_on_hold_is_not_sent_as_it_was(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    held = shop.order(shop.goods(), method=CASH)
    with shop.inside():
        orders.hold_order(order=held, reason="Call first", actor=STAFF)
    assert "Call first" in shop.push(held).last_error
    with shop.inside():
        orders.release_order(order=shop.fresh(held), actor=STAFF)
    assert shop.later(held).state == "sent"

    goods = shop.goods("KS-C")
    order = shop.order(goods, quantity=3, method=CASH)
    shop.push(order)
    with shop.inside():
        order = shop.fresh(order)
        fulfilment.cancel_lines(
            order=order,
            lines={order.lines.get().pk: 1},
            version=order.event_count,
            reason="One less",
            actor=STAFF,
        )
    row = shop.push(order)
    assert "KS-C: 3 → 2" in row.doubt
    with shop.inside():
        assert len(list_dead_ends(kind_of_dead_end("easyecom.doubt"))) == 1
        easyecom.end_doubt(row=row)
    assert shop.pushed(order).doubt == ""


def test_an_order_that_was_missed_while_paused_is_found(shop: Shop, vendor: EasyEcomVendor) -> None:
    with shop.inside():
        integration = find_integration("easyecom")
        assert integration is not None
        integrations.pause_integration(integration=integration)
    shop.store.refresh_from_db()
    forget_addresses()
    order = shop.order(shop.goods(), method=CASH)
    shop.work()
    with shop.inside():
        assert not PushedOrder.objects.exists()
        integrations.resume_integration(integration=integration)
    shop.store.refresh_from_db()
    forget_addresses()
    with shop.inside():
        easyecom.read_due()
    assert shop.push(order).state == "sent"


def test_placing_an_order_costs_no_statement_more(
    shop: Shop, vendor: EasyEcomVendor, other_store: Any
) -> None:
    def count() -> int:
        with shop.inside():
            goods = make_goods()
            place(make_cart(goods))
            cart = make_cart(goods)
            with CaptureQueriesContext(connection) as queries:
                place(cart)
            return len(queries)

    with use_store(other_store):
        assert not any(name.startswith("easyecom") for name in list_consumers("order.placed"))
    calls = len(vendor.calls)
    connected = count()
    with shop.inside():
        assert OutboxMessage.objects.filter(consumer="easyecom.push_order").exists()
        integration = find_integration("easyecom")
        assert integration is not None
        integrations.pause_integration(integration=integration)
    shop.store.refresh_from_db()
    forget_addresses()
    assert connected == count()
    assert len(vendor.calls) == calls


def test_a_number_goes_there_without_its_extension(shop: Shop, vendor: EasyEcomVendor) -> None:
    address = {**ADDRESS, "phone": "+91 80 2345 6789 ext 12"}
    shop.push(shop.order(shop.goods(), method=CASH, shipping_address=address))
    sent = next(call.body for call in vendor.calls if "createOrder" in call.path)
    assert sent["customer"][0]["shipping"]["contact"] == "8023456789"


def test_what_was_made_again_is_found_where_a_search_by_number_is_exact(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    """It is neither taken for cancelled there, nor left there when it is cancelled here."""
    vendor.is_exact = True
    again, here = (shop.order(shop.goods(), quantity=2) for _ in range(2))
    for each in (again, here):
        pay(shop, each)
        shop.push(each)
        old = invoice_of(vendor, each)
        vendor.split(old, {old["suborders"][0]["sku"]: 2}, suffix="_OR1")
        vendor.cancel(old)
    shop.hear()
    with shop.inside():
        fulfilment.cancel(order=shop.fresh(here), reason="", actor=STAFF)
    assert [shop.later(each).state for each in (again, here)] == ["sent", "cancelled"]
    assert shop.fresh(again).status == "processing"
    assert {each["order_status"] for each in vendor.orders_of(here.number)} == {"Cancelled"}


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Order is already cancelled", "cancelled"),
        ("Order is already shipped, it can not be cancelled", "stayed"),
    ],
)
def test_only_what_is_cancelled_already_is_taken_for_cancelled(
    shop: Shop, vendor: EasyEcomVendor, said: str, state: str
) -> None:
    order = shop.order(shop.goods(), method=CASH)
    shop.push(order)
    with shop.inside():
        fulfilment.cancel(order=shop.fresh(order), reason="", actor=STAFF)
    answer = {"code": 400, "message": said, "data": []}
    vendor.faults.append(Fault("say", "cancelOrder", content=answer))
    assert shop.push(order).state == state
