"""The state machines of the platform as tables. `services` is the only door through them."""

from collections.abc import Mapping, Set

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoreStatus(models.TextChoices):
    """The status of a store. Only an active store serves pages; an archived one is kept but does nothing; a deletion
    that has begun can't be stopped."""

    PROVISIONING = "provisioning", _("provisioning")
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    ARCHIVED = "archived", _("archived")
    DELETING = "deleting", _("being deleted")


STORE_TRANSITIONS: Mapping[str, Set[str]] = {
    StoreStatus.PROVISIONING: {StoreStatus.ACTIVE},
    StoreStatus.ACTIVE: {StoreStatus.SUSPENDED, StoreStatus.ARCHIVED},
    StoreStatus.SUSPENDED: {StoreStatus.ACTIVE, StoreStatus.ARCHIVED},
    StoreStatus.ARCHIVED: {StoreStatus.ACTIVE, StoreStatus.DELETING},
    StoreStatus.DELETING: set(),
}
# Stores in these have tables.
WITH_TABLES = (StoreStatus.ACTIVE, StoreStatus.SUSPENDED, StoreStatus.ARCHIVED)
# Nothing is done in these stores: no sweep, no mail.
AT_REST = (StoreStatus.PROVISIONING, StoreStatus.ARCHIVED, StoreStatus.DELETING)


class JobStatus(models.TextChoices):
    """The status of a provisioning job. `queued` waits for a worker, `running` is leased by one."""

    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")


JOB_TRANSITIONS: Mapping[str, Set[str]] = {
    JobStatus.QUEUED: {JobStatus.RUNNING},
    # running -> running: the lease of a crashed worker is taken over; -> queued: a worker of another version is needed.
    JobStatus.RUNNING: {
        JobStatus.RUNNING,
        JobStatus.QUEUED,
        JobStatus.SUCCEEDED,
        JobStatus.FAILED,
    },
    JobStatus.FAILED: {JobStatus.QUEUED},
    JobStatus.SUCCEEDED: set(),
}


class MoveStatus(models.TextChoices):
    """The status of a store's move to another place. `undoing` is retried until it is `undone`."""

    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    FAILED = "failed", _("failed")
    UNDOING = "undoing", _("being undone")
    DONE = "done", _("done")
    UNDONE = "undone", _("undone")


MOVE_TRANSITIONS: Mapping[str, Set[str]] = {
    MoveStatus.QUEUED: {MoveStatus.RUNNING, MoveStatus.UNDOING},
    # running -> running: the lease of a worker that died is taken over
    MoveStatus.RUNNING: {
        MoveStatus.RUNNING,
        MoveStatus.QUEUED,
        MoveStatus.FAILED,
        MoveStatus.DONE,
        MoveStatus.UNDOING,
    },
    MoveStatus.FAILED: {MoveStatus.QUEUED, MoveStatus.UNDOING},
    MoveStatus.UNDOING: {MoveStatus.UNDOING, MoveStatus.UNDONE},
    MoveStatus.DONE: set(),
    MoveStatus.UNDONE: set(),
}
# A store with a move in one of these states can't get another move.
OPEN_MOVES = (MoveStatus.QUEUED, MoveStatus.RUNNING, MoveStatus.FAILED, MoveStatus.UNDOING)


class SubscriptionStatus(models.TextChoices):
    TRIAL = "trial", _("trial")
    ACTIVE = "active", _("active")
    PAST_DUE = "past_due", _("past due")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


class DomainStatus(models.TextChoices):
    """The status of a store's claim on a host. Only a verified host is answered on."""

    WAITING = "waiting", _("waiting for its record")
    VERIFIED = "verified", _("verified")
    EXPIRED = "expired", _("expired")
    TAKEN = "taken", _("proved by another store")


DOMAIN_TRANSITIONS: Mapping[str, Set[str]] = {
    DomainStatus.WAITING: {DomainStatus.VERIFIED, DomainStatus.EXPIRED, DomainStatus.TAKEN},
    # verified -> taken: its record was missing for weeks, and another store has proved the host
    DomainStatus.VERIFIED: {DomainStatus.TAKEN},
    DomainStatus.EXPIRED: {DomainStatus.WAITING, DomainStatus.VERIFIED, DomainStatus.TAKEN},
    DomainStatus.TAKEN: {DomainStatus.WAITING, DomainStatus.VERIFIED},
}
# A claim in one of these counts towards the plan's limit.
CLAIMING = (DomainStatus.WAITING, DomainStatus.VERIFIED)
