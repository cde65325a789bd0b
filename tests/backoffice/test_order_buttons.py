"""The buttons of an order's page, pressed twice, with wrong input, and without the right."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Role
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.inventory.models import StockItem
from apps.orders.models import Order, OrderLine
from apps.payments.models import Refund
from apps.tenancy.context import use_store
from tests.api.shop import (
    Api,
    fill_cart,
    log_in,
    make_product,
    make_user,
    order_body,
    pay,
    place_order,
)
from tests.backoffice.order_forms import Parcel, assert_kept, buttons_of, field_of
from tests.support.acting import seeing_all


@pytest.fixture
def order(store: Any) -> dict[str, Any]:
    """Three pieces, paid."""
    product = make_product(store, minor=33_333)
    guest = fill_cart(Api(store), product, quantity=3)
    placed: dict[str, Any] = guest.post("orders", order_body(store)).json()
    pay(store, placed)
    return placed


@pytest.fixture
def staff(store: Any, client_for: Callable[..., Client]) -> Callable[[Role], Client]:
    """A browser of one of the staff."""

    def log_in(role: Role) -> Client:
        client = client_for(store)
        person = make_user(store, role)
        with use_store(store):
            client.force_login(person)
        client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
        return client

    return log_in


@pytest.fixture
def press(order: dict[str, Any], staff: Callable[[Role], Client]) -> Callable[..., Any]:
    """Press a button of the order's page, as the owner by default; answers the page that follows."""
    clients: dict[Role, Client] = {}

    def post(verb: str, role: Role = Role.OWNER, **fields: str) -> Any:
        client = clients.setdefault(role, staff(role))
        path = f"/admin/orders/order/{order['id']}/{verb}/"
        data = {"payment": order["payment_id"], "amount": "1.00", **fields}
        return client.post(path, data, follow=True)

    return post


@pytest.fixture
def parcel(store: Any, press: Callable[..., Any]) -> Parcel:
    assert "Shipped" in press("ship").content.decode()
    return Parcel(store)


def test_a_parcel_of_no_pieces_ships_nothing(store: Any, press: Callable[..., Any]) -> None:
    with seeing_all(store):
        line = OrderLine.objects.get()
    press("ship", **{f"quantity-{line.pk}": "0"})
    with seeing_all(store):
        assert not Shipment.objects.exists()
    press("ship", **{f"quantity-{line.pk}": "१"})
    with seeing_all(store):
        assert Shipment.objects.get().lines.get().quantity == 1


@pytest.mark.parametrize(
    ("verb", "field"),
    [("note", "text"), ("refund", "reason"), ("refund", "request_key"), ("cancel", "reason")],
)
def test_text_with_a_null_character_is_refused_in_words(
    press: Callable[..., Any], verb: str, field: str
) -> None:
    page = press(verb, **{field: "a\x00b"})
    assert page.status_code == 200


def test_only_what_is_allowed_now_is_offered(
    store: Any, press: Callable[..., Any], order: Any
) -> None:
    with seeing_all(store):
        line = OrderLine.objects.get()
    always = {"note", "tags", "message"}
    assert (
        buttons_of(press("note", text="x"))
        == {"ship", "refund", "cancel", "invoice", "hold"} | always
    )
    page = press("ship", **{f"quantity-{line.pk}": "1"})
    underway = {"deliver", "return", "refused", "correct", "failed"}
    assert buttons_of(page) == {"ship", "refund", "rest", "invoice", "hold"} | underway | always
    parcel = Parcel(store)
    page = press("rest", reason="Sold out")
    assert buttons_of(page) == {"refund", "invoice"} | underway | always
    page = press("refused", shipment=parcel.id)
    assert buttons_of(page) == {"refund", "return", "resume", "correct", "invoice"} | always
    press("resume", shipment=parcel.id)
    page = press("deliver", shipment=parcel.id)
    assert buttons_of(page) == {"refund", "return", "undo", "prove", "correct", "invoice"} | always
    page = press("return", **parcel.back(restock=1), credit="on", shipping="on")
    assert buttons_of(page) == {"correct", "invoice"} | always


def test_a_refused_parcel_is_asked_about_before_it_goes_out_again_and_keeps_its_reason(
    press: Callable[..., Any], parcel: Parcel
) -> None:
    page = press("refused", shipment=parcel.id, reason="Recipient absent").content.decode()
    assert "Not coming back" not in page
    drawer = next(each for each in page.split("<details")[1:] if "/resume/" in each)
    assert "To the customer again…</summary>" in drawer
    assert "It goes to the customer again</button>" in drawer
    drawer = next(each for each in page.split("<details")[1:] if "/return/" in each)
    assert re.search(r'name="reason"[^>]* value="Recipient absent"', drawer)


def test_the_rest_says_what_goes_back(store: Any, press: Callable[..., Any]) -> None:
    with seeing_all(store):
        line = OrderLine.objects.get()
    press("ship", **{f"quantity-{line.pk}": "1"})

    page = press("ship", **{f"quantity-{line.pk}": "3"}).content.decode()
    refused = f"3 of {line.title} ({line.sku}) can&#x27;t be sent. Still to be sent: 2."
    assert refused in page

    page = press("rest", reason="Sold out").content.decode()
    assert "Its pieces can be sold again. ₹666.66 goes back to the customer." in page


