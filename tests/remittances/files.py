"""Files of couriers as they send them, for the tests of remittances."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.remittances import services as remittances
from apps.remittances.models import Remittance
from apps.tenancy.context import use_actor
from tests.checkout.shop import make_goods
from tests.fulfilment.parcels import CASH, buy, ship
from tests.support.acting import STAFF


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
