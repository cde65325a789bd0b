"""Deletes the copy that a move left in the old place. This can't be undone."""

from django.db.models.functions import Now
from django.utils.translation import gettext

from apps.operations.moving.endpoints import source_of
from apps.operations.store_locks import exclusive_store_operation
from apps.placements.base import Placement
from apps.platform.auditing import note
from apps.platform.errors import MoveNotPossible
from apps.platform.jobs import claim_or_refuse, heartbeat
from apps.platform.models import StoreMove
from apps.tenancy.context import outside_store
from apps.tenancy.write_pause import list_open_tables


def request_drop(move: StoreMove) -> None:
    """Request the deletion of the old copy. Raises `MoveNotPossible` if there is none."""
    if not move.keeps_source:
        raise MoveNotPossible(gettext("There is no old copy of this store."))
    if StoreMove.objects.filter(pk=move.pk, drop_requested_at=None).update(drop_requested_at=Now()):
        note("store.old_copy_deleted", move.store, before={"place": move.source_label})
    move.refresh_from_db()


def drop_source(move: StoreMove) -> StoreMove:
    """Delete the old copy. Repeatable after a crash.

    Only tables under a write pause are deleted: the place of a live store has none. Raises `MoveNotPossible`.
    """
    with outside_store(), exclusive_store_operation(move.store_id, "moved", shared=True):
        request_drop(move)
        lease = claim_or_refuse(move, None)
        try:
            with heartbeat(lease):
                source = source_of(move)
                _require_left(move, source)
                source.drop()
        except BaseException:
            lease.finish()
            raise
        lease.finish(source_dropped_at=Now())
        move.refresh_from_db()
    return move


def _require_left(move: StoreMove, source: Placement) -> None:
    open_tables = list_open_tables(source.active_store)
    if open_tables:
        StoreMove.objects.filter(pk=move.pk).update(drop_requested_at=None)
        names = ", ".join(open_tables[:3])
        raise MoveNotPossible(
            gettext(
                "The tables at %(source_label)s can be written to (%(names)s), so they are not an "
                "old copy. Nothing was deleted."
            )
            % {"source_label": move.source_label, "names": names}
        )
