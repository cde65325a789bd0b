"""Moving a store's SQL data to another place: see `docs/moving.md`."""

from apps.operations.moving.dropping import drop_source, request_drop
from apps.operations.moving.queue import enqueue_move, resume_stalled_moves
from apps.operations.moving.requesting import (
    Target,
    check_target,
    parse_target,
    request_move,
    retry_move,
)
from apps.operations.moving.steps import run_move, work_on
from apps.operations.moving.undoing import undo_move

__all__ = [
    "Target",
    "check_target",
    "drop_source",
    "enqueue_move",
    "parse_target",
    "request_drop",
    "request_move",
    "resume_stalled_moves",
    "retry_move",
    "run_move",
    "undo_move",
    "work_on",
]
