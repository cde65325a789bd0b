"""Reads of stock: saleable quantities, low stock, and checks of the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum

from apps.common.text import NotText, clean_code
from apps.inventory.bundles import Bundles, Part, bundles_of, complete
from apps.inventory.errors import NoWarehouse
from apps.inventory.models import (
    ConsignmentLine,
    Movement,
    Reservation,
    StockAlertSettings,
    StockItem,
    Warehouse,
)
from apps.inventory.queue import Waiting, shown_date
from apps.inventory.states import ConsignmentState, MovementKind, ReservationState, StockPolicy
from apps.tenancy.prepared import PreparedQuery
from apps.tenancy.single_rows import single_row
from apps.tenancy.versioned_cache import cached_by_version

_NOTHING = {"on_hand": 0, "reserved": 0, "allocated": 0}


@dataclass(frozen=True)
class LedgerDifference:
    """A counter of a stock item that differs from its expected value."""

    stock_item_id: UUID
    sku: str
    counter: str
    counted: int
    expected: int
    source: str


@dataclass(frozen=True)
class Supply:
    """What can be ordered of a variant: `available` pieces are there, `later` more can be backordered or pre-ordered, which
    come at `expected_on` (None: not known)."""

    available: int = 0
    later: int = 0
    is_preorder: bool = False
    expected_on: date | None = None

    @property
    def sellable(self) -> int:
        return self.available + self.later

    def waiting_of(self, quantity: int) -> Waiting | None:
        """The pieces of an order of so many that would come later."""
        late = min(quantity, self.sellable) - self.available
        return Waiting(late, self.expected_on, self.is_preorder) if late > 0 else None


NO_SUPPLY: Final = Supply()


def get_supply(variant_refs: Iterable[str]) -> dict[str, Supply]:
    """What can be ordered of each variant over all active warehouses; of a bundle what its parts make. One query."""
    refs = list(dict.fromkeys(variant_refs))
    bundles = bundles_of(refs)
    found: dict[str, Supply] = {}
    for ref, *row in _supplies(refs=_counted(refs, bundles)):
        found[ref] = _add(found.get(ref, NO_SUPPLY), *row)
    return {
        ref: _bundled(bundles[ref], found) if ref in bundles else found.get(ref, NO_SUPPLY)
        for ref in refs
    }


def _bundled(parts: Sequence[Part], supplies: Mapping[str, Supply]) -> Supply:
    """More come when the last of the parts that are short does."""
    available = complete(parts, {ref: each.available for ref, each in supplies.items()})
    sellable = complete(parts, {ref: each.sellable for ref, each in supplies.items()})
    short = [
        supply
        for part in parts
        if (supply := supplies.get(part.variant_ref, NO_SUPPLY)).available // part.quantity
        <= available
    ]
    dates = [each.expected_on for each in short if each.expected_on is not None]
    return Supply(
        available,
        sellable - available,
        any(each.is_preorder for each in short),
        max(dates) if dates and len(dates) == len(short) else None,
    )


def _add(
    known: Supply,
    free: int,
    limit: int,
    policy: str,
    release_on: date | None,
    expected_on: date | None,
) -> Supply:
    """The earliest day of several warehouses counts."""
    is_preorder = policy == StockPolicy.PREORDER
    available = 0 if is_preorder else max(free, 0)
    dates = (known.expected_on, shown_date(release_on if is_preorder else expected_on))
    return Supply(
        known.available + available,
        known.later + max(free + limit - available, 0),
        known.is_preorder or is_preorder,
        min((each for each in dates if each is not None), default=None),
    )


_supplies: PreparedQuery[tuple[Any, ...]] = PreparedQuery(
    lambda refs: (
        StockItem.objects.filter(variant_ref__in=refs, warehouse__is_active=True)
        .order_by("pk")
        .values_list(
            "variant_ref",
            F("on_hand") - F("reserved") - F("allocated"),
            "backorder_limit",
            "policy",
            "release_on",
            "expected_on",
        )
    )
)


def get_availability(variant_refs: Iterable[str]) -> dict[str, int]:
    """How many of each variant can be ordered over all active warehouses, backorders and pre-orders included; 0 without
    stock. One query. Of a bundle as many as its parts make."""
    refs = list(dict.fromkeys(variant_refs))
    bundles = bundles_of(refs)
    found = dict(_sellable(refs=_counted(refs, bundles)))
    return {
        ref: complete(bundles[ref], found) if ref in bundles else max(found.get(ref, 0), 0)
        for ref in refs
    }


def _counted(refs: Iterable[str], bundles: Bundles) -> list[str]:
    """What is on shelves: the variants that are no bundles, and the parts of those that are."""
    plain = (ref for ref in refs if ref not in bundles)
    parts = (part.variant_ref for found in bundles.values() for part in found)
    return list(dict.fromkeys([*plain, *parts]))


_sellable: PreparedQuery[tuple[str, int]] = PreparedQuery(
    lambda refs: (
        StockItem.objects.filter(variant_ref__in=refs, warehouse__is_active=True)
        .values_list("variant_ref")
        .annotate(pieces=Sum(F("on_hand") + F("backorder_limit") - F("reserved") - F("allocated")))
        .order_by()
    )
)


def get_default_warehouse() -> Warehouse:
    """The active warehouse that is asked first."""
    warehouse = Warehouse.objects.filter(is_active=True).order_by("priority", "code").first()
    if warehouse is None:
        raise NoWarehouse
    return warehouse


def find_variant_of_sku(sku: str) -> str | None:
    """The variant with that SKU in any warehouse, whatever its case."""
    try:
        code = clean_code(sku)
    except NotText:
        return None
    rows = StockItem.objects.filter(sku__iexact=code).order_by("pk")
    return rows.values_list("variant_ref", flat=True).first()


def get_stock_alerts() -> StockAlertSettings:
    """Who is mailed about stock; the defaults where nothing was chosen."""
    return single_row(StockAlertSettings)


@cached_by_version("stock_settings")
def offers_notices() -> bool:
    """Whether buyers may ask for a mail at what is sold out. No read while it stays as it is."""
    return get_stock_alerts().offers_notices


def list_low_stock() -> QuerySet[StockItem]:
    """Stock items of active warehouses at or below their threshold, the emptiest first."""
    return (
        StockItem.objects.filter(
            warehouse__is_active=True,
            low_stock_at__gte=F("on_hand") - F("reserved") - F("allocated"),
        )
        .select_related("warehouse")
        .order_by(F("on_hand") - F("reserved") - F("allocated"), "sku")
    )


def check_ledger() -> list[LedgerDifference]:
    """Every counter that differs from its movements or from the open reservations. Empty when all adds up.

    Five queries. Run it in a quiet moment: a sale between two of them can appear as a difference.
    """
    held = Q(state=ReservationState.HELD)
    allocated = Q(state=ReservationState.ALLOCATED)
    moved = _by_item(
        Movement.objects.values("stock_item_id").annotate(
            on_hand=Sum("on_hand_delta"),
            reserved=Sum("reserved_delta"),
            allocated=Sum("allocated_delta"),
        )
    )
    booked = _by_item(
        Reservation.objects.values("stock_item_id").annotate(
            reserved=Sum("quantity", filter=held, default=0),
            allocated=Sum(F("quantity") - F("committed"), filter=allocated, default=0),
        )
    )
    differences: list[LedgerDifference] = []
    for item in StockItem.objects.order_by("sku", "id"):
        for counter in ("on_hand", "reserved", "allocated"):
            expected = moved.get(item.pk, _NOTHING)[counter]
            differences += _compare(item, counter, expected, "movements")
        for counter in ("reserved", "allocated"):
            expected = booked.get(item.pk, _NOTHING)[counter]
            differences += _compare(item, counter, expected, "reservations")
    return [*differences, *_check_consignments()]


def _check_consignments() -> list[LedgerDifference]:
    """What left and what came by each line of what was sent, compared with the movements that name it: two queries."""
    sent = ConsignmentLine.objects.filter(consignment__sent_at__isnull=False)
    lines = list(sent.select_related("consignment").order_by("consignment_id", "sku", "id"))
    if not lines:
        return []
    kinds = (MovementKind.MOVE_OUT, MovementKind.MOVE_IN, MovementKind.RECEIVE)
    moved = {
        (row["reference"], row["stock_item__variant_ref"], row["kind"]): row["pieces"]
        for row in Movement.objects.filter(kind__in=kinds)
        .exclude(reference="")
        .order_by()
        .values("reference", "stock_item__variant_ref", "kind")
        .annotate(pieces=Sum("on_hand_delta"))
    }
    differences = []
    for line in lines:
        number = line.consignment.number
        for kind, counted in _moves_of(line).items():
            expected = abs(moved.get((number, line.variant_ref, str(kind)), 0))
            if counted != expected:
                name = f"{number} {line.sku}"
                differences.append(
                    LedgerDifference(line.pk, name, str(kind.label), counted, expected, "movements")
                )
    return differences


def _moves_of(line: ConsignmentLine) -> dict[MovementKind, int]:
    if not line.consignment.is_transfer:
        return {MovementKind.RECEIVE: line.received}
    came = line.received + line.missing
    if line.consignment.state == ConsignmentState.CANCELLED:
        came = line.quantity
    return {MovementKind.MOVE_OUT: line.quantity, MovementKind.MOVE_IN: came}


def pieces_on_the_way(variant_refs: Iterable[str]) -> dict[tuple[str, UUID], int]:
    """What is on the way to each warehouse, by variant and warehouse: one query."""
    refs = sorted(set(variant_refs))
    rows = (
        ConsignmentLine.objects.filter(
            variant_ref__in=refs, consignment__state=ConsignmentState.SENT
        )
        .order_by()
        .values_list("variant_ref", "consignment__destination_id")
        .annotate(pieces=Sum(F("quantity") - F("received") - F("missing")))
    )
    return {(ref, warehouse): pieces for ref, warehouse, pieces in rows}


def _by_item(rows: QuerySet[Any, Any]) -> dict[UUID, dict[str, int]]:
    return {row.pop("stock_item_id"): row for row in rows.order_by()}


def _compare(item: StockItem, counter: str, expected: int, source: str) -> list[LedgerDifference]:
    counted = getattr(item, counter)
    if counted == expected:
        return []
    return [LedgerDifference(item.pk, item.sku, counter, counted, expected, source)]
