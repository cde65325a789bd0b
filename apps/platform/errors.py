"""Errors of the platform. Messages are for people: no credentials, no tracebacks."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import (
    Conflict,
    DomainError,
    InvalidInput,
    LimitReached,
    NotFound,
    Unavailable,
    Unprocessable,
)


class StoreNotFound(NotFound):
    code = "store_not_found"
    title = _("There is no such store.")


class JobNotFound(NotFound):
    code = "job_not_found"
    title = _("There is no such provisioning job.")


class SlugTaken(InvalidInput):
    code = "slug_taken"
    title = _("This short name is already used by another store.")


class HostTaken(InvalidInput):
    code = "host_taken"
    title = _("This host is already used by another store.")


class HostsWaiting(LimitReached):
    """Independent of the plan."""

    code = "hosts_waiting"
    title = _("Many hosts wait for their records already. Remove some of them first.")


class HostLookedAt(Conflict):
    code = "host_looked_at"
    title = _("The record was looked up a moment ago. Try again in half a minute.")


class PlacementNotSupported(InvalidInput):
    """`fields` lists what can be chosen."""

    code = "placement_not_supported"
    title = _("A store can't be placed there.")


class PlacementUnreachable(Unprocessable):
    """The chosen database refused the connection or did not answer."""

    code = "placement_unreachable"
    title = _("The store's database can't be reached.")


class SupabaseRefused(Unprocessable):
    """Supabase's Management API refused the request; a retry does not help."""

    code = "supabase_refused"
    title = _("Supabase refused the request.")


class SupabaseUnavailable(Unavailable):
    """Supabase's Management API does not answer, or not in time."""

    code = "supabase_unavailable"
    title = _("Supabase does not answer right now. Try again in a moment.")


class PlacementOccupied(Conflict):
    """The database has tables of another store, or other tables with the same names."""

    code = "placement_occupied"
    title = _("The database already holds other tables of these names.")


class ProvisioningFailed(DomainError):
    """A step of provisioning failed for a reason a person can act on."""

    code = "provisioning_failed"
    status = 500
    title = _("The store could not be set up.")


class JobBusy(Conflict):
    """Another worker holds the job."""

    code = "job_busy"
    title = _("A worker is running this job right now.")


class StoppedTooOften(DomainError):
    """The workers that took the job died, several times in a row."""

    code = "stopped_too_often"
    status = 500
    title = _("The worker died several times during this job. Ask your operator to check its log.")


class JobNotRetryable(Conflict):
    code = "job_not_retryable"
    title = _("Only a failed job can be tried again.")


class TemplateOutdated(DomainError):
    """The template was built from other migrations than the code has; `build_template` makes a new one."""

    code = "template_outdated"
    status = 503
    title = _("The template of new stores is not up to date. Run `manage.py build_template`.")


class StoreMigrating(Conflict):
    """Another process is migrating this store."""

    code = "store_busy"
    title = _("Another process is migrating this store right now.")


class StoreOccupied(Conflict):
    """Another process backs it up, moves it, copies it or deletes it."""

    code = "store_occupied"
    title = _("Another process is working on this store right now. Try again when it has finished.")


class StoreAtWork(StoreOccupied):
    """It ends by itself, so a job can wait for it; `details["work"]` is its noun."""


class CanaryFailed(DomainError):
    """Only canaries were changed."""

    code = "canary_failed"
    status = 500
    title = _("A canary store could not be migrated; the others were not touched.")


class StoreSuspended(Unavailable):
    """Its programs may tell it from a failure: a retry does not help before the platform opens the store again."""

    code = "store_suspended"
    title = _("This store is closed at the moment.")


class PlanLimitReached(LimitReached):
    code = "plan_limit_reached"
    title = _("The limit of the store's plan is reached.")


class CredentialsUnreadable(DomainError):
    """No key in `CREDENTIALS_KEYS` opens these credentials."""

    code = "credentials_unreadable"
    status = 500
    title = _("The stored credentials can't be read with the keys of this installation.")


class MoveNotFound(NotFound):
    code = "move_not_found"
    title = _("This store has not been moved, and is not being moved.")


class MoveNotPossible(Conflict):
    """The sentence gives the reason."""

    code = "move_not_possible"
    title = _("The store can't be moved there now.")


class CopyNotEqual(DomainError):
    """The copied data differs from the original; the store is not switched."""

    code = "copy_not_equal"
    status = 500
    title = _("The copy differs from the original. The store stays where it is.")
