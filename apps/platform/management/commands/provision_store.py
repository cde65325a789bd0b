"""`manage.py provision_store`: open a store, or finish one whose opening stopped, with progress to look at."""

import time
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.platform import selectors, services
from apps.platform.errors import JobBusy, StoreNotFound
from apps.platform.management.config_file import HELP, read_config
from apps.platform.management.console import (
    Watcher,
    console_for,
    is_terminal,
    one_line_errors,
)
from apps.platform.models import DatabaseType, ProvisioningJob
from apps.platform.selectors import get_owner
from apps.platform.states import JobStatus
from apps.platform.tenancy.clusters import MAIN, list_clusters
from apps.platform.tenancy.placements import list_offered, placement_of, require_offered

POLL_SECONDS: Final = 0.3


class Command(BaseCommand):
    help = "Open a store and wait until it is active. An existing store's job is continued."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="Short name; part of the store's address.")
        parser.add_argument("--name", help="The name people see (default: from the short name).")
        parser.add_argument("--currency", default="INR", help="Default: INR.")
        parser.add_argument("--country", default="IN", help="Default: IN.")
        parser.add_argument("--language", default="", help="For example en or pt-br.")
        parser.add_argument("--time-zone", default="", help="Default: the country's.")
        parser.add_argument("--plan", help="free, starter, professional or enterprise.")
        parser.add_argument("--owner", help="E-mail address of a platform user.")
        parser.add_argument("--host", default="", help="A host of the store's own.")
        parser.add_argument(
            "--database-type",
            default=DatabaseType.SHARED.value,
            help=f"Where its tables are: {', '.join(list_offered())}.",
        )
        parser.add_argument("--config", metavar="FILE", help=HELP)
        parser.add_argument(
            "--region", default=MAIN, help=f"Shared cluster: {', '.join(list_clusters())}."
        )

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
        config = read_config(options["config"])
        require_offered(options["database_type"], config)
        slug = options["slug"]
        try:
            store = selectors.get_store(slug)
        except StoreNotFound:
            return services.open_store(
                name=options["name"] or slug.replace("-", " ").title(),
                slug=slug,
                owner=get_owner(options["owner"]) if options["owner"] else None,
                currency=options["currency"].upper(),
                country=options["country"].upper(),
                language=options["language"],
                time_zone=options["time_zone"],
                plan=options["plan"],
                host=options["host"],
                database_type=options["database_type"],
                config=config,
                region=options["region"],
                start=False,
            )
        return services.request_provisioning(
            store=store, database_type=options["database_type"], config=config, start=False
        )

    def _watching(self, job: ProvisioningJob, *, quiet: bool) -> Watcher:
        return Watcher(job.store.slug, self.console, quiet=quiet, bar=is_terminal(self.stdout))


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
