"""The steps of an opening: a store's tables and its first data.

Every step is idempotent: after a crash or a failure the job starts at the first step again, and each step skips
finished work. The store serves no page before the last step.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from apps.common.clock import now
from apps.common.progress import Progress, ignore_progress
from apps.placements import documents_preflight
from apps.placements.base import PlaceContents, Placement
from apps.placements.kinds import placement_of
from apps.placements.own_documents import has_own_documents, make_collections
from apps.placements.release.template import graph_version
from apps.platform import selectors
from apps.platform.agreements import agreement_changed
from apps.platform.errors import JobBusy, PlacementOccupied, PlacementUnreachable, TemplateOutdated
from apps.platform.jobs import (
    Lease,
    Step,
    claim,
    explain_failure,
    heartbeat,
    recorded_failures,
)
from apps.platform.models import DatabaseType, IntegrationConfig, ProvisioningJob, Store
from apps.platform.seeding import seeds
from apps.platform.selectors.stores import get_database_config, get_documents_config
from apps.platform.states import JobStatus, StoreStatus
from apps.tenancy.context import ActiveStore, outside_store, system_scope, use_store
from apps.tenancy.transactions import atomic_on_platform, on_commit_on_platform


@dataclass
class OpeningRun:
    """One worker's run of one job."""

    job: ProvisioningJob
    lease: Lease
    watch: Progress
    store: Store = field(init=False)
    placement: Placement = field(init=False)
    existing: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    is_new: bool = False
    step: Step[Any] = field(init=False, default_factory=lambda: STEPS[0])

    def begin(self) -> None:
        self.store = Store.objects.get(pk=self.job.store_id)
        self.placement = placement_of(self.store)

    def enter(self, step: Step[Any]) -> None:
        self.step = step
        self.tell(step.message)
        self.watch(step.progress / 100, step.message)

    def tell(self, message: str) -> None:
        """Show a message within the current step."""
        self.lease.say(current_step=self.step.name, message=message, progress=self.step.progress)

    def fail(self, error: Exception) -> None:
        """Release the lease: the job has failed, or is queued for a worker of the right version."""
        if isinstance(error, TemplateOutdated):
            self.lease.finish(JobStatus.QUEUED, message=str(error)[:200], finished_at=None)
            return
        sentence = explain_failure(error, self.step)[:500]
        self.lease.finish(
            JobStatus.FAILED, error=sentence, message=gettext_noop("Stopped"), finished_at=Now()
        )

    def count_tables(self, tables: frozenset[str]) -> None:
        """Report progress while tables are created one by one."""
        made = len(tables & self.required)
        share = made / max(1, len(self.required))
        self.lease.note(tables_created=made, progress=25 + round(45 * share))


def run_provisioning(job: ProvisioningJob, watch: Progress = ignore_progress) -> ProvisioningJob:
    """Work through the job and return it, succeeded or failed with a sentence for people.

    A job that is finished stays as it is. Raises `JobBusy` while another worker holds it. `watch` receives the
    progress and the current step.
    """
    with outside_store():
        lease = claim_opening(job)
        if lease is not None:
            with heartbeat(lease), structlog.contextvars.bound_contextvars(job=str(job.id)):
                _take_steps(OpeningRun(job, lease, watch))
        job.refresh_from_db()  # and with it `job.store`, at the next look
    return job


def _take_steps(run: OpeningRun) -> None:
    with recorded_failures(run.fail):
        run.lease.require_few_crashes()
        run.begin()
        for step in STEPS:
            run.enter(step)
            step.call(run)


def claim_opening(job: ProvisioningJob) -> Lease | None:
    """Take the job, or None when it is finished. Raises `JobBusy` while another worker holds it."""
    lease = claim(job, JobStatus.RUNNING, finished_at=None)
    if lease is None:
        job.refresh_from_db()
        if job.status == JobStatus.RUNNING:
            raise JobBusy()
    return lease


def _test_connection(run: OpeningRun) -> None:
    test_places(run.store, run.placement, run.tell)


