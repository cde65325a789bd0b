"""Work in steps: handed to a worker, which walks them one by one. Every step can be repeated: a worker that resumes
begins at the first step again, and each finds out what is already there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import structlog
from celery import current_app
from django.db import DatabaseError, transaction
from django.utils.translation import gettext
from kombu.exceptions import OperationalError as BrokerError

from apps.common.errors import DomainError
from apps.platform.jobs.leases import Lease, LeaseLost, require_few_crashes
from apps.tenancy.routers import PLATFORM

log = structlog.get_logger(__name__)


def send_on_commit(task: str, row_id: UUID) -> None:
    """Have a worker begin once the row of the work is committed."""
    transaction.on_commit(partial(send_to_worker, task, row_id), using=PLATFORM)


def send_to_worker(task: str, row_id: UUID) -> bool:
    """Have a worker begin. False when the broker does not answer: the sweep finds the row later."""
    try:
        current_app.send_task(task, args=[str(row_id)])
    except (BrokerError, OSError) as error:
        log.warning("The broker does not answer; the sweep will start it.", task=task, row=str(row_id))  # fmt: skip
        log.debug("broker", error=type(error).__name__)
        return False
    return True


class Run(Protocol):
    """One worker's way through one row of work. Everything here may raise `LeaseLost`."""

    lease: Lease

    def begin(self) -> None:
        """What comes before the first step and fails like it."""

    def enter(self, step: "Step[Any]") -> None:
        """Record the next step."""

    def fail(self, step: "Step[Any]", error: Exception) -> None:
        """Give the row back, with a sentence for people."""


R = TypeVar("R", bound=Run)


@dataclass(frozen=True)
class Step(Generic[R]):
    """`progress` is how far the work is when the step begins, in percent as the row has it."""

    name: str
    progress: int
    message: str
    call: Callable[[R], None]


def walk(run: R, steps: Sequence[Step[R]]) -> None:
    """Take one step after the other. Errors are recorded on the run and not raised; a worker that has
    lost its claim just ends."""
    step = steps[0]
    try:
        try:
            require_few_crashes(run.lease.work)
            run.begin()
            for step in steps:
                run.enter(step)
                step.call(run)
        except LeaseLost:
            raise
        except Exception as error:
            run.fail(step, error)
    except LeaseLost:
        log.warning("Another worker has taken over, or the job was cancelled.", step=step.name)


def explain_failure(error: Exception, step: Step[Any]) -> str:
    """Database errors can name hosts and users, so people get our words and the log the rest."""
    if isinstance(error, DomainError):
        log.warning("A step was refused.", step=step.name, code=error.code)
        return str(error)
    log.exception("A step failed.", step=step.name)
    what = step.message[0].lower() + step.message[1:]
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
