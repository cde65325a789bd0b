"""Orders that wait at a pickup place."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet

from apps.common.addresses import region_key
from apps.orders.models import Order
from apps.orders.states import FulfilmentState
from apps.shipping.models import PickupPlace
from apps.shipping.selectors import Spot, spot_of

_WAITING: Final = (FulfilmentState.UNFULFILLED, FulfilmentState.PARTIAL, FulfilmentState.SHIPPED)


def orders_to_collect() -> QuerySet[Order]:
    """Those that their buyers have not collected yet, wherever, the oldest first."""
    return Order.objects.filter(
        pickup__isnull=False, cancelled_at__isnull=True, fulfilment_state__in=_WAITING
    ).order_by("pk")


def orders_at(code: str) -> QuerySet[Order]:
    """Those of one place."""
    return orders_to_collect().filter(pickup__code=code)


def taxed_at(address: Mapping[str, Any]) -> tuple[str, str]:
    """The state whose tax an order to that address bears."""
    country = str(address.get("country") or "")
    return country, region_key(country, str(address.get("region") or ""))


def read_spots() -> dict[str, Spot]:
    """By the code of each place, closed ones too: where its orders are collected, which is its successor's spot if it has
    one that is open. One query."""
    rows = {row.code: row for row in PickupPlace.objects.select_related("warehouse")}
    return {code: spot_of(_last_of(rows, row)) for code, row in rows.items()}


def _last_of(rows: Mapping[str, PickupPlace], row: PickupPlace) -> PickupPlace:
    seen = {row.code}
    while (after := rows.get(row.successor)) is not None and after.code not in seen:
        seen.add(after.code)
        row = after
    return row
