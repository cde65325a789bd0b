"""Taking a move: exactly one worker owns it."""

from apps.platform.errors import JobBusy
from apps.platform.models import StoreMove
from apps.platform.states import MoveStatus
from apps.platform.work import Lease
from apps.platform.work import claim as claim_work


def claim(move: StoreMove, status: MoveStatus | None) -> Lease:
    """Take the move, in the status the work needs (None: as it is). Raises `JobBusy` while another worker holds it."""
    lease = claim_work(move, status)
    if lease is None:
        raise JobBusy()
    move.refresh_from_db()
    return lease
