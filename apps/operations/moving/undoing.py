"""Undoing a move before the switch: the store's pause first, then the target's tables."""

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext, gettext_noop

from apps.operations.moving.endpoints import source_of, target_of
from apps.operations.store_locks import exclusive_store_operation
from apps.placements.base import Placement
from apps.platform.auditing import note
from apps.platform.errors import MoveNotPossible
from apps.platform.jobs import Lease, claim_or_refuse, heartbeat, set_status
from apps.platform.models import StoreMove
from apps.platform.states import MoveStatus
from apps.tenancy.context import outside_store
from apps.tenancy.write_pause import resume_writes


def undo_move(move: StoreMove) -> StoreMove:
    """End the write pause and delete what the move created in the target. Repeatable, also after a crash.

    A worker that is still copying stops at its next table: it can't switch any more. Raises `MoveNotPossible` after
    the switch (move it back instead), `JobBusy` while another process is undoing it.
    """
    with outside_store(), exclusive_store_operation(move.store_id, "moved", shared=True):
        lease = _claim(move)
        with heartbeat(lease):
            if move.paused_at is not None:
                resume_writes(source_of(move).active_store)
                lease.write(paused_at=None)
            if move.target_is_ours:
                _clear(target_of(move))
                lease.write(target_is_ours=False)
            stays = gettext_noop("The store stays where it was")
            lease.finish(MoveStatus.UNDONE, message=stays, finished_at=Now())
        target, source = {"place": move.target_label}, {"place": move.source_label}
        note("store.move_undone", move.store, before=target, after=source)
        move.refresh_from_db()
    return move


def _claim(move: StoreMove) -> Lease:
    move.refresh_from_db()
    if move.switched_at is not None or not move.is_open:
        raise MoveNotPossible(
            gettext("This move is finished (%(status_display)s). To go back, move the store back.")
            % {"status_display": move.get_status_display()}
        )
    if move.status != MoveStatus.UNDOING:
        # ends the lease of a running worker; its switch checks the lease in the same transaction
        free = {"lease_until": None, "lease_holder": "", "message": gettext_noop("Undoing")}
        set_status(move, MoveStatus.UNDOING, Q(switched_at__isnull=True), **free)
    return claim_or_refuse(move, MoveStatus.UNDOING)


def _clear(target: Placement) -> None:
    """Drop what this move created. Nothing else is affected: the preflight refuses a place that is not empty."""
    target.drop()
