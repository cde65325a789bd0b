"""Proof of delivery: kept with the parcel, shown to the buyer, never a public file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.common.actor import Actor
from apps.common.errors import InvalidInput
from apps.fulfilment import services as fulfilment
from apps.fulfilment.errors import NotDelivered
from apps.fulfilment.models import Shipment
from tests.api.shop import picture
from tests.checkout.shop import make_goods
from tests.fulfilment.parcels import buy

pytestmark = pytest.mark.django_db

CLERK = Actor.system("test")


@pytest.fixture
def parcel(in_store: Any, as_staff: None) -> Shipment:
    order = buy(make_goods(), quantity=1)
    return fulfilment.ship_order(order=order, actor=CLERK)


def photo(content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile("door.png", content or picture().getvalue())


def kept_files() -> set[str]:
    folder = "private/deliveries"
    return set(default_storage.listdir(folder)[1]) if default_storage.exists(folder) else set()


def test_the_buyer_sees_who_took_it_in_and_others_see_nothing(
    store: Any, parcel: Shipment, client_for: Callable[..., Client]
) -> None:
    fulfilment.mark_delivered(shipment=parcel, actor=CLERK)
    parcel.refresh_from_db()
    proved = fulfilment.save_proof(
        shipment=parcel, received_by="  Asha  Rao ", photo=photo(), actor=CLERK
    )
    assert proved.received_by == "Asha Rao"
    token, guest = parcel.order.access_token, client_for(store)
    address = f"/orders/{token}/parcels/{parcel.pk}/proof/"
    page = guest.get(f"/orders/{token}/").content.decode()
    assert "Received by Asha Rao" in page
    assert address in page
    assert guest.get(address)["Content-Type"] == "image/png"
    assert guest.get(f"/media/{proved.proof_photo}").status_code == 404
    other = buy(make_goods(), quantity=1)
    wrong = f"/orders/{other.access_token}/parcels/{parcel.pk}/proof/"
    assert guest.get(wrong).status_code == 404


def test_a_proof_needs_a_delivery_and_something_to_show(parcel: Shipment) -> None:
    before = kept_files()
    with pytest.raises(NotDelivered):
        fulfilment.save_proof(shipment=parcel, received_by="Asha", photo=photo(), actor=CLERK)
    fulfilment.mark_delivered(shipment=parcel, actor=CLERK)
    parcel.refresh_from_db()
    with pytest.raises(InvalidInput) as nothing:
        fulfilment.save_proof(shipment=parcel, received_by=" ", actor=CLERK)
    assert "received_by" in nothing.value.fields
    with pytest.raises(InvalidInput) as wrong:
        fulfilment.save_proof(shipment=parcel, photo=photo(b"not a picture"), actor=CLERK)
    assert "photo" in wrong.value.fields
    assert kept_files() == before


def test_a_delivery_that_was_undone_names_no_receiver(
    parcel: Shipment, django_capture_on_commit_callbacks: Any
) -> None:
    fulfilment.mark_delivered(shipment=parcel, actor=CLERK)
    parcel.refresh_from_db()
    fulfilment.save_proof(shipment=parcel, received_by="Asha", actor=CLERK)
    fulfilment.save_proof(shipment=parcel, received_by="Asha", actor=CLERK)
    assert parcel.events.filter(kind="shipment.proved").count() == 1
    fulfilment.save_proof(shipment=parcel, received_by="Asha", photo=photo(), actor=CLERK)
    wrong = Path(Shipment.objects.get().proof_photo).name
    with django_capture_on_commit_callbacks(execute=True):
        undone = fulfilment.undo_delivery(shipment=parcel, actor=CLERK, reason="Wrong parcel")
    assert (undone.received_by, undone.proof_photo) == ("", "")
    assert wrong not in kept_files()
