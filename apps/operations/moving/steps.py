"""A move, step by step. Every step can be repeated: a worker that resumes the move begins at the first one again.

    preflight   the target answers, meets the requirements, and is empty or made by this move
    provision   its tables are made
    pause       the write pause begins: from here on nothing changes in the source
    copy        every row, in one transaction of the target
    verify      counts and checksums of both sides
    switch      the registry gets the new place, in one transaction of the master database
    finish      copies of the old address are dropped

If a step fails before the switch, the store keeps selling in its old place at once. A process that dies is followed by
another one within a minute (`resume_stalled_moves`), which finishes the move or fails it in the same way.
"""

import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import structlog
from django.db import DatabaseError
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_noop

from apps.archive import use_store_as_system
from apps.common.errors import DomainError
from apps.common.progress import Progress, ignore_progress
from apps.events.services.idempotency import release_running_keys
from apps.operations.moving import copying
from apps.operations.moving.dropping import drop_source
from apps.operations.moving.endpoints import source_of, target_of
from apps.operations.moving.requesting import (
    Target,
    check_target,
    require_empty_target,
    require_passed,
)
from apps.operations.moving.switching import finish, switch
from apps.operations.moving.undoing import undo_move
from apps.operations.store_locks import exclusive_store_operation, waiting_message
from apps.placements.base import PlaceContents, Placement
from apps.platform.errors import JobBusy, StoreAtWork
from apps.platform.jobs import (
    UNHELD,
    Lease,
    Step,
    claim_or_refuse,
    explain_failure,
    heartbeat,
    recorded_failures,
)
from apps.platform.models import StoreMove
from apps.platform.states import MoveStatus
from apps.tenancy.context import outside_store
from apps.tenancy.write_pause import pause_writes, resume_writes

log = structlog.get_logger(__name__)

NOTES_SECONDS: Final = 0.5
MAKING_TABLES: Final = gettext_noop("Making the tables")
HAS_MOVED: Final = gettext_noop("The store has moved")


@dataclass
class MoveRun:
    """One worker's run of one move."""

    move: StoreMove
    lease: Lease
    source: Placement
    target: Placement
    watch: Progress
    step: Step[Any] = field(init=False, default_factory=lambda: STEPS[0])

    def enter(self, step: Step[Any]) -> None:
        self.step = step
        self.say(step.progress, step.message, current_step=step.name)

    def say(self, progress: int, message: str, **facts: object) -> None:
        """Raises `LeaseLost` once another worker holds the move."""
        self.lease.write(progress=progress, message=message, **facts)
        self.watch(progress / 100, message)

    def fail(self, error: Exception) -> None:
        """Before the switch, end the write pause and then release the lease; after the switch the last steps are
        retried."""
        sentence = explain_failure(error, self.step)[:500]
        self.lease.write(message=gettext_noop("Stopping"))
        if self.move.switched_at is not None:
            waits = gettext_noop("Waiting to be finished")
            self.lease.finish(MoveStatus.QUEUED, error=sentence, message=waits, attempts=0)
            return
        _release(self.move, self.lease, self.source)
        self.lease.finish(
            MoveStatus.FAILED, error=sentence, message=gettext_noop("Stopped"), finished_at=Now()
        )


def work_on(move: StoreMove) -> None:
    """The work on a move: continue it, undo it, end the write pause or drop the old copy, by its state."""
    if move.status == MoveStatus.UNDOING:
        undo_move(move)
    elif move.status == MoveStatus.FAILED and move.paused_at is not None:
        _release_failed(move)
    elif move.drop_requested_at is not None and move.source_dropped_at is None:
        drop_source(move)
    elif move.status in (MoveStatus.QUEUED, MoveStatus.RUNNING):
        try:
            run_move(move)
        except StoreAtWork as error:  # the sweep comes again
            StoreMove.objects.filter(UNHELD, pk=move.pk).update(message=waiting_message(error))
            raise


def run_move(move: StoreMove, watch: Progress = ignore_progress) -> StoreMove:
    """Work through the move and return it, done or failed with a sentence for people.

    Raises `JobBusy` while another worker holds it, or when it is over, `StoreOccupied` while the store is backed up.
    """
    with outside_store(), exclusive_store_operation(move.store_id, "moved", shared=True):
        lease = claim_or_refuse(move, MoveStatus.RUNNING)
        with heartbeat(lease), structlog.contextvars.bound_contextvars(move=str(move.id)):
            _take_steps(MoveRun(move, lease, source_of(move), target_of(move), watch))
        move.refresh_from_db()
    return move


