"""A store that is connected to ClickPost, and what its people do there."""

import json
from collections.abc import Callable
from typing import Any

from django.test import Client

from apps.accounts.models import Role
from apps.clickpost import services as clickpost
from apps.clickpost.models import Booking, ClickPostSettings, FollowedParcel
from apps.clickpost.services.mapping import begin_automatic
from apps.clickpost.states import Booker
from apps.common.clock import now
from apps.content.models import Theme
from apps.events.services import relay_outbox
from apps.fulfilment.models import Shipment, ShipmentEvent
from apps.fulfilment.services import SCAN_KINDS
from apps.inbox import services as inbox
from apps.integrations import services as integrations
from apps.inventory.models import Warehouse
from apps.orders.models import Order
from apps.tenancy.context import use_store
from tests.api.shop import make_user
from tests.checkout.shop import Goods, make_goods
from tests.fulfilment.parcels import buy
from tests.vendors.clickpost import ClickPostVendor

PLACE = {
    "line1": "Plot 4, Industrial Area",
    "city": "Bengaluru",
    "region": "KA",
    "postal_code": "560100",
    "country": "IN",
    "phone": "+91 80 4000 0010",
}


def connect_store(vendor: ClickPostVendor) -> str:
    """The secret of its webhooks."""
    row = integrations.add_integration(kind="clickpost")
    integrations.save_config(integration=row, values=vendor.keys)
    Warehouse.objects.update(**PLACE)
    Theme.objects.update(contact_email="shop@example.com")
    return integrations.make_secret(integration=row)


def books_itself() -> None:
    """Orders from now on are booked by themselves."""
    row = ClickPostSettings(booker=Booker.ITSELF)
    begin_automatic(row, {})
    row.save()


def sold(quantity: int = 2, goods: Goods | None = None, **more: Any) -> Order:
    return buy(goods or make_goods(), quantity=quantity, **more)


def work() -> None:
    """The outbox, then what is due at ClickPost, whatever its wait."""
    relay_outbox()
    Booking.objects.filter(due_at__isnull=False).update(due_at=now())
    clickpost.send_due()
    relay_outbox()


def hear(vendor: ClickPostVendor, **how: Any) -> None:
    """ClickPost's webhooks come in, and are handled."""
    vendor.deliver(take, **how)
    inbox.handle_due()


def take(topic: str, body: Any) -> int:
    inbox.receive(source="clickpost", topic=topic, body=json.dumps(body).encode())
    return 200


def scans_of(parcel: Shipment) -> list[tuple[str, str, str]]:
    """Kind, code and place of each scan, by its time."""
    rows = ShipmentEvent.objects.filter(shipment=parcel, kind__in=SCAN_KINDS)
    found = sorted(rows, key=lambda row: row.data["at"])
    return [(row.kind, row.data["code"], row.data["place"]) for row in found]


def booked(order: Order) -> tuple[Booking, Shipment]:
    """Its only booking that was shipped, and its parcel."""
    work()
    row = Booking.objects.get(order=order, state="shipped")
    assert row.shipment is not None
    return row, row.shipment


def followed(parcel: Shipment) -> FollowedParcel:
    return FollowedParcel.objects.get(shipment=parcel)


def signed_in(store: Any, client_for: Callable[..., Client], role: Role) -> Client:
    client, person = client_for(store), make_user(store, role)
    with use_store(store):
        client.force_login(person)
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    return client