def test_a_return_with_its_money(store: Any, press: Callable[..., Any], parcel: Parcel) -> None:
    press("deliver", shipment=parcel.id)
    page = press("return", **parcel.back(restock=1, write_off=1), credit="on", reason="Torn")

    with seeing_all(store):
        row = ParcelReturn.objects.get()
        assert (row.credited_minor, row.reason) == (66_666, "Torn")
        assert StockItem.objects.get().on_hand == 8
    assert "₹666.66 given back" in page.content.decode()
    assert "2 came back" in page.content.decode()


def test_an_amount_as_the_store_writes_it(
    store: Any, press: Callable[..., Any], parcel: Parcel
) -> None:
    fields = {**parcel.back(restock=1), "credit": "on", "amount": "₹ 0,100.50"}
    press("return", **fields)
    with seeing_all(store):
        assert not ParcelReturn.objects.exists()
    press("return", **{**fields, "amount": "₹100.50"})
    with seeing_all(store):
        assert ParcelReturn.objects.get().credited_minor == 10_050


@pytest.mark.parametrize("typed", ["-1", "x", "9999999", "1.5"])
def test_a_wrong_number_of_pieces_is_said_and_nothing_moves(
    store: Any, press: Callable[..., Any], parcel: Parcel, typed: str
) -> None:
    fields = {**parcel.back(), f"restock-{parcel.line.pk}": typed}
    page = press("return", **fields)
    assert page.status_code == 200
    assert "is not a number of pieces" in page.content.decode()
    with seeing_all(store):
        assert not ParcelReturn.objects.exists()


def test_a_double_press_records_one_return(
    store: Any, press: Callable[..., Any], parcel: Parcel
) -> None:
    for _ in range(2):
        press("return", **parcel.back(restock=1), credit="on", request_key="page-1")
    with seeing_all(store):
        assert ParcelReturn.objects.count() == Refund.objects.count() == 1


def test_a_page_that_is_sent_again_with_another_amount_is_another_refund(
    store: Any, press: Callable[..., Any]
) -> None:
    for amount in ("1.00", "1.00", "0.50"):
        press("refund", amount=amount, reason="Late", request_key="page-1")
    with seeing_all(store):
        assert sorted(Refund.objects.values_list("amount_minor", flat=True)) == [50, 100]


def test_who_may_not_refund_gives_no_money(
    store: Any, press: Callable[..., Any], parcel: Parcel
) -> None:
    page = press("return", Role.FULFILMENT, **parcel.back(restock=1), credit="on")
    assert page.status_code == 403
    page = press("return", Role.FULFILMENT, **parcel.back(restock=1))
    assert "your role may not give refunds" in page.content.decode()
    with seeing_all(store):
        assert ParcelReturn.objects.get().credited_minor == 0


def test_a_paid_order_is_cancelled_by_those_who_may_refund(
    store: Any, order: dict[str, Any], press: Callable[..., Any], staff: Callable[[Role], Client]
) -> None:
    page = f"/admin/orders/order/{order['id']}/change/"
    assert "To cancel it gives money back" in staff(Role.FULFILMENT).get(page).content.decode()
    for role in (Role.FULFILMENT, Role.SUPPORT):
        said = press("cancel", role, reason="Sold out").content.decode()
        assert "This would give money back" in said
        answer = log_in(store, make_user(store, role)).patch(
            f"orders/{order['id']}/status", {"status": "cancelled", "reason": "Sold out"}
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "refund_not_allowed")
    with seeing_all(store):
        assert Order.objects.get().cancelled_at is None
        assert not Refund.objects.exists()
    unpaid = place_order(store)
    packer = log_in(store, make_user(store, Role.FULFILMENT))
    done = packer.patch(
        f"orders/{unpaid['id']}/status", {"status": "cancelled", "reason": "Sold out"}
    )
    assert done.status_code == 200, done.content
    assert "Cancelled." in press("cancel", reason="Sold out").content.decode()
    with seeing_all(store):
        assert not Order.objects.filter(cancelled_at=None).exists()


def test_the_rest_of_a_paid_order_is_cancelled_by_those_who_may_refund(
    store: Any, order: dict[str, Any], press: Callable[..., Any]
) -> None:
    with seeing_all(store):
        line = OrderLine.objects.get()
    press("ship", **{f"quantity-{line.pk}": "1"})
    said = press("rest", Role.FULFILMENT, reason="Sold out").content.decode()
    assert "This would give money back" in said
    with seeing_all(store):
        line.refresh_from_db()
        assert (line.fulfilled_quantity, line.cancelled_quantity) == (1, 0)
        assert not Refund.objects.exists()