def _take_steps(run: MoveRun) -> None:
    with recorded_failures(run.fail):
        run.lease.require_few_crashes()
        for step in STEPS:
            run.enter(step)
            step.call(run)


def _release(move: StoreMove, lease: Lease, source: Placement) -> None:
    """End the write pause of the source. If its database does not answer, `paused_at` stays and the periodic task tries
    again."""
    if move.paused_at is None:
        return
    try:
        resume_writes(source.active_store)
    except (DatabaseError, DomainError) as error:
        log.error("The store is still paused.", store=move.store.slug, error=type(error).__name__)
        return
    move.paused_at = None
    lease.write(paused_at=None)


def _release_failed(move: StoreMove) -> None:
    with outside_store():
        try:
            lease = claim_or_refuse(move, None)
        except JobBusy:
            return
        if move.status == MoveStatus.FAILED:
            _release(move, lease, source_of(move))
        lease.finish()


def _preflight(run: MoveRun) -> None:
    if run.move.switched_at is not None:
        return
    move = run.move
    target = Target(move.target_type, move.target_region, dict(move.target_config))
    require_passed(check_target(move.store, target))
    require_empty_target(move)


def _provision(run: MoveRun) -> None:
    """Create the tables without rows; the rows are copied from the source. Recorded before tables are created, so that
    only this move's tables are dropped."""
    if run.move.switched_at is not None:
        return
    holds = require_empty_target(run.move)
    run.move.target_is_ours = True
    run.lease.write(target_is_ours=True)
    run.target.when_made = partial(_tell_tables, run, run.target.required_schema())
    if holds is PlaceContents.NOTHING:
        run.target.create()
    if holds is not PlaceContents.CURRENT:
        run.target.migrate()
    copying.require_same_migrations(run.source.active_store, run.target.active_store)


def _tell_tables(run: MoveRun, required: frozenset[str], tables: frozenset[str]) -> None:
    """Reports progress where tables are created one by one."""
    made, total = len(tables & required), len(required)
    share = 8 + round(27 * made / max(1, total))
    run.say(share, MAKING_TABLES, tables_done=made, total_tables=total)


def _pause(run: MoveRun) -> None:
    if run.move.switched_at is not None:
        return
    run.lease.write(paused_at=Coalesce("paused_at", Now()))
    run.move.refresh_from_db(fields=["paused_at"])
    pause_writes(run.source.active_store)


def _copy(run: MoveRun) -> None:
    if run.move.switched_at is not None:
        return
    noted, total = [0.0], copying.count_tables(run.source.active_store)

    def tell(share: float, words: str) -> None:
        """Limited in rate: the row is only shown to people."""
        if time.monotonic() - noted[0] > NOTES_SECONDS:
            noted[0] = time.monotonic()
            done = round(share * total)
            run.say(40 + round(35 * share), words, tables_done=done, total_tables=total)

    counts = copying.copy_tables(run.source.active_store, run.target.active_store, tell)
    run.lease.write(counts=counts, tables_done=len(counts), total_tables=len(counts))


def _verify(run: MoveRun) -> None:
    if run.move.switched_at is None:
        counts = copying.require_equal(run.source.active_store, run.target.active_store)
        run.lease.write(counts=counts, tables_done=len(counts), total_tables=len(counts))
        with use_store_as_system(run.target.active_store):
            release_running_keys()  # of requests that ran when the store was paused


def _switch(run: MoveRun) -> None:
    if run.move.switched_at is None:
        switch(run.move, run.lease, run.source)


def _finish(run: MoveRun) -> None:
    finish(run.move)
    run.lease.finish(MoveStatus.DONE, message=HAS_MOVED, progress=100, error="", finished_at=Now())
    run.watch(1.0, HAS_MOVED)


STEPS: Final[tuple[Step[MoveRun], ...]] = (
    Step("preflight", 2, gettext_noop("Looking at the new place"), _preflight),
    Step("provision", 8, MAKING_TABLES, _provision),
    Step("pause", 35, gettext_noop("Waiting for running changes"), _pause),
    Step("copy", 40, gettext_noop("Copying the rows"), _copy),
    Step("verify", 75, gettext_noop("Comparing both sides"), _verify),
    Step("switch", 92, gettext_noop("Switching over"), _switch),
    Step("finish", 96, gettext_noop("Tidying up"), _finish),
)
