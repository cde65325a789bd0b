"""Requests of moves: the target, its checks, and the row of the job."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext, gettext_noop

from apps.common.errors import Conflict
from apps.operations.moving.endpoints import target_of
from apps.operations.moving.queue import enqueue_on_commit
from apps.operations.selectors import get_open_move
from apps.operations.store_locks import exclusive_store_operation, require_not_deleted
from apps.placements.base import PlaceContents
from apps.placements.kinds import kind_of, place_at, require_offered
from apps.placements.report import Report
from apps.platform import selectors
from apps.platform.auditing import note
from apps.platform.crypto import Sealed
from apps.platform.errors import MoveNotPossible, PlacementOccupied, PlacementUnreachable
from apps.platform.jobs import UNHELD, set_status
from apps.platform.models import DatabaseType, Store, StoreMove
from apps.platform.services.limits import require_placement
from apps.platform.states import MoveStatus, StoreStatus
from apps.tenancy.aliases import MAIN
from apps.tenancy.clusters import require_cluster
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform


@dataclass(frozen=True)
class Target:
    """Where to. `config` is cleaned: as the placement stores it."""

    database_type: str
    region: str
    config: Mapping[str, Any] = field(default_factory=dict)


def parse_target(text: str, config: Mapping[str, Any] | None = None, *, region: str = "") -> Target:
    """`shared`, `shared:<cluster>`, or a kind of database with its configuration.

    Raises `InvalidInput` (fields `config.<name>`) or `PlacementNotSupported`.
    """
    kind, _, cluster = text.partition(":")
    require_offered(kind, config)
    cleaned = kind_of(kind).clean_config(config or {})
    if kind == DatabaseType.SHARED:
        region = cluster or MAIN
        require_cluster(region)
    elif cluster:
        raise MoveNotPossible(gettext("Only the shared cluster has names: shared:<cluster>."))
    return Target(kind, region, cleaned)


def check_target(store: Store, target: Target) -> Report:
    """Run the placement's preflight at the target; it changes nothing. Raises `MoveNotPossible` for
    a place outside of the region that the store is pinned to."""
    _require_inside_region(store, target.database_type, target.region or store.region)
    elsewhere = place_at(store, target.database_type, target.region or store.region)
    return kind_of(target.database_type).preflight(
        dict(target.config), store=elsewhere.active_store
    )


def request_move(
    *, store: Store, target: Target, requested_by: str = "", start: bool = True
) -> StoreMove:
    """Write the move and send it to a worker, unless `start` is false because the caller runs it.

    Raises `MoveNotPossible` where the store has another move open, is not open itself, or is there already, and
    `StoreOccupied` while other work on the store runs.
    """
    with outside_store(), exclusive_store_operation(store.id, "moved", shared=True):
        return _request(store, target, requested_by, start=start)


def _request(store: Store, target: Target, requested_by: str, *, start: bool) -> StoreMove:
    open_move = get_open_move(store)
    if open_move is not None:
        raise MoveNotPossible(
            gettext(
                "A move to %(target_label)s is under way (%(status_display)s). Resume it or undo it "
                "first."
            )
            % {
                "target_label": open_move.target_label,
                "status_display": open_move.get_status_display(),
            }
        )
    region = target.region or store.region
    _require_movable(store, target, region)
    if target.database_type != store.database_type:
        require_placement(store.id, target.database_type)
    move = StoreMove(
        store=store,
        message=gettext_noop("Waiting for a worker"),
        requested_by=requested_by[:200],
        source_type=store.database_type,
        source_region=store.region,
        source_config=Sealed(dict(selectors.get_database_config(store))),
        source_version=store.connection_version,
        target_type=target.database_type,
        target_region=region,
        target_config=Sealed(target.config),
    )
    try:
        with atomic_on_platform():
            move.save(force_insert=True)
            note(
                "store.move_started",
                store,
                before={"place": move.source_label},
                after={"place": move.target_label},
            )
            if start:
                enqueue_on_commit(move)
    except IntegrityError:
        raise MoveNotPossible(gettext("Another move of this store has just begun.")) from None
    return move


def _require_movable(store: Store, target: Target, region: str) -> None:
    """Refuses a store that is being opened or deleted, a region that it may not leave, and its own place."""
    if store.status in (StoreStatus.PROVISIONING, StoreStatus.DELETING):
        raise MoveNotPossible(
            gettext("The store is %(status_display)s; it can't be moved now.")
            % {"status_display": store.get_status_display()}
        )
    require_not_deleted(store)
    _require_inside_region(store, target.database_type, region)
    if (
        target.database_type == DatabaseType.SHARED == store.database_type
        and region == store.region
    ):
        raise MoveNotPossible(
            gettext("The store is on the shared cluster %(region)s already.") % {"region": region}
        )


def _require_inside_region(store: Store, database_type: str, region: str) -> None:
    """A pinned store's rows stay on its region's cluster, or go to a database that its merchant names."""
    pinned = store.data_region
    if pinned not in (MAIN, region) and database_type == DatabaseType.SHARED:
        raise MoveNotPossible(
            gettext(
                "This store is pinned to the region %(pinned)s: its tables can go to "
                "shared:%(pinned)s or to a database of the store's own, not to the cluster "
                "%(region)s."
            )
            % {"pinned": pinned, "region": region}
        )


def retry_move(move: StoreMove, *, start: bool = True) -> StoreMove:
    """Queue a stopped move again; it keeps finished work. Idempotent."""
    with atomic_on_platform():
        moved = set_status(
            move,
            MoveStatus.QUEUED,
            UNHELD,
            error="",
            message=gettext_noop("Waiting for a worker"),
            attempts=0,
        )
        move.refresh_from_db()
        if not moved and not move.is_open:
            raise Conflict(gettext("This move is finished."))
        if moved:
            note("store.move_resumed", move.store, after={"place": move.target_label})
        if moved and start:
            enqueue_on_commit(move)
    return move


def require_passed(report: Report) -> None:
    """Raise `PlacementUnreachable` with the first problem of a preflight."""
    if report.problems:
        raise PlacementUnreachable(report.problems[0].sentence)


def require_empty_target(move: StoreMove) -> PlaceContents:
    """The contents of the target. Raises `PlacementOccupied` unless it is empty or was filled by this move."""
    found = target_of(move).occupancy()
    if found.is_refused:
        raise PlacementOccupied(found.sentence)
    if found.contents is not PlaceContents.NOTHING and not move.target_is_ours:
        raise PlacementOccupied(
            gettext(
                "There is a copy of this store at %(target_label)s already, kept from an earlier "
                "move. Delete it first: manage.py move_store %(slug)s --drop-source."
            )
            % {"target_label": move.target_label, "slug": move.store.slug}
        )
    return found.contents
