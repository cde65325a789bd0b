"""Reads of remittances: which cash was collected under a number, and what of it came."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, Sum, When
from django.db.models.functions import Upper

from apps.common.clock import now
from apps.common.ids import first_id_of
from apps.fulfilment.models import Shipment
from apps.fulfilment.states import ShipmentState
from apps.remittances.models import Remittance, RemittanceLine
from apps.remittances.states import Finding

_AT_ONCE: Final = 500
_MONTHS: Final = timedelta(days=180)


@dataclass(frozen=True)
class Collected:
    """The cash of all parcels with a number: orders that leave in one parcel share it."""

    shipment_id: UUID
    cash_minor: int
    is_delivered: bool


def find_collected(waybills: Iterable[str]) -> dict[str, Collected]:
    """By the number in capitals. A statement for some hundred numbers; what it does not find is looked for among the parcels
    of the last months in any spelling, and among the own numbers of parcels without a waybill: one more."""
    wanted = sorted({each for each in waybills if each})
    found: dict[str, Collected] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        spelled = {*some, *(each.lower() for each in some)}
        found |= _collected_with(Shipment.objects.filter(tracking_number__in=spelled))
        if missing := [each for each in some if each not in found]:
            recent = Shipment.objects.filter(pk__gte=first_id_of(now() - _MONTHS))
            spelled_otherwise = recent.annotate(waybill=waybill_of_parcel())
            found |= _collected_with(spelled_otherwise.filter(waybill__in=missing))
    return found


def waybill_of_parcel() -> Case:
    """Of rows of `Shipment`: the tracking number in capitals; of a parcel without one its own number."""
    return Case(When(tracking_number="", then=F("number")), default=Upper("tracking_number"))


def _collected_with(parcels: QuerySet[Shipment]) -> dict[str, Collected]:
    found: dict[str, Collected] = {}
    rows = parcels.order_by("-cash_minor", "pk")
    for row in rows.only("pk", "number", "tracking_number", "cash_minor", "state"):
        name = row.tracking_number.upper() or row.number
        before = found.get(name)
        is_delivered = row.state == ShipmentState.DELIVERED
        found[name] = Collected(
            before.shipment_id if before else row.pk,
            row.cash_minor + (before.cash_minor if before else 0),
            is_delivered or (before is not None and before.is_delivered),
        )
    return found


def find_booked_keys(keys: Iterable[str]) -> set[str]:
    """Those of the keys that count already. A statement for some hundred."""
    wanted = sorted(set(keys))
    found: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = RemittanceLine.objects.filter(booked_key__in=some)
        found |= {each for each in rows.values_list("booked_key", flat=True) if each}
    return found


@dataclass(frozen=True)
class Compared:
    """A line beside what has come for its number in all, and what was collected with it."""

    line: RemittanceLine
    collected: Collected | None
    came_minor: int

    @property
    def collected_minor(self) -> int:
        return self.collected.cash_minor if self.collected else 0

    @property
    def difference_minor(self) -> int:
        return self.came_minor - self.collected_minor

    @property
    def finding(self) -> Finding:
        if self.collected is None:
            return Finding.UNKNOWN
        if not self.collected.is_delivered:
            return Finding.NOT_DELIVERED
        if not self.collected_minor:
            return Finding.NO_CASH if self.came_minor else Finding.FITS
        if self.difference_minor == 0:
            return Finding.FITS
        return Finding.LESS if self.difference_minor < 0 else Finding.MORE


def compare(lines: Iterable[RemittanceLine]) -> list[Compared]:
    """Each line beside the parcels as they are now. What counts already counts, and the line itself. Two statements for some
    hundred lines."""
    rows = list(lines)
    collected = find_collected(row.waybill for row in rows)
    came = _booked_by_waybill({row.waybill for row in rows})
    return [
        Compared(
            row,
            collected.get(row.waybill),
            came.get(row.waybill, 0) + (0 if row.booked_key or row.fault else row.amount_minor),
        )
        for row in rows
    ]


def _booked_by_waybill(waybills: set[str]) -> dict[str, int]:
    wanted, found = sorted(waybills), dict[str, int]()
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = RemittanceLine.objects.filter(waybill__in=some, booked_key__isnull=False)
        found |= dict(rows.order_by().values_list("waybill").annotate(Sum("amount_minor")))
    return found


@dataclass(frozen=True)
class Sums:
    """`apart` is of unknown numbers, and of parcels with which nothing was to be collected."""

    fitting_minor: int
    apart_minor: int


def sums_of(remittance: Remittance) -> Sums:
    """What its lines come to that are counted, or would be: one statement."""
    has_nothing = Q(collected_minor=0, shipment__state=ShipmentState.DELIVERED)
    apart = Q(shipment=None) | has_nothing
    found = remittance.lines.filter(fault="").aggregate(
        all=Sum("amount_minor"), apart=Sum("amount_minor", filter=apart)
    )
    return Sums((found["all"] or 0) - (found["apart"] or 0), found["apart"] or 0)


def compare_all(lines: QuerySet[RemittanceLine]) -> Iterator[Compared]:
    """The same in portions, for a file."""
    portion: list[RemittanceLine] = []
    for line in lines.iterator(chunk_size=_AT_ONCE):
        portion.append(line)
        if len(portion) == _AT_ONCE:
            yield from compare(portion)
            portion = []
    yield from compare(portion)
