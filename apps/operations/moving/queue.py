"""Sends moves to workers, again when a worker died."""

from typing import Final
from uuid import UUID

from apps.operations.selectors import list_stalled_moves
from apps.platform.jobs import send_on_commit, send_to_worker
from apps.platform.models import StoreMove

TASK: Final = "operations.move_store"


def enqueue_on_commit(move: StoreMove) -> None:
    """Publish the move once its row is committed."""
    send_on_commit(TASK, move.id)


def enqueue_move(move_id: UUID) -> bool:
    """Send the move to a worker. False when the broker does not answer; then the periodic task sends it later."""
    return send_to_worker(TASK, move_id)


def resume_stalled_moves() -> int:
    """Publish moves without a worker: not begun, left by a worker that died, or with a store still paused. Returns
    their number."""
    return sum(enqueue_move(move.id) for move in list_stalled_moves()[:100])
