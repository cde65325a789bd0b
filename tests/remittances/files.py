"""Files of couriers as they send them, for the tests of remittances."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import Role
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.remittances import services as remittances
from apps.remittances.models import Remittance
from apps.tenancy.context import use_actor, use_store
from tests.api.shop import make_user
from tests.checkout.shop import make_goods
from tests.fulfilment.parcels import CASH, buy, ship
from tests.support.acting import STAFF

LIST = "/admin/remittances/remittance/"


def csv_of(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("cod.csv", "\r\n".join(rows).encode())


@use_actor(STAFF)
def upload(*rows: str, courier: str = "Delhivery", **more: Any) -> Remittance:
    return remittances.upload_remittance(
        file=csv_of(*rows), name="cod.csv", courier=courier, actor=STAFF, **more
    )


def delivered(waybill: str, *, carrier: str = "Delhivery") -> Shipment:
    """A parcel whose cash was collected: one piece, delivery is free."""
    parcel = on_its_way(waybill, carrier=carrier)
    return fulfilment.mark_delivered(shipment=parcel, actor=STAFF)


def on_its_way(waybill: str, *, carrier: str = "Delhivery") -> Shipment:
    order = buy(make_goods(), quantity=1, payment_method=CASH)
    return ship(order, carrier=carrier, tracking_number=waybill)


def signed_in(store: Any, client_for: Callable[..., Client], role: Role) -> Client:
    client, person = client_for(store), make_user(store, role)
    with use_store(store):
        client.force_login(person)
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    return client
