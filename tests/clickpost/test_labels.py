"""Labels of several parcels as one file: chosen in a list, in its order, without those that can't be printed."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from pypdf import PdfReader

from apps.accounts.models import Role
from apps.backoffice.store import label_printing
from apps.clickpost.models import Booking
from apps.tenancy.context import use_store
from tests.clickpost.desk import booked, books_itself, signed_in, sold
from tests.vendors.clickpost import ClickPostVendor

pytestmark = pytest.mark.django_db
Clients = Callable[..., Client]
PARCELS, BOOKINGS = "/admin/fulfilment/shipment/", "/admin/clickpost/booking/"


def choose(client: Client, page: str, keys: list[Any]) -> str:
    """The page after the action of a list."""
    sent = {"action": "print_labels", "_selected_action": [str(key) for key in keys]}
    return str(client.post(page, sent, follow=True).content.decode())


def press_print(client: Client, page: str) -> list[str]:
    """The words of each page of the file that the button makes."""
    keys = re.findall(r'name="booking" value="([^"]+)"', page)
    answer = client.post(f"{BOOKINGS}labels/", {"booking": keys})
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    return [page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages]


def keep(row: Booking, content: bytes) -> None:
    path = default_storage.save("private/carrier_labels/other.pdf", ContentFile(content))
    Booking.objects.filter(pk=row.pk).update(label_path=path)


def test_chosen_labels_are_one_file_in_the_order_of_the_list(
    desk: ClickPostVendor, store: Any, other_store: Any, client_for: Clients
) -> None:
    books_itself()
    found = [booked(sold(quantity=1)) for _ in range(7)]
    rows, parcels = [row for row, _parcel in found], [parcel.pk for _row, parcel in found]
    keep(rows[1], b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    keep(rows[2], b"%PDF-1.4 broken")
    default_storage.delete(rows[3].label_path)
    Booking.objects.filter(pk=rows[4].pk).update(state="cancelled")
    Booking.objects.filter(pk=rows[5].pk).update(label_path="", label_error="The label is longer.")
    good = [f"AWB {row.waybill}" for row in (rows[0], rows[6])]
    packer = signed_in(store, client_for, Role.FULFILMENT)
    for path, keys in ((PARCELS, parcels), (BOOKINGS, [row.pk for row in rows])):
        page = choose(packer, path, keys)
        assert press_print(packer, page) == good[::-1], "the newest first"
        for words in ("is no PDF file", "can&#x27;t be read", "not there any more", "is cancelled", "The label is longer."):  # fmt: skip
            assert words in page, words
    page = choose(packer, f"{PARCELS}?o=5", parcels[:1] + parcels[6:])
    assert "Print 2 labels" in page
    by_number = choose(packer, f"{BOOKINGS}?o=1", [rows[6].pk, rows[0].pk])
    sorted_rows = sorted((rows[0], rows[6]), key=lambda row: row.reference)
    assert press_print(packer, by_number) == [f"AWB {row.waybill}" for row in sorted_rows]
    assert "has a label" in choose(packer, PARCELS, parcels[1:3])
    answer = packer.post(f"{BOOKINGS}labels/", {"booking": [str(rows[2].pk), "x"]}, follow=True)
    assert "read" in str(next(iter(answer.context["messages"])))
    foreign = signed_in(other_store, client_for, Role.OWNER)
    with use_store(other_store):
        answer = foreign.post(f"{BOOKINGS}labels/", {"booking": [str(rows[0].pk)]})
    assert answer.status_code == 302, "it has no such booking"


def test_who_prints_no_labels_has_no_action(
    desk: ClickPostVendor, store: Any, client_for: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    books_itself()
    row, parcel = booked(sold())
    reader = signed_in(store, client_for, Role.READ_ONLY)
    assert "print_labels" not in reader.get(PARCELS).content.decode()
    assert "Labels to print" not in choose(reader, PARCELS, [parcel.pk])
    assert reader.post(f"{BOOKINGS}labels/", {"booking": [str(row.pk)]}).status_code == 403
    packer = signed_in(store, client_for, Role.FULFILMENT)
    monkeypatch.setattr(label_printing.clickpost, "MOST_LABELS", 0)
    assert "At most 0 labels" in choose(packer, PARCELS, [parcel.pk])
