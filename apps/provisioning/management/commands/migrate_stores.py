"""`manage.py migrate_stores`: migrates the tables of every store."""

import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from rich.progress import track
from rich.table import Table

from apps.common.management.command import OperatorCommand
from apps.common.management.console import describe
from apps.platform import selectors
from apps.platform.errors import CanaryFailed
from apps.platform.models import Store
from apps.provisioning.services import migrating
from apps.provisioning.services.migrating import Canaries, MigrationBacklog, StoreMigration

SHOWN = 20


class Command(OperatorCommand):
    help = (
        "Migrate the stores that are behind; the others are skipped. A failing store does not stop the others. "
        "The command can be repeated after an interruption; several at the same time share the work."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "slugs", nargs="*", metavar="store", help="Only these stores, by short name or id."
        )
        parser.add_argument("--store", help="Only this store.")
        parser.add_argument(
            "--dry-run",
            "--plan",
            action="store_true",
            help="Only show what is new and which stores are behind.",
        )
        parser.add_argument(
            "--parallel",
            type=int,
            default=1,
            metavar="N",
            help="Number of stores migrated at the same time.",
        )
        parser.add_argument(
            "--canary", nargs="+", default=[], metavar="SLUG", help="These stores first."
        )
        parser.add_argument(
            "--canary-percent",
            type=float,
            default=0,
            metavar="P",
            help="Percentage of stores to migrate first. If one of them fails, the others are not touched.",
        )

    def work(self, options: dict[str, Any]) -> None:
        parallel = _require_parallel(options["parallel"])
        if not 0 <= options["canary_percent"] <= 100:
            raise CommandError("--canary-percent is between 0 and 100.")
        canaries = Canaries(options["canary"], options["canary_percent"])
        named = dict.fromkeys([*options["slugs"], *filter(None, [options["store"]])])
        only = [selectors.get_store(slug) for slug in named]
        if options["dry_run"]:
            self._show_plan(migrating.survey_backlog(only=only))
        else:
            self._migrate(only, parallel, canaries)

    def _migrate(self, only: Sequence[Store], parallel: int, canaries: Canaries) -> None:
        started = time.perf_counter()
        results: list[StoreMigration] = []
        failure = ""
        try:
            run = migrating.migrate_stores(only=only, parallel=parallel, canaries=canaries)
            for result in self._with_progress(run):
                results.append(result)
                if result.error and not self.as_json:
                    self.stderr.write(f"{result.slug}: {result.error}")
        except CanaryFailed as error:
            failure = describe(error)
        seconds = time.perf_counter() - started
        broken = [result for result in results if result.error]
        self.outcome = _report(results, seconds, failure)
        self._say_summary(results, seconds)
        if failure:
            raise CommandError(failure)
        if broken:
            names = ", ".join(result.slug for result in broken[:SHOWN])
            more = f" and {len(broken) - SHOWN} more" if len(broken) > SHOWN else ""
            raise CommandError(f"{len(broken)} stores could not be migrated: {names}{more}.")

    def _with_progress(self, run: Any) -> Any:
        """A bar for people at a terminal."""
        return track(
            run,
            description="Migrating stores",
            console=self.console,
            disable=not self.has_bars,
        )

    def _show_plan(self, behind: MigrationBacklog) -> None:
        news = migrating.list_new_migrations()
        waiting = [store for store in behind.stores if store.pk not in behind.current]
        self.outcome = {
            "new": news.migrations,
            "python": news.python,
            "cautions": news.cautions,
            "behind": [store.slug for store in waiting],
            "total": behind.total,
        }
        for name in news.migrations:
            self.say(f"[cyan]new[/] {name}")
        for reason in news.python:
            self.say(f"[yellow]runs in each store[/] {reason}")
        for caution in news.cautions:
            self.say(f"[red]caution[/] {caution}")
        for store in waiting:
            if store.pk in behind.unreachable:
                self.say(f"[red]no answer[/] {store.slug} (from its cluster)")
                continue
            note = (
                " (recorded as up to date, but it was not)"
                if store.pk in behind.stale_records
                else ""
            )
            self.say(f"[yellow]behind[/] {store.slug}{note}")
        stores = f"{behind.total} store{'' if behind.total == 1 else 's'}"
        if waiting:
            self.say(f"[bold]{len(waiting)} of {stores}[/] would be visited. Nothing was changed.")
        else:
            self.say(f"[bold]{stores}[/], all up to date.")

    def _say_summary(self, results: list[StoreMigration], seconds: float) -> None:
        table = Table(title=f"Stores visited: {len(results)}, in {seconds:.1f} s")
        for column in ("how", "stores", "median", "slowest"):
            table.add_column(column)
        ways = sorted({(bool(result.error), result.way) for result in results})
        for is_broken, way in ways:
            times = sorted(r.seconds for r in results if (bool(r.error), r.way) == (is_broken, way))
            name = "[red]failed[/]" if is_broken else way
            table.add_row(
                name, str(len(times)), f"{times[len(times) // 2]:.3f} s", f"{times[-1]:.3f} s"
            )
        if results:
            self.say(table)
        changed = sum(result.changed for result in results)
        broken = sum(bool(result.error) for result in results)
        self.say(f"[bold]stores[/]: {changed} migrated, {broken} failed")


def _require_parallel(wanted: int) -> int:
    """Each thread uses a connection of the pool, and this command needs one as well."""
    pool = settings.DATABASES["default"].get("OPTIONS", {}).get("pool") or {}
    most = max(1, int(pool.get("max_size", 10)) - 1)
    if not 1 <= wanted <= most:
        raise CommandError(f"--parallel is between 1 and {most} (DATABASE_POOL_SIZE less one).")
    return wanted


def _report(results: list[StoreMigration], seconds: float, failure: str) -> dict[str, Any]:
    stores = [
        {"store": r.slug, "way": r.way, "seconds": r.seconds, "error": r.error} for r in results
    ]
    return {
        "seconds": round(seconds, 3),
        "visited": len(results),
        "failed": sum(bool(result.error) for result in results),
        "halted": failure,
        "stores": stores,
    }
