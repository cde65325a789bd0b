"""The pages of ClickPost in a store's admin: buttons of an order, labels, codes, who may press what."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.clickpost.models import Booking, CarrierAccount, ClickPostSettings, StatusCode
from apps.fulfilment.models import Shipment
from apps.orders.models import Order
from tests.backoffice.forms import Fields
from tests.clickpost.desk import signed_in, sold
from tests.vendors.clickpost import ClickPostVendor, label_of

pytestmark = pytest.mark.django_db
Clients = Callable[..., Client]


@pytest.fixture
def packer(desk: ClickPostVendor, store: Any, client_for: Clients) -> Client:
    return signed_in(store, client_for, Role.FULFILMENT)


def press(client: Client, order: Order, button: str) -> str:
    """The page of the order after the button."""
    page = f"/admin/orders/order/{order.pk}/"
    answer = client.post(f"{page}system/clickpost/", {"press": button}, follow=True)
    return str(answer.content.decode())


def submit(client: Client, page: str, **typed: str) -> None:
    """The form as a browser sends it, with what was typed."""
    sent = Fields(client.get(page).content.decode()).sent
    assert client.post(page, {**sent, **typed}).status_code == 302


def test_staff_book_print_and_book_again(
    desk: ClickPostVendor, packer: Client, store: Any, client_for: Clients
) -> None:
    account = CarrierAccount.objects.create(cp_id=4, name="Delhivery")
    other = CarrierAccount.objects.create(cp_id=5, name="Bluedart")
    order = sold()
    page = packer.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert "Book a parcel" in page
    assert "Book with Bluedart" in page
    assert "It is taken by: Delhivery, Bluedart. It takes 2 to 4 days." in press(
        packer, order, "ask:"
    )
    said = press(packer, order, f"book:{other.pk}")
    row = Booking.objects.get()
    assert f"Booked with Bluedart, waybill {row.waybill}" in said
    label = f"/admin/clickpost/booking/{row.pk}/label/"
    assert label in said
    answer = packer.get(label)
    assert (answer.content, answer["Content-Type"]) == (label_of(row.waybill), "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    shipment = packer.get(f"/admin/fulfilment/shipment/{row.shipment_id}/change/")
    assert label in shipment.content.decode()
    reader = signed_in(store, client_for, Role.READ_ONLY)
    assert reader.get(label).status_code == 403
    assert client_for(store).get(label).status_code in (302, 404)
    assert client_for(store).get(f"/media/{row.label_path}").status_code == 404
    refused = reader.post(
        f"/admin/orders/order/{order.pk}/system/clickpost/", {"press": f"cancel:{row.pk}"}
    )
    assert refused.status_code == 403
    said = press(packer, order, f"again:{row.pk}/{account.pk}")
    new = Booking.objects.get(replaces=row)
    assert f"Booked with Delhivery, waybill {new.waybill}" in said
    assert Shipment.objects.get().tracking_number == new.waybill
    assert packer.get(label).status_code == 404, "its waybill is cancelled"
    assert "is cancelled" in press(packer, order, f"cancel:{new.pk}")


def test_a_refusal_is_read_on_the_page(desk: ClickPostVendor, packer: Client) -> None:
    desk.codes["/create-order/"] = [316]
    order = sold()
    said = press(packer, order, "book:")
    assert "ClickPost has no credentials of this carrier" in said
    row = Booking.objects.get()
    assert f"retry:{row.pk}" in said
    assert "Booked with Delhivery" in press(packer, order, f"retry:{row.pk}")
    listed = packer.get("/admin/clickpost/booking/").content.decode()
    assert row.reference in listed


def test_owners_choose_who_books_and_what_codes_mean(
    desk: ClickPostVendor, store: Any, client_for: Clients
) -> None:
    owner = signed_in(store, client_for, Role.OWNER)
    submit(owner, "/admin/clickpost/clickpostsettings/store/change/", booker="itself")
    row = ClickPostSettings.objects.get()
    assert (row.booker, row.automatic_since is not None) == ("itself", True)
    page = f"/admin/clickpost/clickpostsettings/{row.pk}/change/"
    submit(owner, page, height_cm="12")
    again = ClickPostSettings.objects.get()
    assert (again.height_cm, again.automatic_since) == (12, row.automatic_since)
    submit(owner, page, booker="elsewhere")
    assert ClickPostSettings.objects.get().automatic_since is None
    code = StatusCode.objects.create(code="77", name="GatePass", is_mapped=False)
    listed = owner.get("/admin/clickpost/statuscode/").content.decode()
    assert listed.index("GatePass") < listed.index("OrderPlaced"), "unknown ones come first"
    submit(owner, f"/admin/clickpost/statuscode/{code.pk}/change/", status="in_transit")
    code.refresh_from_db()
    assert (code.status, code.is_mapped) == ("in_transit", True)
