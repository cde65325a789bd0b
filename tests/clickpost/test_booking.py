"""Parcels are booked with carriers: one waybill for each, with the right cash, shipped once with its number."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage

from apps.clickpost import services as clickpost
from apps.clickpost.errors import BookingMovedOn, NothingToBook
from apps.clickpost.integration_checks import check_clickpost
from apps.clickpost.models import Booking, CarrierAccount, ClickPostSettings, FollowedParcel
from apps.clickpost.states import BookingState
from apps.common.clock import now
from apps.events.models import OutboxMessage
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.integrations.selectors import find_integration
from apps.inventory import services as inventory
from apps.inventory.models import Warehouse
from apps.notifications.models import SentMail
from apps.orders import services as orders
from apps.platform.dead_ends import dead_end, list_dead_ends, resolve_dead_end
from apps.platform.outside_checks import Limits
from apps.tenancy.context import use_actor
from tests.checkout.shop import assert_adds_up, make_cart, make_goods, place, stock_of
from tests.clickpost.desk import PLACE, booked, books_itself, hear, sold, work
from tests.fulfilment.parcels import CASH, sell_with_gst
from tests.payments.bank import pay_and_tell
from tests.support.acting import STAFF, SYSTEM
from tests.vendors.base import Fault
from tests.vendors.clickpost import ClickPostVendor, label_of

pytestmark = pytest.mark.django_db
_S = BookingState


def test_a_paid_order_is_booked_shipped_and_its_buyer_reads_the_number(
    desk: ClickPostVendor,
) -> None:
    books_itself()
    order = sold(quantity=2)
    row, parcel = booked(order)

    kept = desk.parcels[order.number]
    assert (row.reference, row.waybill, row.carrier) == (order.number, kept.waybill, "Delhivery")
    assert (parcel.tracking_number, parcel.carrier) == (kept.waybill, "Delhivery")
    body = kept.body
    assert kept.version == "v3"
    assert body["pickup_info"]["pickup_phone"] == "08040000010"[-10:]
    assert body["pickup_info"]["pickup_state"] == "Karnataka"
    assert body["drop_info"] == {
        "drop_name": "Asha Rao",
        "drop_phone": "9845012345",
        "drop_email": "asha@example.com",
        "drop_pincode": "560025",
        "drop_address": "12 Residency Road",
        "drop_city": "Bengaluru",
        "drop_state": "Karnataka",
        "drop_country": "IN",
    }
    details = body["shipment_details"]
    assert (details["order_type"], details["cod_value"]) == ("PREPAID", 0)
    assert details["invoice_value"] == order.total_minor / 100
    assert details["weight"] == 2 * 250 + 50
    assert (details["items"][0]["quantity"], details["courier_partner"]) == (2, 4)
    with default_storage.open(row.label_path) as file:
        assert file.read() == label_of(row.waybill)
    assert row.label_path.startswith("private/")
    mails = [mail for mail in SentMail.objects.all() if kept.waybill in mail.text]
    assert len(mails) == 1
    work()
    assert desk.count("/create-order/") == 1
    order.refresh_from_db()
    assert order.fulfilment_state == "shipped"
    assert_adds_up(order)
    found = find_integration("clickpost")
    assert found is not None
    assert found.last_contact_at is not None


def test_cash_is_due_with_the_parcels_that_bring_it(desk: ClickPostVendor) -> None:
    books_itself()
    order = sold(quantity=3, payment_method=CASH)
    first = order.lines.get()
    fulfilment.ship_order(order=order, lines={first.pk: 1}, actor=STAFF)
    work()
    order.refresh_from_db()
    details = desk.parcels[order.number].body["shipment_details"]
    assert details["order_type"] == "COD"
    assert details["cod_value"] == 2 * first.total_minor / 3 / 100, "delivery is due with the first"
    whole = sold(quantity=1, payment_method=CASH)
    work()
    details = desk.parcels[whole.number].body["shipment_details"]
    assert details["cod_value"] == details["invoice_value"] == whole.total_minor / 100
    assert desk.parcels[whole.number].cp_id == 4, "the other carrier takes no cash"


def test_value_taxable_value_and_tax_of_a_parcel_add_up(desk: ClickPostVendor) -> None:
    books_itself()
    goods = sell_with_gst()
    paid, cash = sold(1, goods), sold(2, goods, payment_method=CASH)
    work()
    part = sold(3, goods)
    ClickPostSettings.objects.update(booker="staff")
    fulfilment.ship_order(order=part, lines={part.lines.get().pk: 2}, actor=STAFF)
    clickpost.begin_bookings(order=part, actor=STAFF)
    work()
    for order, value, tax in ((paid, 639, 97.48), (cash, 1229, 187.48), (part, 590, 90)):
        body = desk.parcels[order.number].body
        details, gst = body["shipment_details"], body["gst_info"]
        assert (details["invoice_value"], gst["gst_total_tax"]) == (value, tax)
        assert gst["taxable_value"] == round(value - tax, 2)
        assert gst["cgst_amount"] == gst["sgst_amount"] == tax / 2
        assert gst["cgst_tax_rate"] == gst["sgst_tax_rate"] == 9


def test_nothing_is_booked_that_must_not_be_sent(desk: ClickPostVendor) -> None:
    books_itself()
    held = sold()
    orders.hold_order(order=held, reason="Looks odd", actor=STAFF)
    work()
    assert not Booking.objects.exists()
    orders.release_order(order=held, actor=STAFF)
    assert clickpost.book_what_waits() == 1
    assert clickpost.book_what_waits() == 0
    work()
    assert Shipment.objects.get().tracking_number == desk.parcels[held.number].waybill
    with pytest.raises(NothingToBook):
        clickpost.begin_bookings(order=held, actor=STAFF)
    ClickPostSettings.objects.update(automatic_since=now() + timedelta(hours=1))
    sold()
    work()
    assert clickpost.book_what_waits() == 0
    assert desk.count("/create-order/") == 1


@pytest.mark.parametrize("door", ["message", "sweep"])
def test_an_order_from_before_that_is_paid_only_now_is_booked(
    desk: ClickPostVendor, door: str
) -> None:
    paid, unpaid = sold(), place(make_cart(make_goods()))
    work()
    books_itself()
    if door == "sweep":
        orders.hold_order(order=unpaid.order, reason="Looks odd", actor=STAFF)
    with use_actor(SYSTEM):
        pay_and_tell(unpaid.payment)
    work()
    if door == "sweep":
        unpaid.order.refresh_from_db()
        orders.release_order(order=unpaid.order, actor=STAFF)
        assert clickpost.book_what_waits() == 1
        work()
    assert clickpost.book_what_waits() == 0
    assert list(desk.parcels) == [unpaid.order.number], paid.number


def test_each_warehouse_sends_a_parcel_of_its_own(desk: ClickPostVendor) -> None:
    near = make_goods(stock=1)
    far = Warehouse.objects.create(
        code="far", name="Far", priority=20, **{**PLACE, "postal_code": "110001", "region": "DL"}
    )
    inventory.receive_stock(variant_ref=near.variant_ref, sku=near.sku, quantity=5, warehouse=far)
    order = sold(quantity=6, goods=near)
    first, second = clickpost.begin_bookings(order=order, actor=STAFF)
    assert (first.reference, second.reference) == (order.number, f"{order.number}-P2")
    work()
    codes = [
        desk.parcels[row.reference].body["pickup_info"]["pickup_pincode"] for row in (first, second)
    ]
    counts = [
        desk.parcels[row.reference].body["shipment_details"]["items"][0]["quantity"]
        for row in (first, second)
    ]
    assert sorted(zip(codes, counts, strict=True)) == [("110001", 5), ("560100", 1)]
    order.refresh_from_db()
    assert order.fulfilment_state == "shipped"
    assert_adds_up(order)


def test_lost_answers_doubles_and_waits_make_one_waybill(desk: ClickPostVendor) -> None:
    books_itself()
    order = sold()
    desk.queued = 1
    desk.faults += [
        Fault("status", "/recommendation_api/", status=429),
        Fault("html", "/create-order/"),
        Fault("lose", "/create-order/", times=2),
        Fault("status", "/create-order/", status=503),
    ]
    desk.codes["/create-order/"] = [322, 354, 504]
    for _ in range(12):
        work()
    row, parcel = booked(order)
    assert len(desk.parcels) == 1
    assert Shipment.objects.filter(order=order).count() == 1
    assert parcel.tracking_number == row.waybill == desk.parcels[order.number].waybill
    assert row.error == ""
    assert desk.count("/create-order/") >= 7


def test_what_the_merchant_has_to_correct_is_said_in_words(desk: ClickPostVendor) -> None:
    books_itself()
    Warehouse.objects.update(phone="", postal_code="5601")
    order = sold()
    work()
    row = Booking.objects.get()
    assert row.state == _S.REFUSED
    assert "phone number of the warehouse needs 10 digits" in row.error
    assert "PIN code of the warehouse needs 6 digits" in row.error
    assert not desk.calls, "before ClickPost is asked"
    Warehouse.objects.update(**PLACE)
    kind = dead_end.items()["clickpost.refused"]
    (found,) = list_dead_ends(kind)
    assert (found.order_id, "phone number" in found.why) == (order.pk, True)
    (trouble,) = [each for each in check_clickpost(Limits()) if each.kind == "refused"]
    assert (trouble.is_bad, trouble.count) == (True, 1)
    assert "phone number" in trouble.what
    assert (found.since, found.remedy) == (row.updated_at, "Correct the order")
    for status, words in ((352, "enter the account code"), (316, "credentials"), (777, "code 777")):
        desk.codes["/create-order/"] = [status]
        left = resolve_dead_end(kind=kind, key=found.key, actor=STAFF).left
        assert left is not None
        assert words in left.why.replace("with the code", "code")
    assert resolve_dead_end(kind=kind, key=found.key, actor=STAFF).left is None
    assert Booking.objects.get().state == _S.SHIPPED
    assert resolve_dead_end(kind=kind, key=found.key, actor=STAFF).is_gone


def test_a_place_where_no_carrier_goes_is_refused_clearly(desk: ClickPostVendor) -> None:
    desk.closed_codes.add("560025")
    order = sold(payment_method=CASH)
    clickpost.begin_bookings(order=order, actor=STAFF)
    work()
    assert "takes cash on delivery from 560100 to 560025" in Booking.objects.get().error
    offers, days = clickpost.ask_carriers(order=order)
    assert (offers, days) == ([], None)
    desk.closed_codes.clear()
    offers, days = clickpost.ask_carriers(order=order)
    assert ([each.cp_id for each in offers], days) == ([4], (2, 4))
    desk.has_recommendation = False
    CarrierAccount.objects.create(cp_id=4, name="Delhivery", account_code="delhivery surface")
    clickpost.retry_booking(booking=Booking.objects.get(), actor=STAFF)
    work()
    assert desk.parcels[order.number].account_code == "delhivery surface"


@pytest.mark.parametrize("change", ["cancelled", "shipped"])
def test_an_order_that_changed_meanwhile_gives_its_waybill_back(
    desk: ClickPostVendor, change: str
) -> None:
    goods = make_goods()
    order = sold(goods=goods)
    (row,) = clickpost.begin_bookings(order=order, actor=STAFF)
    desk.faults.append(Fault("lose", "/create-order/"))
    work()
    assert (len(desk.parcels), Booking.objects.get().state) == (1, _S.WAITING)
    if change == "cancelled":
        fulfilment.cancel(order=order, reason="Changed their mind", actor=STAFF)
    else:
        fulfilment.ship_order(order=order, tracking_number="OWN-1", actor=STAFF)
    work()
    row.refresh_from_db()
    assert row.state == _S.CANCELLED
    assert desk.parcels[order.number].is_cancelled
    assert desk.count("/cancel-order/", "GET") == 1
    assert Shipment.objects.filter(order=order).count() == (change == "shipped")
    assert stock_of(goods)[0] == (8 if change == "shipped" else 10)


def test_a_waybill_that_is_not_cancelled_waits_for_people(desk: ClickPostVendor) -> None:
    order = sold()
    clickpost.begin_bookings(order=order, actor=STAFF)
    desk.faults.append(Fault("lose", "/create-order/"))
    work()
    fulfilment.cancel(order=order, reason="", actor=STAFF)
    desk.codes["/cancel-order/"] = [350]
    work()
    row = Booking.objects.get()
    assert row.state == _S.STRAY
    kind = dead_end.items()["clickpost.stray"]
    (found,) = list_dead_ends(kind)
    assert row.waybill in found.why
    assert resolve_dead_end(kind=kind, key=found.key, actor=STAFF).left is None
    row.refresh_from_db()
    assert row.state == _S.CANCELLED


def test_staff_book_again_with_another_carrier(desk: ClickPostVendor) -> None:
    books_itself()
    row, parcel = booked(sold())
    other = CarrierAccount.objects.create(
        cp_id=5,
        name="Bluedart",
        account_code="bluedart air",
        tracking_url="https://b.example/{waybill}",
    )
    new = clickpost.book_again(booking=row, account=other, actor=STAFF)
    assert clickpost.book_again(booking=row, account=other, actor=STAFF).pk == new.pk
    work()
    row.refresh_from_db()
    new.refresh_from_db()
    parcel.refresh_from_db()
    assert (row.state, new.state) == (_S.CANCELLED, _S.SHIPPED)
    assert new.reference == f"{row.reference}-R1"
    assert desk.parcels[row.reference].is_cancelled
    assert (parcel.carrier, parcel.tracking_number) == ("Bluedart", new.waybill)
    assert parcel.tracking_url == f"https://b.example/{new.waybill}"
    assert Shipment.objects.count() == 1
    assert [new.waybill in mail.text for mail in SentMail.objects.all()].count(True) == 1
    desk.pick_up(new.reference)
    hear(desk)
    with pytest.raises(BookingMovedOn):
        clickpost.cancel_booking(booking=new, actor=STAFF)


def test_a_label_never_keeps_a_parcel_back(desk: ClickPostVendor, settings: Any) -> None:
    books_itself()
    for label, words in ((b"<html>", "no PDF file"), (b"%PDF" + b"x" * 2000, "longer than")):
        settings.CLICKPOST_LABEL_BYTES = 1000
        desk.label = label
        row, _parcel = booked(sold())
        assert (row.label_path, words in row.label_error) == ("", True)
    settings.ALLOW_PRIVATE_WEB_HOSTS = False
    row, _parcel = booked(sold())
    assert row.label_error, "an address in our own network"
    settings.ALLOW_PRIVATE_WEB_HOSTS = True
    desk.label = b"%PDF-1.4 small"
    assert clickpost.fetch_missing_labels() == 3
    row.refresh_from_db()
    assert clickpost.read_label(row) == b"%PDF-1.4 small"


def test_a_store_that_is_not_connected_hears_nothing(unconnected: ClickPostVendor) -> None:
    sold()
    assert not OutboxMessage.objects.filter(consumer__startswith="clickpost.").exists()
    relay_outbox()
    assert not unconnected.calls


def test_a_parcel_that_has_left_with_the_waybill_is_that_of_the_booking(
    desk: ClickPostVendor,
) -> None:
    """The answer was lost, and the warehouse was quicker with the label."""
    order = sold()
    (row,) = clickpost.begin_bookings(order=order, actor=STAFF)
    desk.faults.append(Fault("lose", "/create-order/"))
    work()
    kept = desk.parcels[order.number]
    left = fulfilment.ship_order(order=order, actor=STAFF, tracking_number=kept.waybill)
    work()
    row.refresh_from_db()
    assert (row.state, row.shipment_id, row.error) == (_S.SHIPPED, left.pk, "")
    assert not kept.is_cancelled
    assert FollowedParcel.objects.get().shipment_id == left.pk
    assert_adds_up(order)