def test_places(store: Store, placement: Placement, tell: Callable[[str], None]) -> None:
    """Raise `PlacementUnreachable` unless the store's tables and documents can be stored in the chosen place. A new
    Supabase project is created first, which may take minutes."""
    placement.prepare(tell)
    problems = placement.preflight(placement.config, store=placement.active_store).problems
    if not problems and has_own_documents(store):
        config = get_documents_config(store)
        problems = documents_preflight.examine_documents(config, store=store).problems
    if problems:
        raise PlacementUnreachable(problems[0].sentence)


def _list_tables(run: OpeningRun) -> None:
    run.existing = run.placement.list_tables()


def _work_out_schema(run: OpeningRun) -> None:
    """The recording is built here when this is the first store since the code changed."""
    run.required = run.placement.required_schema()
    here = len(run.existing & run.required)
    run.lease.note(total_tables=len(run.required), tables_created=here)


def _create_tables(run: OpeningRun) -> None:
    """By the contents of the place: an empty place is filled, a place of this store is left to the migrations, and any
    other place fails the job unchanged."""
    found = run.placement.occupancy()
    if found.is_refused:
        raise PlacementOccupied(found.sentence)
    run.placement.when_made = run.count_tables
    if found.contents is PlaceContents.NOTHING:
        run.placement.create()
        run.existing |= run.required
        run.is_new = True
    run.lease.note(tables_created=len(run.existing & run.required))


def _migrate(run: OpeningRun) -> None:
    """For tables of an interrupted opening, perhaps by older code."""
    if not run.is_new and run.placement.migrate():
        run.existing = run.placement.list_tables()
        run.lease.note(tables_created=len(run.existing & run.required))


def _make_collections(run: OpeningRun) -> None:
    """In a region's documents and in a MongoDB of the store's own; the platform's are made by `migrate_documents`."""
    make_collections(run.store)


def _seed(run: OpeningRun) -> None:
    seed_store(run.placement.active_store)


def seed_store(store: ActiveStore) -> list[str]:
    """Run the seed in every app's `defaults.py` inside the store, in one transaction. Repeatable. The names of the
    modules."""
    with system_scope("provisioning"), use_store(store), transaction.atomic():
        for seed in seeds:
            seed(store)
    return list(seeds.items())


def _save_connection(run: OpeningRun) -> None:
    save_connection(run.store)


def save_connection(store: Store) -> None:
    """Write the schema version, the database's name and host, and the working credentials into the registry."""
    fields = {"schema_version": graph_version()}
    if store.database_type == DatabaseType.SHARED:
        fields["database_name"] = store.schema_name
    else:
        config = get_database_config(store)
        fields["database_name"] = str(config["database"])
        fields["database_host"] = str(config["host"])
    IntegrationConfig.objects.filter(
        store=store, kind__in=(IntegrationConfig.DATABASE, IntegrationConfig.DOCUMENTS)
    ).update(is_active=True, last_checked_at=now(), updated_at=now())
    Store.objects.filter(pk=store.pk).update(**fields)


def _activate(run: OpeningRun) -> None:
    """Open the store and end the job in one transaction, so that neither is true without the other."""
    with atomic_on_platform():
        run.lease.finish(
            JobStatus.SUCCEEDED,
            error="",
            message=gettext_noop("The store is open"),
            progress=100,
            finished_at=Now(),
        )
        opening = Store.objects.filter(pk=run.store.pk, status=StoreStatus.PROVISIONING)
        opening.update(status=StoreStatus.ACTIVE, updated_at=Now())
        agreement_changed(run.store.pk)
        on_commit_on_platform(selectors.forget_addresses)


STEPS: Final[tuple[Step[OpeningRun], ...]] = (
    Step("test_connection", 5, gettext_noop("Testing the connection"), _test_connection),
    Step("list_tables", 10, gettext_noop("Looking at what is there"), _list_tables),
    Step("required_schema", 15, gettext_noop("Working out the tables"), _work_out_schema),
    Step("create_tables", 25, gettext_noop("Creating the tables"), _create_tables),
    Step("migrate", 70, gettext_noop("Checking the migrations"), _migrate),
    Step("collections", 75, gettext_noop("Checking the collections"), _make_collections),
    Step("seed", 80, gettext_noop("Writing the first data"), _seed),
    Step("save_connection", 90, gettext_noop("Saving the connection"), _save_connection),
    Step("activate", 95, gettext_noop("Opening the store"), _activate),
)
