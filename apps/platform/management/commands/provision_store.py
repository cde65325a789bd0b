"""`manage.py provision_store`: open a store, or finish one whose opening stopped, with progress to look at."""

import time
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.common.errors import Conflict
from apps.platform import selectors, services
from apps.platform.errors import JobBusy, StoreNotFound
from apps.platform.management.console import (
    Watcher,
    console_for,
    is_terminal,
    one_line_errors,
)
from apps.platform.management.opening import add_opening, opening_of
from apps.platform.models import ProvisioningJob, Store
from apps.platform.states import JobStatus
from apps.platform.tenancy.aliases import MAIN
from apps.platform.tenancy.placements import placement_of

POLL_SECONDS: Final = 0.3


class Command(BaseCommand):
    help = "Open a store and wait until it is active. An existing store's job is continued."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="Short name; part of the store's address.")
        parser.add_argument("--currency", default="", help="Default: INR.")
        parser.add_argument("--country", default="", help="Default: IN.")
        parser.add_argument("--language", default="", help="For example en or pt-br.")
        parser.add_argument("--time-zone", default="", help="Default: the country's.")
        add_opening(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        self.console = console_for(self.stdout)
        with one_line_errors():
            job = self._get_or_open(options)
            with self._watching(job, quiet=options["verbosity"] == 0) as watcher:
                job = _run(job, watcher)
        if job.status != JobStatus.SUCCEEDED:
            raise CommandError(f"{job.store.slug}: {job.error}")
        if options["verbosity"] > 0:
            seconds = time.monotonic() - started
            self.console.print(
                f"[green]{job.store.name} is open[/]: {selectors.store_url(job.store)} "
                f"({job.total_tables} tables, {seconds:.1f} s)"
            )
            for sentence in placement_of(job.store).lacks():
                self.console.print(f"[yellow]It lacks[/]: {sentence}")

    def _get_or_open(self, options: dict[str, Any]) -> ProvisioningJob:
        opening, slug = opening_of(options), options["slug"]
        try:
            store = selectors.get_store(slug)
        except StoreNotFound:
            opening["name"] = opening["name"] or slug.replace("-", " ").title()
            opening["region"] = opening["region"] or MAIN
            return services.open_store(
                slug=slug,
                currency=options["currency"].upper() or "INR",
                country=options["country"].upper() or "IN",
                language=options["language"],
                time_zone=options["time_zone"],
                start=False,
                **opening,
            )
        _require_same(store, options)
        return services.request_provisioning(
            store=store,
            database_type=opening["database_type"],
            config=opening["config"],
            start=False,
        )

    def _watching(self, job: ProvisioningJob, *, quiet: bool) -> Watcher:
        return Watcher(job.store.slug, self.console, quiet=quiet, bar=is_terminal(self.stdout))


def _require_same(store: Store, options: dict[str, Any]) -> None:
    """Nothing that is asked for may be passed over: an existing store keeps what it was opened with."""
    has = {
        "name": store.name,
        "currency": store.currency,
        "country": store.country,
        "language": store.language,
        "time_zone": store.time_zone,
        "region": store.region,
        "plan": store.plan.code,
    }
    for option, value in has.items():
        wanted = options[option]
        if wanted and wanted.casefold() != value.casefold():
            words = option.replace("_", " ")
            raise Conflict(
                f"The store {store.slug!r} exists, and its {words} is {value}, not {wanted}. "
                f"Leave --{words.replace(' ', '-')} out to go on with it."
            )
    if options["host"] and not store.domains.filter(domain=options["host"].lower()).exists():
        raise Conflict(
            f"The store {store.slug!r} exists and does not have the host {options['host']}. "
            "Leave --host out to go on with it."
        )


def _run(job: ProvisioningJob, watcher: Watcher) -> ProvisioningJob:
    """Do the work here; when a worker was faster, watch it."""
    while True:
        try:
            done = services.run_provisioning(job, watcher)
        except JobBusy:
            job.refresh_from_db()
            watcher(job.progress, job.message)
            time.sleep(POLL_SECONDS)
            continue
        watcher(done.progress, done.message)
        return done
