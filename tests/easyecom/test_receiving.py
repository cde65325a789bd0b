"""What EasyEcom says of invoices, in whatever order it comes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from apps.easyecom import services as easyecom
from apps.easyecom.models import PushedOrder, StatusMeaning
from apps.easyecom.reading import Invoice, read_invoice, whole_of
from apps.easyecom.services.parcels import match_lines
from apps.easyecom.states import Meaning
from apps.fulfilment import desk
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.inbox import services as inbox
from apps.inbox.errors import MalformedMessage
from apps.inbox.models import InboxMessage
from apps.integrations.documents import EasyEcomOrder
from apps.orders.models import Order, OrderLine
from tests.checkout.shop import assert_adds_up, stock_of
from tests.easyecom.shop import CASH, Shop, dead, invoice_of, pay
from tests.support.acting import STAFF
from tests.vendors.easyecom import EasyEcomVendor

pytestmark = pytest.mark.django_db


def parcels(shop: Shop, order: Order) -> list[tuple[str, str, dict[str, int]]]:
    """Tracking number, state and pieces of each parcel."""
    with shop.inside():
        return [
            (
                each.tracking_number,
                each.state,
                {line.order_line.sku: line.quantity for line in each.lines.all()},
            )
            for each in Shipment.objects.filter(order=order).order_by("created_at")
        ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_order_in_two_invoices_becomes_two_parcels_each_once(
    shop: Shop, vendor: EasyEcomVendor, seed: int
) -> None:
    a, b = shop.goods("KS-A"), shop.goods("KS-B")
    order = shop.order(a, b, quantity=3, method=CASH)
    shop.push(order)
    first = invoice_of(vendor, order)
    second = vendor.split(first, {"KS-A": 1, "KS-B": 3}, suffix="_OR1")
    vendor.manifest(first, "AWB-1")
    vendor.ship(first)
    vendor.ship(second, "AWB-2")
    vendor.follow(first, "delivered")
    messages = shop.hear(times=3, seed=seed)

    assert dead(messages) == {}
    assert sorted(parcels(shop, order)) == [
        ("AWB-1", "delivered", {"KS-A": 2}),
        ("AWB-2", "shipped", {"KS-A": 1, "KS-B": 3}),
    ]
    vendor.follow(second, "delivered")
    shop.hear(times=2)
    order = shop.fresh(order)
    assert (order.status, order.payment_state) == ("delivered", "paid")
    with shop.inside():
        assert [stock_of(each) for each in (a, b)] == [(7, 0, 0), (7, 0, 0)]
        assert_adds_up(order)
        assert {each.number for each in EasyEcomOrder.objects.all()} == {order.number}


def test_a_parcel_leaves_once_it_has_an_awb_and_follows_its_courier(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    order = shop.order(shop.goods("KS-A"), quantity=2)
    pay(shop, order)
    shop.push(order)
    invoice = invoice_of(vendor, order)
    vendor.manifest(invoice, "AWB-0")
    shop.hear()
    invoice["awb_number"] = "NA"
    vendor.ship(invoice)
    assert "has no AWB" in shop.hear()[-1].effect
    assert parcels(shop, order) == []
    vendor.ship(invoice, "AWB-1")
    shop.hear()
    vendor.ship(invoice, "AWB-2")
    shop.hear()
    assert parcels(shop, order) == [("AWB-2", "shipped", {"KS-A": 2})]

    for status, state in (
        ("ndr", "failed"), ("out", "shipped"), ("ndr", "failed"), ("rto", "returning"),
        ("shipped", "returning"), ("back", "returning"),
    ):  # fmt: skip
        vendor.follow(invoice, status)
        assert dead(shop.hear(times=2)) == {}
        assert parcels(shop, order)[0][1] == state, status
    with shop.inside():
        assert ParcelReturn.objects.get().state == "expected"
        assert "RTO" in ParcelReturn.objects.get().reason
        (parcel,) = desk.back()
        scans = parcel.events.filter(kind="shipment.scanned")
        assert [each.data["status"] for each in scans] == ["returned"], "however often it is heard"
    assert shop.fresh(order).payment_state == "paid", "what goes back is for staff to say"


def test_an_older_state_changes_nothing(shop: Shop, vendor: EasyEcomVendor) -> None:
    order = shop.order(shop.goods(), method=CASH)
    shop.push(order)
    invoice = invoice_of(vendor, order)
    vendor.ship(invoice, "AWB-1")
    vendor.follow(invoice, "ndr")
    late = vendor.waiting.pop()
    vendor.follow(invoice, "delivered")
    shop.hear()
    vendor.waiting.append(late)
    assert dead(shop.hear(times=2)) == {}
    assert parcels(shop, order)[0][1] == "delivered"


def test_what_can_not_be_applied_is_given_up_with_its_reason(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    order = shop.order(shop.goods("KS-A"), quantity=2, method=CASH)
    other = shop.order(shop.goods("KS-B"), quantity=2, method=CASH)
    more = shop.order(shop.goods("KS-C"), method=CASH)
    shop.work()
    for each, row in ((order, "KS-X"), (other, "KS-B"), (more, "KS-C")):
        invoice = invoice_of(vendor, each)
        invoice["suborders"][0]["sku"] = row
        if each is more:
            invoice["suborders"][0]["item_quantity"] = 4
        vendor.ship(invoice, f"AWB-{row}")
    foreign = {**invoice_of(vendor, other), "invoice_id": 7, "reference_code": "ELSE-1"}
    vendor.notify("orders", {"orders": [foreign, invoice_of(vendor, other)]})
    amazon = {**foreign, "invoice_id": 8, "reference_code": "402-77", "marketplace_id": "8"}
    vendor.notify("orders", {"orders": [amazon]})

    found = dead(shop.hear())
    assert "SKU KS-X, which is not in the order" in found[order.number]
    assert "3 more than are still to be sent" in found[more.number]
    assert "is of order ELSE-1, which is not here" in found["ELSE-1"]
    assert "402-77" not in found
    assert parcels(shop, other) == [("AWB-KS-B", "shipped", {"KS-B": 2})], "the others are applied"
    assert parcels(shop, order) == parcels(shop, more) == []
    with shop.inside():
        held = InboxMessage.objects.get(state="dead", subject=order.number)
        fixed = held.raw.decode().replace('"sku": "KS-X"', '"sku": "KS-A"')
        inbox.repair_message(message=held, text=fixed)
        inbox.replay_message(message=held)
    assert parcels(shop, order) == [("AWB-KS-X", "shipped", {"KS-A": 2})]


def test_an_unknown_status_is_kept_and_counts_once_it_is_mapped(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    order = shop.order(shop.goods(), method=CASH)
    shop.push(order)
    invoice = invoice_of(vendor, order)
    invoice |= {"awb_number": "AWB-1", "order_status": "Handed-Over", "shipping_status_id": "NA"}
    vendor.notify("orders", {"orders": [invoice]})
    message = shop.hear()[-1]
    assert (message.state, "not mapped" in message.effect) == ("done", True)
    with shop.inside():
        row = StatusMeaning.objects.get(meaning="")
        assert (row.value, row.label, row.times_seen) == ("handed over", "Handed-Over", 1)
        assert easyecom.map_status(row=row, meaning=Meaning.SHIPPED) == 1
        inbox.handle_due()
    assert parcels(shop, order)[0][:2] == ("AWB-1", "shipped")


def test_what_staff_have_sent_themselves_is_not_sent_again(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    order = shop.order(shop.goods("KS-A"), method=CASH)
    shop.push(order)
    with shop.inside():
        fulfilment.ship_order(order=order, actor=STAFF, tracking_number="AWB-1")
    vendor.ship(invoice_of(vendor, order), "AWB-1")
    vendor.follow(invoice_of(vendor, order), "delivered")
    assert dead(shop.hear()) == {}
    assert parcels(shop, order) == [("AWB-1", "delivered", {"KS-A": 1})]


def test_a_parcel_that_leaves_here_while_its_invoice_is_read_is_that_one(
    shop: Shop, vendor: EasyEcomVendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = shop.order(shop.goods(), quantity=2, method=CASH)
    shop.push(order)

    def match_late(lines: list[OrderLine], invoice: Invoice) -> dict[UUID, int]:
        fulfilment.ship_order(order=order, actor=STAFF, tracking_number=invoice.waybill)
        return match_lines(list(order.lines.all()), invoice)

    monkeypatch.setattr("apps.easyecom.services.parcels.match_lines", match_late)
    vendor.ship(invoice_of(vendor, order), "AWB-1")
    assert dead(shop.hear()) == {}
    assert [each[0] for each in parcels(shop, order)] == ["AWB-1"]


def test_tracking_is_a_hint_to_ask(shop: Shop, vendor: EasyEcomVendor) -> None:
    order = shop.order(shop.goods(), method=CASH)
    shop.push(order)
    invoice = invoice_of(vendor, order)
    vendor.ship(invoice, "AWB-1")
    vendor.follow(invoice, "delivered")
    vendor.waiting.clear()
    vendor.track(invoice)
    shop.hear()
    with shop.inside():
        inbox.handle_due()
    assert parcels(shop, order)[0][:2] == ("AWB-1", "delivered")


def test_two_stores_hear_only_their_own(
    shop: Shop, make_shop: Callable[..., Shop], other_store: Any, vendor: EasyEcomVendor
) -> None:
    theirs = make_shop(other_store)
    order = shop.order(shop.goods(), method=CASH)
    shop.push(order)
    vendor.ship(invoice_of(vendor, order), "AWB-1")
    found = dead(theirs.hear())
    assert "which is not here" in found[order.number]
    assert parcels(shop, order) == []
    with theirs.inside():
        assert not PushedOrder.objects.exists()


def test_loose_values_are_read() -> None:
    row = {
        "invoice_id": "7.0", "order_id": None, "reference_code": "KS-1_OR1_RE2", "awb_number": "NA",
        "last_update_date": "0000-00-00 00:00:00",
        "order_items": [
            {"sku": "A", "item_quantity": "2.0", "cancelled_quantity": "NA"},
            {"sku": "B", "suborder_quantity": 3, "cancelled_quantity": "1", "shipped_quantity": ""},
        ],
    }  # fmt: skip
    invoice = read_invoice(row)
    assert (invoice.number, invoice.waybill, invoice.changed_at) == ("KS-1", "", None)
    assert [(each.sku, each.quantity) for each in invoice.lines] == [("A", 2), ("B", 2)]
    assert [whole_of({"n": each}, "n") for each in ("", None, "NA", "0", -3)] == [
        None,
        None,
        None,
        0,
        -3,
    ]
    for wrong in ("2.5", "nan", "1e3", "12x", [1]):
        with pytest.raises(MalformedMessage, match="The field n must be"):
            whole_of({"n": wrong}, "n")


def test_an_awb_is_the_same_in_small_letters_and_a_long_word_refuses_nothing(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    order = shop.order(shop.goods(), method=CASH)
    shop.push(order)
    with shop.inside():
        fulfilment.ship_order(order=shop.fresh(order), tracking_number="ab123in", actor=STAFF)
    invoice = invoice_of(vendor, order)
    invoice["courier"] = "Delhivery " * 12
    vendor.ship(invoice)
    vendor.manifest(invoice, "AB123IN", courier=invoice["courier"])
    vendor.follow(invoice, "delivered")
    assert dead(shop.hear()) == {}
    assert [each[:2] for each in parcels(shop, order)] == [("ab123in", "delivered")]
