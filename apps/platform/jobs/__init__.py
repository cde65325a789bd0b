"""Long work by one worker at a time, step by step: openings, moves, sandboxes and deletions of stores.

`queue` hands a row of such work to a worker, the worker claims it in `leases` and walks its `steps`. When the worker
dies, the lease runs out and a sweep hands the row to another one; after `MAX_CRASHES` deaths the work is given up.
"""

from apps.platform.jobs.leases import (
    MAX_CRASHES,
    UNHELD,
    Lease,
    LeaseLost,
    claim,
    claim_or_refuse,
    heartbeat,
    set_status,
)
from apps.platform.jobs.queue import send_to_worker
from apps.platform.jobs.steps import Step, explain_failure, walk

__all__ = [
    "MAX_CRASHES",
    "UNHELD",
    "Lease",
    "LeaseLost",
    "Step",
    "claim",
    "claim_or_refuse",
    "explain_failure",
    "heartbeat",
    "send_to_worker",
    "set_status",
    "walk",
]
