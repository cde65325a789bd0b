"""Levels of EasyEcom as stock here. `docs/easyecom.md` says why no level can sell a piece twice.

A level has no time. Of two about one SKU and place the one that was heard later counts, and a change there or here within
`SETTLES_AFTER` before it counts as one that the level does not know of yet: rather too few pieces for some minutes than one
too many. The next level, or the snapshot by the clock, corrects that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Sum
from django.utils.translation import gettext

from apps.catalog.selectors import SaleableLine, find_variants_by_sku
from apps.common.actor import Actor
from apps.common.clock import now
from apps.easyecom.models import Location, PushedOrder, StockLevel
from apps.easyecom.options import Options, read_options
from apps.easyecom.reading import Level
from apps.easyecom.services.matching import find_location, note_matched, note_unmatched
from apps.easyecom.states import KEPT_THERE, Basis, Master, Side
from apps.easyecom.tokens import KIND
from apps.events import services as events
from apps.integrations.errors import NotConnected
from apps.integrations.selectors import get_config
from apps.inventory import services as inventory
from apps.inventory.models import Movement, Reservation, StockItem, Warehouse
from apps.inventory.states import MovementKind, ReservationState
from apps.tenancy.retrying import repeated_on_deadlock

ACTOR: Final = Actor.system("easyecom")
SETTLES_AFTER: Final = timedelta(minutes=10)


@dataclass
class Outcome:
    """What came of levels, for staff."""

    all: int = 0
    changed: int = 0
    late: int = 0
    unplaced: int = 0
    unknown: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        numbers = {
            "all": self.all,
            "changed": self.changed,
            "late": self.late,
            "unplaced": self.unplaced,
            "unknown": len(self.unknown),
        }
        return (
            gettext(
                "%(all)s levels: %(changed)s changed the stock, %(late)s were overtaken, %(unknown)s of unknown SKUs, %(unplaced)s of places without a warehouse."
            )
            % numbers
        )


def apply_levels(levels: Sequence[Level], *, options: Options, heard_at: datetime) -> Outcome:
    """Keep the levels, and make them the stock where EasyEcom is master. Repeatable, in any order; each by itself."""
    outcome = Outcome(all=len(levels))
    named = [each for each in levels if each.sku and each.count is not None]
    lines = find_variants_by_sku([each.sku for each in named])
    places: dict[tuple[str, str], Location] = {}
    latest = {(each.location_key, each.location_number, each.sku): each for each in named}
    for (key, number, sku), level in sorted(latest.items()):
        if (key, number) not in places:
            places[key, number] = find_location(key=key, number=number)
        place, line = places[key, number], lines.get(sku)
        if line is None or line.parts or line.is_digital:
            outcome.unknown[sku] = level.title
        elif place.warehouse is None:
            outcome.unplaced += 1
            _skip(place)
        else:
            _count(outcome, _apply(place, place.warehouse, line, level, options, heard_at))
    reason = gettext(
        "EasyEcom sends its level. The catalog does not have it, or as a bundle or download."
    )
    note_unmatched(Side.THERE, outcome.unknown, reason=reason)
    note_matched(Side.THERE, [sku for sku in lines if sku not in outcome.unknown])
    return outcome


def settle_returned(*, order_id: UUID) -> int:
    """Pieces of the order came back into the stock here. Where EasyEcom is master its levels count them as soon as its
    warehouse has received them, so the last level of each SKU is the stock again. How many levels there were."""
    try:
        options = read_options(get_config(KIND))
    except NotConnected:
        return 0
    if options.master != Master.THERE:
        return 0
    came = Movement.objects.filter(order_ref=order_id, kind=MovementKind.RETURN)
    places = set(came.values_list("stock_item__warehouse_id", "stock_item__sku"))
    rows = StockLevel.objects.filter(sku__in={sku for _warehouse, sku in places})
    rows = rows.filter(location__warehouse__isnull=False).select_related("location")
    known = [row for row in rows if (row.location.warehouse_id, row.sku) in places]
    for row in known:
        level = Level(row.sku, row.location.key, row.location.number, row.level)
        apply_levels([level], options=options, heard_at=row.heard_at)
    return len(known)


def _count(outcome: Outcome, change: int | None) -> None:
    outcome.late += change is None
    outcome.changed += bool(change)


def _skip(place: Location) -> None:
    rows = Location.objects.filter(pk=place.pk)
    rows.update(times_skipped=F("times_skipped") + 1, seen_at=now())


@repeated_on_deadlock
def _apply(
    place: Location,
    warehouse: Warehouse,
    line: SaleableLine,
    level: Level,
    options: Options,
    heard_at: datetime,
) -> int | None:
    """By how many pieces the stock changed; None where a later level was there before. Locks: the level, then the stock."""
    count = level.count or 0
    with events.transaction_with_wake_up():
        row = _lock_level(place, line.sku, count, heard_at)
        if row.heard_at > heard_at:
            return None
        item = _lock_item(warehouse, line, makes=options.master == Master.THERE)
        target = count + _hidden(item, options, heard_at)
        ours = item.on_hand if item is not None else 0
        change = missing = 0
        if options.master == Master.THERE and item is not None:
            promised = item.reserved + item.allocated - item.backorder_limit
            missing = max(promised - max(target, 0), 0)
            change = max(target, promised, 0) - ours
            _book(item, ours + change, place, count)
        row.level, row.heard_at, row.ours = count, heard_at, ours
        row.difference = target - ours - change
        row.missing = missing
        row.save()
        Location.objects.filter(pk=place.pk).update(seen_at=heard_at)
    return change


def _lock_level(place: Location, sku: str, count: int, heard_at: datetime) -> StockLevel:
    rows = StockLevel.objects.select_for_update().filter(location=place, sku=sku)
    row = rows.first()
    if row is None:
        fresh = StockLevel(location=place, sku=sku, level=count, heard_at=heard_at)
        StockLevel.objects.bulk_create([fresh], ignore_conflicts=True)
        row = rows.get()
    return row


def _lock_item(warehouse: Warehouse, line: SaleableLine, *, makes: bool) -> StockItem | None:
    rows = StockItem.objects.select_for_update()
    found = rows.filter(warehouse=warehouse, variant_ref=line.variant_ref).first()
    if found is None and makes:
        made = inventory.receive_stock(
            variant_ref=line.variant_ref, sku=line.sku, quantity=0, warehouse=warehouse, actor=ACTOR
        )
        found = rows.get(pk=made.pk)
    return found


def _hidden(item: StockItem | None, options: Options, heard_at: datetime) -> int:
    """Pieces on the shelf that the level does not count (above zero), or counts though they have left (below)."""
    if item is None:
        return 0
    known_since = heard_at - SETTLES_AFTER
    if options.basis == Basis.FREE:
        there = PushedOrder.objects.filter(state__in=KEPT_THERE, sent_at__lte=known_since)
        kept = Reservation.objects.filter(
            stock_item=item,
            state=ReservationState.ALLOCATED,
            order_ref__in=there.values("order_id"),
        )
        return int(kept.aggregate(pieces=Sum(F("quantity") - F("committed")))["pieces"] or 0)
    left = Movement.objects.filter(
        stock_item=item, kind=MovementKind.COMMIT, created_at__gt=known_since
    )
    return int(left.aggregate(pieces=Sum("on_hand_delta"))["pieces"] or 0)


def _book(item: StockItem, on_hand: int, place: Location, count: int) -> None:
    if on_hand != item.on_hand:
        words = {"count": count, "place": place}
        inventory.set_on_hand(
            stock_item=item,
            on_hand=on_hand,
            reason=gettext("EasyEcom: %(count)s at %(place)s") % words,
            actor=ACTOR,
        )
