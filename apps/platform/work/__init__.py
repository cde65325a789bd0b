"""Long work by one worker at a time, step by step: what the opening of a store and the move of one have in common.

`queue` hands a row (a provisioning job, a move) to a worker, a worker claims it in `leases` and walks its `steps`.
"""

from apps.platform.work.leases import (
    MAX_CRASHES,
    UNHELD,
    Lease,
    LeaseLost,
    claim,
    heartbeat,
    set_status,
)
from apps.platform.work.queue import publish
from apps.platform.work.steps import Step, Watch, ignore_progress, sentence_of, walk

__all__ = [
    "MAX_CRASHES",
    "UNHELD",
    "Lease",
    "LeaseLost",
    "Step",
    "Watch",
    "claim",
    "heartbeat",
    "ignore_progress",
    "publish",
    "sentence_of",
    "set_status",
    "walk",
]
