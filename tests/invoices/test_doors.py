"""The PDF file is open to the buyer with an account, to the holder of the order's link and to staff with the right; every other request gets 404."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from apps.accounts.roles import Role
from apps.fulfilment.models import Shipment
from apps.invoices import services as invoices
from apps.invoices.models import Document, PrintedFile
from apps.orders.models import Order
from apps.tenancy.context import use_store
from tests.api.shop import Api, log_in, make_user, pay, place_order
from tests.backoffice.sessions import rename_session
from tests.fulfilment.parcels import ship
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Sold:
    """A guest's order with its invoice and a parcel."""

    order: Order
    document: Document
    shipment: Shipment

    @property
    def page(self) -> str:
        return f"/orders/{self.order.access_token}/documents/{self.document.pk}/"

    @property
    def endpoint(self) -> str:
        return f"orders/{self.order.pk}/documents/{self.document.pk}/pdf"


@pytest.fixture
def sold(store: Any) -> Sold:
    return sell(store)


def sell(store: Any) -> Sold:
    placed = place_order(store)
    pay(store, placed)
    with seeing_all(store):
        order = Order.objects.get(pk=placed["id"])
        document = invoices.issue_invoice(order=order)
        return Sold(order, document, ship(order))


def test_the_holder_of_the_link_gets_the_file(store: Any, client_for: Any, sold: Sold) -> None:
    guest = client_for(store)
    assert sold.page in guest.get(f"/orders/{sold.order.access_token}/").content.decode()
    answer = guest.get(sold.page)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert answer.content == guest.get(sold.page).content


def test_the_link_of_another_order_gets_nothing(store: Any, client_for: Any, sold: Sold) -> None:
    other = sell(store)
    wrong = f"/orders/{other.order.access_token}/documents/{sold.document.pk}/"
    assert client_for(store).get(wrong).status_code == 404


def test_another_store_gets_nothing(other_store: Any, client_for: Any, sold: Sold) -> None:
    assert client_for(other_store).get(sold.page).status_code == 404


def test_the_file_is_at_no_public_address(store: Any, client_for: Any, sold: Sold) -> None:
    guest = client_for(store)
    guest.get(sold.page)
    with seeing_all(store):
        path = PrintedFile.objects.get().path
    for name in (path, path.replace("private", "PRIVATE"), f"theme/../{path}", f"./{path}"):
        assert guest.get(f"/media/{name}").status_code == 404, name


def test_the_api_gives_it_to_the_buyer_and_to_staff(store: Any, sold: Sold) -> None:
    guest = Api(store)
    listed = guest.get(f"orders/{sold.order.pk}/documents?token={sold.order.access_token}")
    assert [row["number"] for row in listed.json()["results"]] == [sold.document.number]
    with_token = f"{sold.endpoint}?token={sold.order.access_token}"
    assert guest.get(with_token).content.startswith(b"%PDF")
    assert guest.get(sold.endpoint).status_code == 404
    stranger = log_in(store, make_user(store))
    assert stranger.get(sold.endpoint).status_code == 404
    staff = log_in(store, make_user(store, Role.FULFILMENT, is_staff=True))
    assert staff.get(sold.endpoint).status_code == 200


def test_staff_see_files_and_slips_in_the_admin(
    store: Any, client_for: Callable[..., Client], sold: Sold
) -> None:
    client = client_for(store)
    with use_store(store):
        client.force_login(make_user(store, Role.FULFILMENT, is_staff=True))
    client = rename_session(client, f"session_{store.slug}")
    for path in (
        f"/admin/invoices/document/{sold.document.pk}/pdf/",
        f"/admin/fulfilment/shipment/{sold.shipment.pk}/slip/",
    ):
        assert client.get(path).content.startswith(b"%PDF"), path
        assert client_for(store).get(path).status_code == 302
