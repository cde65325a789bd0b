"""Reads of the moves of stores."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from apps.platform.errors import MoveNotFound
from apps.platform.models import Store, StoreMove
from apps.platform.states import OPEN_MOVES, MoveStatus


def get_move(move_id: UUID) -> StoreMove:
    """Raises `MoveNotFound`."""
    found = StoreMove.objects.select_related("store").filter(id=move_id).first()
    if found is None:
        raise MoveNotFound()
    return found


def get_open_move(store: Store) -> StoreMove | None:
    """The move that is queued, running, stopped or being undone; a store has one at most."""
    return StoreMove.objects.filter(store=store, status__in=OPEN_MOVES).first()


def get_last_move(store: Store) -> StoreMove | None:
    return StoreMove.objects.filter(store=store).order_by("-created_at").first()


def list_kept_sources(store: Store) -> QuerySet[StoreMove]:
    """Moves whose source still holds the old copy, newest first."""
    kept = StoreMove.objects.filter(store=store, switched_at__isnull=False)
    return kept.filter(source_dropped_at__isnull=True).order_by("-switched_at")


def list_stalled_moves() -> QuerySet[StoreMove]:
    """Moves with work left and no worker: not begun, the worker died, or the source may still be paused."""
    unheld = Q(lease_until__isnull=True) | Q(lease_until__lt=Now())
    at_work = Q(status__in=(MoveStatus.QUEUED, MoveStatus.RUNNING, MoveStatus.UNDOING))
    paused = Q(status=MoveStatus.FAILED, paused_at__isnull=False)
    dropping = Q(drop_requested_at__isnull=False, source_dropped_at__isnull=True)
    return StoreMove.objects.filter(unheld, at_work | paused | dropping).order_by("created_at")
