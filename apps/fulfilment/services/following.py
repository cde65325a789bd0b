"""Orders that wait at a pickup place follow it: to its new address, or to the place that takes over.

Their pieces stay reserved where they are: the warehouse that sends them is chosen when an order is placed, and does not depend on
the place. Their tax is that of the place's state, so an order never follows into another state: such a change is refused while
orders wait, and the orders stay where they were.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from django.utils.translation import gettext, ngettext

from apps.checkout.pickup import handed_over_at
from apps.common.addresses import region_name
from apps.events import services as events
from apps.fulfilment.errors import OrdersWaitThere
from apps.fulfilment.pickup_places import orders_at, orders_to_collect, read_spots, taxed_at
from apps.fulfilment.services.parcels import tell
from apps.inventory.models import Warehouse
from apps.orders import services as orders
from apps.orders.models import Order
from apps.platform.sweeps import do_each
from apps.shipping.models import PickupPlace
from apps.shipping.selectors import Spot, spot_of
from apps.tenancy.context import system_scope
from apps.tenancy.retrying import repeated_on_deadlock

_MOST_NAMED: Final = 10
_PORTION: Final = 200
READ_AT_ONCE: Final = 1_000


def follow_pickup_places() -> int:
    """Bring each order that waits to where its place is by now, and write to its buyer. One query where none waits, else
    one for each portion of those that wait: only those of one portion are in memory, and at most a portion moves at a time.
    Returns how many moved."""
    spots: Mapping[str, Spot] = {}
    due: list[UUID] = []
    after: UUID | None = None
    while rows := _portion(after):
        spots = spots or read_spots()
        due += [order.pk for order in rows if _target(order, spots) is not None]
        after = rows[-1].pk
        if len(due) >= _PORTION or len(rows) < READ_AT_ONCE:
            break
    return do_each(due[:_PORTION], lambda pk: _follow(pk, spots))


def _portion(after: UUID | None) -> list[Order]:
    """Orders that wait, behind that one."""
    rows = orders_to_collect().only("pk", "pickup", "shipping_address")
    return list((rows.filter(pk__gt=after) if after else rows)[:READ_AT_ONCE])


@repeated_on_deadlock
def _follow(order_id: UUID, spots: Mapping[str, Spot]) -> bool:
    with events.transaction_with_wake_up():
        order = orders.lock_order(Order.objects.get(pk=order_id))
        waits = orders_to_collect().filter(pk=order_id).exists()
        spot = _target(order, spots) if waits else None
        if spot is None:
            return False
        event = orders.move_pickup(
            order,
            pickup=spot.as_json(),
            address=handed_over_at(spot, order.shipping_address),
        )
        if event is not None:
            tell("order.pickup_moved", order, event_id=str(event.pk))
    return event is not None


def _target(order: Order, spots: Mapping[str, Spot]) -> Spot | None:
    """None where it is right, or its place is gone or in another state."""
    spot = spots.get((order.pickup or {}).get("code", ""))
    if spot is None or taxed_at(spot.address) != taxed_at(order.shipping_address):
        return None
    is_there = handed_over_at(spot, order.shipping_address) == order.shipping_address
    return None if is_there and spot.as_json() == order.pickup else spot


def require_place(*, place: PickupPlace, stays: bool = False) -> None:
    """Before a change of a place is saved. `stays`: of one that closes, the orders that wait are still handed over there.

    Raises `OrdersWaitThere` for an address in another state, for a place that closes and says neither who takes over
    nor that they stay, and for a successor that can't be one.
    """
    if place.successor:
        _require_successor(place)
    waiting = _waiting_at(place)
    if not waiting:
        return
    _require_state(waiting, spot_of(place), "region")
    was_open = PickupPlace.objects.filter(pk=place.pk, is_active=True).exists()
    if was_open and not place.is_active and not (place.successor or stays):
        raise _refusal("successor", waiting, gettext(
            "Choose the place where they are collected instead, or tick that they are still handed over here."
        ))  # fmt: skip


def require_warehouse(*, warehouse: Warehouse) -> None:
    """Before a change of a warehouse's address is saved: it may be that of a pickup place. Raises `OrdersWaitThere`."""
    for place in PickupPlace.objects.filter(warehouse=warehouse, line1="").order_by("code"):
        place.warehouse = warehouse
        if waiting := _waiting_at(place):
            _require_state(waiting, spot_of(place), "region")


def require_no_orders(*, place: PickupPlace) -> None:
    """Before a place is deleted. Raises `OrdersWaitThere`."""
    if waiting := _waiting_at(place):
        raise _refusal("successor", waiting, gettext("Close the place instead."))


def _waiting_at(place: PickupPlace) -> list[Order]:
    """All of them, also for staff who may change places and see no orders."""
    with system_scope("pickup_places"):
        return list(orders_at(place.code).only("number", "shipping_address"))


def _require_successor(place: PickupPlace) -> None:
    after = PickupPlace.objects.select_related("warehouse").filter(code=place.successor).first()
    if after is None or after.code == place.code or not after.is_active:
        sentence = gettext("Choose another place that is open.")
        raise OrdersWaitThere(sentence, fields={"successor": [sentence]})
    if taxed_at(spot_of(after).address) != taxed_at(spot_of(place).address):
        sentence = gettext("Choose a place in the same state: the tax is that of the place.")
        raise OrdersWaitThere(sentence, fields={"successor": [sentence]})


def _require_state(waiting: Sequence[Order], spot: Spot, field: str) -> None:
    there = [each for each in waiting if taxed_at(each.shipping_address) != taxed_at(spot.address)]
    if there:
        address = there[0].shipping_address
        country = str(address.get("country") or "")
        name = region_name(country, str(address.get("region") or "")) or country
        why = gettext("Their tax is that of %(state)s: make a new place for the new address.")
        raise _refusal(field, there, why % {"state": name})


def _refusal(field: str, waiting: Sequence[Order], why: str) -> OrdersWaitThere:
    numbers = ", ".join(order.number for order in waiting[:_MOST_NAMED])
    if len(waiting) > _MOST_NAMED:
        numbers = f"{numbers}, …"
    words = {"count": len(waiting), "numbers": numbers}
    count = ngettext(
        "%(count)s order waits there (%(numbers)s).",
        "%(count)s orders wait there (%(numbers)s).",
        len(waiting),
    )
    sentence = f"{count % words} {why}"
    return OrdersWaitThere(sentence, fields={field: [sentence]})
