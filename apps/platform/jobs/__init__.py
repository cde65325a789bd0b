"""Long work by one worker at a time, step by step: openings, moves, sandboxes and deletions of stores.

`send_to_worker` hands a row of such work to a worker, the worker claims it (`leases`) and walks its steps (`steps`). When
the worker dies, its lease expires and a periodic task hands the row to another one; after `MAX_CRASHES` crashes the
job fails.
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
from apps.platform.jobs.steps import (
    Step,
    explain_failure,
    send_on_commit,
    send_to_worker,
    walk,
)

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
    "send_on_commit",
    "send_to_worker",
    "set_status",
    "walk",
]
