"""What couriers collected in the last 90 days, what of it came, and where the two differ."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from apps.common.clock import now
from apps.common.ids import first_id_of
from apps.common.text import fold
from apps.fulfilment.models import DeliverySettings, Shipment
from apps.fulfilment.states import ShipmentState
from apps.remittances.models import RemittanceLine
from apps.remittances.selectors import Compared, compare, waybill_of_parcel
from apps.remittances.states import Finding
from apps.tenancy.single_rows import single_row

DAYS: Final = 90
# Parcels that were shipped before the period may be delivered in it.
_LONGEST_WAY: Final = timedelta(days=60)
_WRONG: Final = (Finding.UNKNOWN, Finding.NOT_DELIVERED, Finding.NO_CASH)


@dataclass
class CourierBalance:
    """What a courier collected in the period, and what of it came. `late_minor`: nothing came in time."""

    courier: str
    parcels: int = 0
    collected_minor: int = 0
    came_minor: int = 0
    late_parcels: int = 0
    late_minor: int = 0

    @property
    def open_minor(self) -> int:
        return self.collected_minor - self.came_minor


def balances_by_courier() -> list[CourierBalance]:
    """Of cash that was collected in the period, the courier that owes most first. Two statements, flat in memory."""
    late, found = late_before(), dict[str, CourierBalance]()
    for row in collected_parcels().iterator(chunk_size=2_000):
        name = row["courier"]
        balance = found.setdefault(fold(name), CourierBalance(name))
        balance.parcels += 1
        balance.collected_minor += row["cash"]
        balance.came_minor += row["came"]
        if not row["came"] and row["delivered"] < late:
            balance.late_parcels += 1
            balance.late_minor += row["cash"]
    return sorted(found.values(), key=lambda one: (-one.open_minor, one.courier))


def late_before() -> datetime:
    """Cash that was collected before then should be here."""
    return now() - timedelta(days=single_row(DeliverySettings).remittance_days)


def collected_parcels() -> QuerySet[Any, dict[str, Any]]:
    """`waybill` (in capitals; a parcel without one has its own number), `courier` and `order_number` of one parcel with it, when
    it was `delivered`, the `cash` of all, and what of it `came`."""
    since = now() - timedelta(days=DAYS)
    lines = RemittanceLine.objects.filter(waybill=OuterRef("waybill"), booked_key__isnull=False)
    came = lines.order_by().values("waybill").annotate(sum=Sum("amount_minor")).values("sum")
    rows = Shipment.objects.filter(
        pk__gte=first_id_of(since - _LONGEST_WAY),
        state=ShipmentState.DELIVERED,
        delivered_at__gte=since,
        cash_minor__gt=0,
    )
    found: QuerySet[Any, Any] = (
        rows.order_by()
        .annotate(
            waybill=waybill_of_parcel(),
            came_for_it=Coalesce(Subquery(came, output_field=BigIntegerField()), 0),
        )
        .values("waybill")
        .annotate(
            courier=Max("carrier"),
            order_number=Min("order__number"),
            delivered=Max("delivered_at"),
            cash=Sum("cash_minor"),
            came=Max("came_for_it"),  # the same for all of them
        )
    )
    return found


def late_parcels() -> QuerySet[Any, dict[str, Any]]:
    """Delivered, and nothing came in time; the oldest first."""
    late = collected_parcels().filter(came=0, delivered__lt=late_before())
    return late.order_by("delivered", "waybill")


def differing_parcels() -> QuerySet[Any, dict[str, Any]]:
    """Another amount came than was collected; the latest delivered first."""
    rows = collected_parcels().exclude(Q(came=0) | Q(came=F("cash")))
    return rows.order_by("-delivered", "waybill")


def wrong_lines(most: int) -> list[Compared]:
    """Booked lines of the period that no delivered parcel with cash stands for, the latest first. Four statements."""
    since = first_id_of(now() - timedelta(days=DAYS))
    fits = Q(shipment__state=ShipmentState.DELIVERED, collected_minor__gt=0)
    rows = RemittanceLine.objects.filter(pk__gte=since, booked_key__isnull=False).exclude(fits)
    compared = compare(rows.select_related("remittance").order_by("-pk")[:most])
    return [each for each in compared if each.finding in _WRONG]
