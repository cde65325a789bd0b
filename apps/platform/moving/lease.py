"""The claim by which exactly one worker owns a move, and the one door to a move's status."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from apps.common.ids import random_token
from apps.platform.errors import JobBusy
from apps.platform.heartbeats import beating
from apps.platform.models import StoreMove
from apps.platform.states import MOVE_MOVES, MoveStatus
from apps.platform.tenancy.context import outside_store

LEASE: Final = timedelta(seconds=30)
HEARTBEAT_SECONDS: Final = 8.0
UNHELD: Final = Q(lease_until__isnull=True) | Q(lease_until__lt=Now())


class LeaseLost(Exception):
    """Another worker has the move now, or it is being undone. Not an error: this one stops."""


@dataclass(frozen=True)
class MoveLease:
    """`note` and everything else raises `LeaseLost` once the move is somebody else's."""

    move_id: UUID
    holder: str

    def note(self, **facts: Any) -> None:
        """Write facts into the row and renew the claim."""
        with outside_store():
            if not self.mine().update(lease_until=Now() + LEASE, updated_at=Now(), **facts):
                raise LeaseLost()

    def finish(self, status: MoveStatus | None = None, **facts: Any) -> None:
        """Give the move back, in another status if one is given."""
        released = {"lease_until": None, "lease_holder": "", "updated_at": Now(), **facts}
        with outside_store():
            if status is None:
                done = bool(self.mine().update(**released))
            else:
                done = set_status(self.move_id, status, Q(lease_holder=self.holder), **released)
        if not done:
            raise LeaseLost()

    def renew(self) -> None:
        self.mine().update(lease_until=Now() + LEASE)

    def mine(self) -> Any:
        return StoreMove.objects.filter(id=self.move_id, lease_holder=self.holder)


def claim(move: StoreMove, status: MoveStatus | None) -> MoveLease:
    """Take the move, in the status the work needs (None: as it is). Raises `JobBusy` while another worker holds it."""
    holder = random_token()
    facts = {
        "lease_holder": holder,
        "lease_until": Now() + LEASE,
        "attempts": F("attempts") + 1,
        "started_at": Coalesce("started_at", Now()),
        "updated_at": Now(),
    }
    if status is None:
        taken = bool(StoreMove.objects.filter(UNHELD, id=move.id).update(**facts))
    else:
        taken = set_status(move.id, status, UNHELD, error="", **facts)
    if not taken:
        raise JobBusy()
    move.refresh_from_db()
    return MoveLease(move.id, holder)


def set_status(move_id: UUID, target: MoveStatus, *conditions: Q, **facts: Any) -> bool:
    """The one place that changes a move's status: a conditional UPDATE by the table of moves."""
    sources = [status for status, targets in MOVE_MOVES.items() if target in targets]
    rows = StoreMove.objects.filter(*conditions, id=move_id, status__in=sources)
    return bool(rows.update(status=target, **facts))


def heartbeat(lease: MoveLease) -> AbstractContextManager[None]:
    """Renew the claim while a long step (copying, migrating) runs in this block."""
    return beating("moving", every=HEARTBEAT_SECONDS, beat=lease.renew)
