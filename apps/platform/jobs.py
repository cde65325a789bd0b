"""Long work by one worker at a time, step by step: openings, moves, sandboxes and deletions of stores.

`send_to_worker` hands the row of such work to a worker. The worker claims the row: a `Lease`, which exactly one worker
has, and which is the only way to change the row's status. Then it takes its steps within `heartbeat` and
`recorded_failures`. When the worker dies, its lease expires and a periodic task hands the row to another one, which
begins at the first step again; so every step can be repeated. After `MAX_CRASHES` crashes the job fails.

A claim is one conditional UPDATE; so is whatever is written under it. A worker that lost its claim (it stalled and
another one took over) notices at its next write and stops without a change.
"""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

import structlog
from celery import current_app
from django.db import DatabaseError
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext
from kombu.exceptions import OperationalError as BrokerError

from apps.common.errors import DomainError
from apps.common.ids import random_token
from apps.common.progress import show_message
from apps.platform.errors import JobBusy, StoppedTooOften
from apps.platform.models import ProvisioningJob, SandboxJob, StoreMove
from apps.platform.models.work import LeasedWork
from apps.platform.states import JOB_TRANSITIONS, MOVE_TRANSITIONS
from apps.tenancy.context import outside_store
from apps.tenancy.routers import close_platform_connection
from apps.tenancy.transactions import on_commit_on_platform

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(seconds=30)
HEARTBEAT_SECONDS: Final = 8.0
NOTES_SECONDS: Final = 0.4  # the status page shows the beginning of a long step
SURE_SECONDS: Final = 1.0
MAX_CRASHES: Final = 8
UNHELD: Final = Q(lease_until__isnull=True) | Q(lease_until__lt=Now())

_TRANSITIONS: Final[Mapping[type[LeasedWork], Mapping[str, Set[str]]]] = {
    ProvisioningJob: JOB_TRANSITIONS,
    SandboxJob: JOB_TRANSITIONS,
    StoreMove: MOVE_TRANSITIONS,
}


R = TypeVar("R")


@dataclass(frozen=True)
class Step(Generic[R]):
    """`progress` is how far the work is when the step begins, in percent as the row has it. `message` is a marked text."""

    name: str
    progress: int
    message: str
    call: Callable[[R], None]


def send_on_commit(task: str, row_id: UUID) -> None:
    """Send the job to a worker after the commit of its row."""
    on_commit_on_platform(partial(send_to_worker, task, row_id))


def send_to_worker(task: str, row_id: UUID) -> bool:
    """Have a worker begin. False when the broker does not answer: the sweep finds the row later."""
    try:
        current_app.send_task(task, args=[str(row_id)])
    except (BrokerError, OSError) as error:
        log.warning("The broker does not answer; the sweep will start it.", task=task, row=str(row_id))  # fmt: skip
        log.debug("broker", error=type(error).__name__)
        return False
    return True


class LeaseLost(Exception):
    """Another worker has the row now, or it was taken away. Not an error: this worker stops."""


@dataclass
class Lease:
    """This worker's claim on one row: `held` is true of it as long as it is ours.

    Progress (`say`) is written with the next renewal, so that a fast opening needs one or two writes instead of one per
    step. Facts that other processes need are written immediately (`write`).
    """

    work: LeasedWork
    held: Q
    notes: dict[str, Any] = field(default_factory=dict)
    renewed_at: float = field(default_factory=time.monotonic)
    _writing: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def note(self, **facts: Any) -> None:
        """Note progress, and facts of a step such as the number of tables."""
        with self._writing:
            self.notes |= facts

    def say(self, **facts: Any) -> None:
        """Note what happens next. Raises `LeaseLost` when another worker has the row.

        Only an older claim is checked: a claim renewed a second ago is valid for `LEASE`. If rows of this kind can be
        taken from a worker (a move that is undone), use `write`.
        """
        self.note(**facts)
        if self.age() >= SURE_SECONDS:
            self.write()

    def write(self, **facts: Any) -> None:
        """Write facts into the row now and renew the claim. Raises `LeaseLost`."""
        if not self.renew(**facts):
            raise LeaseLost()

    def age(self) -> float:
        """Seconds since the last renewal of the lease, correct also after the process was suspended."""
        return time.monotonic() - self.renewed_at

    def renew(self, **facts: Any) -> bool:
        """Extend the claim and write the notes. False if another worker holds the row."""
        began = time.monotonic()
        with self._writing, outside_store():
            facts = {**self.notes, **facts}
            is_ours = self.mine().update(lease_until=Now() + LEASE, updated_at=Now(), **facts)
            if is_ours:
                self.notes, self.renewed_at = {}, began
        return bool(is_ours)

    def finish(self, status: str | None = None, **facts: Any) -> None:
        """Release the row, with a new status if one is given. Raises `LeaseLost`."""
        released = {"lease_until": None, "lease_holder": "", **self.notes, **facts}
        with outside_store():
            if status is None:
                done = bool(self.mine().update(updated_at=Now(), **released))
            else:
                done = set_status(self.work, status, self.held, **released)
        if not done:
            raise LeaseLost()

    def require_few_crashes(self) -> None:
        """Raise `StoppedTooOften` for work whose workers died too often. A new request begins a new count."""
        if self.work.attempts > MAX_CRASHES:
            raise StoppedTooOften()

    def mine(self) -> Any:
        """The row, unless another worker holds it by now."""
        return _rows(self.work).filter(self.held)