@pytest.mark.parametrize(
    "verb", ["return", "refused", "resume", "undo", "prove", "correct", "deliver"]
)
def test_support_may_not_touch_parcels(
    store: Any, press: Callable[..., Any], parcel: Parcel, verb: str
) -> None:
    assert press(verb, Role.SUPPORT, **parcel.back(restock=1)).status_code == 403
    with seeing_all(store):
        assert Shipment.objects.get().state == "shipped"
        assert not ParcelReturn.objects.exists()


def test_tracking_is_corrected(store: Any, press: Callable[..., Any], parcel: Parcel) -> None:
    page = press("correct", shipment=parcel.id, carrier="Blue Dart", tracking_number="BD 2")
    assert "Blue Dart" in page.content.decode()
    wrong = press("correct", shipment=parcel.id, tracking_url="javascript:alert(1)")
    assert wrong.status_code == 200
    with seeing_all(store):
        row = Shipment.objects.get()
        assert (row.carrier, row.tracking_number, row.tracking_url) == ("Blue Dart", "BD 2", "")


@pytest.mark.parametrize(
    "verb", ["return", "refused", "resume", "undo", "prove", "correct", "deliver"]
)
def test_a_parcel_of_another_order_is_not_found(
    store: Any, press: Callable[..., Any], parcel: Parcel, verb: str
) -> None:
    for wrong in ("", "x", "00000000-0000-0000-0000-000000000000"):
        assert press(verb, shipment=wrong).status_code == 404


def test_the_page_costs_the_same_with_more_parcels(
    store: Any,
    press: Callable[..., Any],
    parcel: Parcel,
    staff: Callable[[Role], Client],
    order: Any,
) -> None:
    client, path = staff(Role.OWNER), f"/admin/orders/order/{order['id']}/change/"
    press("return", **parcel.back(restock=1), credit="on")
    client.get(path)  # what a session reads once
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    press("return", **parcel.back(restock=1), credit="on")
    press("return", **parcel.back(write_off=1))
    with CaptureQueriesContext(connection) as three:
        client.get(path)
    assert len(three) == len(one)


def test_a_note_that_is_too_long_stays_in_its_field(press: Callable[..., Any]) -> None:
    text = "n" * 2001
    page = press("note", text=text)
    assert page.status_code == 200
    assert_kept(page, "note", "text", text)
    assert 'value=""' in field_of(press("note", text="Fine"), "note", "text")


@pytest.mark.parametrize("amount", ["100000000.00", "0", "a lot", "-1", "1,2,3"])
def test_a_refund_that_is_refused_keeps_its_amount_and_its_reason(
    store: Any, press: Callable[..., Any], amount: str
) -> None:
    page = press("refund", amount=amount, reason="Came <late>")
    assert_kept(page, "refund", "amount", amount)
    assert 'value="Came &lt;late&gt;"' in field_of(page, "refund", "reason")
    assert re.search(r"<details[^>]* open><summary[^>]*>Refund", page.content.decode())
    with seeing_all(store):
        assert not Refund.objects.exists()


def test_a_parcel_that_can_not_be_sent_keeps_what_was_typed(
    store: Any, press: Callable[..., Any]
) -> None:
    with seeing_all(store):
        quantity = f"quantity-{OrderLine.objects.get().pk}"
    typed = {quantity: "2", "carrier": "Blue Dart", "tracking_url": "javascript:alert(1)"}
    page = press("ship", **typed)
    assert_kept(page, "ship", "tracking_url", typed["tracking_url"])
    assert 'value="Blue Dart"' in field_of(page, "ship", "carrier")
    assert 'value="2"' in field_of(page, "ship", quantity)
    page = press("ship", **{**typed, quantity: "two", "tracking_url": ""})
    assert_kept(page, "ship", quantity, "two")


def test_a_return_that_is_refused_keeps_what_was_typed(
    press: Callable[..., Any], parcel: Parcel
) -> None:
    press("deliver", shipment=parcel.id)
    typed = {**parcel.back(restock=1, write_off=1), "amount": "99999999", "reason": "Torn"}
    page = press("return", **typed, credit="on")
    assert_kept(page, "return", "amount", "99999999")
    assert 'value="1"' in field_of(page, "return", f"restock-{parcel.line.pk}")
    assert 'value="Torn"' in field_of(page, "return", "reason")
    assert "checked" in field_of(page, "return", "credit")
    page = press("return", **{**typed, "amount": "", f"restock-{parcel.line.pk}": "x"})
    assert_kept(page, "return", f"restock-{parcel.line.pk}", "x")
    assert "checked" not in field_of(page, "return", "credit")


def test_reasons_that_are_too_long_stay_in_their_fields(
    press: Callable[..., Any], parcel: Parcel
) -> None:
    reason = "r" * 201
    assert_kept(press("refused", shipment=parcel.id, reason=reason), "refused", "reason", reason)
    press("deliver", shipment=parcel.id)
    assert_kept(press("undo", shipment=parcel.id, reason=reason), "undo", "reason", reason)


def test_a_cancellation_that_is_refused_keeps_its_reason(press: Callable[..., Any]) -> None:
    reason = "r" * 201
    assert_kept(press("cancel", reason=reason), "cancel", "reason", reason)
