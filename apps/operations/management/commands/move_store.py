"""`manage.py move_store`: moves a store's SQL data to another place while it sells, and shows the progress."""

import time
from dataclasses import asdict
from typing import Any, Final

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from rich.table import Table

from apps.common.management.console import Watcher
from apps.operations import moving
from apps.operations.selectors import get_last_move, get_open_move, list_kept_sources
from apps.operations.store_locks import exclusive_store_operation
from apps.placements.kinds import list_offered
from apps.placements.report import Level, Report
from apps.platform.errors import JobBusy, MoveNotFound
from apps.platform.management.store_command import StoreCommand
from apps.platform.models import Store, StoreMove
from apps.platform.states import MoveStatus
from apps.provisioning.management.config_file import HELP, read_config

POLL_SECONDS: Final = 0.3
MARKS: Final = {
    Level.OK: "[green]ok[/]",
    Level.WARNING: "[yellow]note[/]",
    Level.PROBLEM: "[red]no[/]",
}


class Command(StoreCommand):
    help = (
        "Move a store to another place, resume a stopped move (--resume), undo it (--undo), or delete the copy in the "
        "old place (--drop-source)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        action = parser.add_mutually_exclusive_group()
        action.add_argument(
            "--to", help=f"Where to: {', '.join(list_offered())}, or shared:<cluster>."
        )
        action.add_argument("--resume", action="store_true", help="Resume a stopped move.")
        action.add_argument("--undo", action="store_true", help="Undo an unfinished move.")
        action.add_argument(
            "--drop-source", action="store_true", help="Delete the copy in the old place."
        )
        parser.add_argument("--config", metavar="FILE", help=HELP)

    def work_on(self, store: Store, options: dict[str, Any]) -> None:
        if options["undo"]:
            self._undo(store, options)
        elif options["drop_source"]:
            self._drop(store, options)
        elif options["resume"]:
            self._resume(store, options)
        elif options["to"]:
            self._move(store, options)
        else:
            self._show(store, options)

    def _move(self, store: Store, options: dict[str, Any]) -> None:
        target = moving.parse_target(options["to"], read_config(options["config"]))
        if options["dry_run"]:
            report = moving.check_target(store, target)
            self._print_report(store, options["to"], report)
            self.outcome = asdict(report)
            if not report.is_good:
                raise CommandError(report.problems[0].sentence)
            return
        with exclusive_store_operation(
            store.id, "moved", shared=True
        ):  # no backup may begin in between
            move = moving.request_move(
                store=store, target=target, requested_by="command", start=False
            )
            self._run(move, options)

    def _resume(self, store: Store, options: dict[str, Any]) -> None:
        move = get_open_move(store)
        if move is None:
            raise MoveNotFound(gettext("This store has no unfinished move."))
        if options["dry_run"]:
            self.say(f"Would resume: {move} ({move.get_status_display()}).")
        elif move.status == MoveStatus.UNDOING:
            self._undo(store, options)
        else:
            if move.status == MoveStatus.FAILED:
                moving.retry_move(move, start=False)
            self._run(move, options)

    def _run(self, move: StoreMove, options: dict[str, Any]) -> None:
        started = time.monotonic()
        with self.watching(move.store.slug) as watcher:
            done = _run(move, watcher)
        if done.status != MoveStatus.DONE:
            advice = "Try again with --resume, or undo it with --undo."
            raise CommandError(f"{done.store.slug}: {done.error or done.shown_message} {advice}")
        self._print_counts(done, options, time.monotonic() - started)

    def _undo(self, store: Store, options: dict[str, Any]) -> None:
        move = get_open_move(store)
        if move is None:
            raise MoveNotFound(
                gettext("This store has no move that could be undone. Move it back instead.")
            )
        if options["dry_run"]:
            self.say(f"Would undo: {move}. The store stays at {move.source_label}.")
            return
        moving.undo_move(move)
        self.outcome = _present(move)
        self.say(f"[green]Undone.[/] {store.name} stays at {move.source_label}.")

    def _drop(self, store: Store, options: dict[str, Any]) -> None:
        kept = list(list_kept_sources(store))
        if not kept:
            raise MoveNotFound(gettext("There is no old copy of this store."))
        for move in kept:
            if options["dry_run"]:
                self.say(
                    f"Would delete the copy at {move.source_label}, left {move.switched_at:%Y-%m-%d %H:%M} UTC."
                )
                continue
            moving.drop_source(move)
            self.outcome.setdefault("dropped", []).append(move.source_label)
            self.say(f"[green]Deleted[/] the old copy at {move.source_label}.")

    def _show(self, store: Store, options: dict[str, Any]) -> None:
        move = get_last_move(store)
        if move is None:
            raise MoveNotFound(
                gettext("%(title)s Say where to with --to.") % {"title": MoveNotFound.title}
            )
        self.outcome = _present(move)
        self.say(
            f"{move}: {move.get_status_display()}, {move.progress} %, {move.shown_message}. {move.error}".strip()
        )
        for kept in list_kept_sources(store):
            self.say(f"The copy at {kept.source_label} is kept until --drop-source.")

    def _print_report(self, store: Store, to: str, report: Report) -> None:
        self.say(f"{store.name} would move to {to}. This check changes nothing.")
        for finding in report.findings:
            self.say(f"  {MARKS[finding.level]} {finding.sentence}")

    def _print_counts(self, move: StoreMove, options: dict[str, Any], seconds: float) -> None:
        self.outcome = _present(move)
        table = Table("Table", "Rows", title=f"{move.store.name}: the same on both sides")
        for name, rows in sorted(move.counts.items()):
            if rows:
                table.add_row(name, f"{rows:,}")
        self.say(table)
        total = sum(move.counts.values())
        self.say(
            f"[green]{move.store.name} has moved[/] to {move.target_label} ({total:,} rows, {seconds:.1f} s). "
            f"The copy at {move.source_label} is kept until --drop-source."
        )


def _run(move: StoreMove, watcher: Watcher) -> StoreMove:
    """Do the work here, or watch the worker that has begun it."""
    while True:
        try:
            return moving.run_move(move, watcher)
        except JobBusy:
            move.refresh_from_db()
            if not move.is_open or move.status == MoveStatus.FAILED:
                return move
            watcher(move.progress / 100, move.message)
            time.sleep(POLL_SECONDS)


def _present(move: StoreMove) -> dict[str, Any]:
    return {
        "id": str(move.id),
        "store": move.store.slug,
        "status": move.status,
        "step": move.current_step,
        "progress": move.progress,
        "error": move.error,
        "from": move.source_label,
        "to": move.target_label,
        "rows": move.counts,
        "keepsSource": move.keeps_source,
    }