def claim(work: LeasedWork, status: str | None, **facts: Any) -> Lease | None:
    """Take the row, in the status the work needs (None: as it is), and read it again; None where another worker holds
    it or the table of transitions does not lead there."""
    holder = random_token()
    held = Q(lease_holder=holder)
    facts |= {
        "lease_holder": holder,
        "lease_until": Now() + LEASE,
        "attempts": F("attempts") + 1,
        "started_at": Coalesce("started_at", Now()),
    }
    if status is None:
        taken = bool(_rows(work).filter(UNHELD).update(updated_at=Now(), **facts))
    else:
        held &= Q(status=status)
        taken = set_status(work, status, UNHELD, error="", **facts)
    if not taken:
        return None
    work.refresh_from_db()
    return Lease(work, held)


def claim_or_refuse(work: LeasedWork, status: str | None) -> Lease:
    """As `claim`. Raises `JobBusy` where that gives None."""
    lease = claim(work, status)
    if lease is None:
        raise JobBusy()
    return lease


def set_status(work: LeasedWork, target: str, *conditions: Q, **facts: Any) -> bool:
    """The one place that changes a status: a conditional UPDATE by the table of transitions."""
    sources = [status for status, targets in _TRANSITIONS[type(work)].items() if target in targets]
    rows = _rows(work).filter(*conditions, status__in=sources)
    return bool(rows.update(status=target, updated_at=Now(), **facts))


def _rows(work: LeasedWork) -> Any:
    return type(work)._default_manager.filter(pk=work.pk)


@dataclass
class StepRun(ABC):
    """One worker's run of one step of a job; its failure is recorded by `fail`."""

    lease: Lease
    step: Step[Any]

    def take_step(self) -> None:
        with recorded_failures(self.fail):
            self.lease.require_few_crashes()
            step = self.step
            self.lease.say(current_step=step.name, message=step.message, progress=step.progress)
            step.call(self)

    def watch(self, share: float, words: str) -> None:
        """The `Progress` of the step: written with the next heartbeat."""
        self.lease.note(progress=min(99, round(100 * share)), message=words[:200])

    @abstractmethod
    def fail(self, error: Exception) -> None:
        """Release the lease with the facts of the failure."""


@contextmanager
def heartbeat(lease: Lease) -> Iterator[None]:
    """Renew the claim and write its notes while long steps (copying, building the template, real migrations) run in
    this block, in a thread with a connection of its own."""
    done = threading.Event()
    beats = threading.Thread(target=_beat, args=(lease, done), daemon=True, name="heartbeat")
    beats.start()
    try:
        yield
    finally:
        done.set()
        beats.join(timeout=HEARTBEAT_SECONDS)


def _beat(lease: Lease, done: threading.Event) -> None:
    try:
        while not done.wait(NOTES_SECONDS):
            if not lease.notes and lease.age() < HEARTBEAT_SECONDS:
                continue
            try:
                lease.renew()
            except DatabaseError as error:  # it is asked again at the next beat
                log.warning("A claim was not renewed.", error=type(error).__name__)
    finally:
        close_platform_connection()


@contextmanager
def recorded_failures(record: Callable[[Exception], None]) -> Iterator[None]:
    """An error in this block is recorded by `record` and not raised; a worker that has lost its claim just ends."""
    try:
        try:
            yield
        except LeaseLost:
            raise
        except Exception as error:
            record(error)
    except LeaseLost:
        log.warning("Another worker has taken over, or the job was cancelled.")


def explain_failure(error: Exception, step: Step[Any]) -> str:
    """Database errors can name hosts and users, so people get our words and the log the rest."""
    if isinstance(error, DomainError):
        log.warning("A step was refused.", step=step.name, code=error.code)
        return str(error)
    log.exception("A step failed.", step=step.name)
    what = show_message(step.message)
    what = what[0].lower() + what[1:]
    if isinstance(error, OSError) and error.filename:
        return gettext("A file could not be written or read: %(strerror)s.") % {
            "strerror": error.strerror
        }
    if isinstance(error, DatabaseError):
        return gettext("The database refused while %(what)s. The platform's log says more.") % {
            "what": what
        }
    return gettext("Something went wrong while %(what)s. The platform's log says more.") % {
        "what": what
    }
