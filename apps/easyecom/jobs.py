"""The rows of jobs: one worker at a time for each, by a lease in the store's database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import Q

from apps.common.clock import now
from apps.easyecom.models import SyncJob
from apps.easyecom.states import Job


def get_job(job: Job) -> SyncJob:
    """Its row, made where there is none. Not locked."""
    found = SyncJob.objects.filter(job=job).first()
    if found is None:
        SyncJob.objects.bulk_create([SyncJob(job=job)], ignore_conflicts=True)
        found = SyncJob.objects.get(job=job)
    return found


@contextmanager
def leased(job: Job, *, for_so_long: timedelta) -> Iterator[SyncJob | None]:
    """The row while no other worker has the lease, which ends by itself with a process that died. None: another has it."""
    row = get_job(job)
    until = now() + for_so_long
    free = Q(lease_until=None) | Q(lease_until__lt=now())
    if not SyncJob.objects.filter(free, pk=row.pk).update(lease_until=until):
        yield None
        return
    row.refresh_from_db()
    try:
        yield row
    finally:
        SyncJob.objects.filter(pk=row.pk, lease_until=row.lease_until).update(lease_until=None)


def keep(row: SyncJob, *, for_so_long: timedelta) -> bool:
    """Have the lease for longer. False when it has ended, and another worker may have it."""
    until = now() + for_so_long
    if row.lease_until is None or row.lease_until <= now():
        return False
    if not SyncJob.objects.filter(pk=row.pk, lease_until=row.lease_until).update(lease_until=until):
        return False
    row.lease_until = until
    return True
