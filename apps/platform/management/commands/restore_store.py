"""`manage.py restore_store`: a backup becomes a store, or takes one's place."""

from datetime import UTC
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.common.clock import now
from apps.platform import selectors
from apps.platform.archive.backing_up import SUFFIX
from apps.platform.archive.bringing_back import Opening, restore_as_new, restore_over
from apps.platform.archive.errors import ArchiveLocked
from apps.platform.archive.reading import read_manifest
from apps.platform.management import archives
from apps.platform.management.console import console_for, is_terminal, one_line_errors
from apps.platform.management.opening import add_opening, opening_of
from apps.platform.models import Store
from apps.platform.tenancy.context import outside_store


class Command(BaseCommand):
    help = (
        "Put an archive back: into a new store (--into), or over the one it was written of (--replace). The whole file "
        "is verified before anything is touched; a run that was cut off is repeated with the same command."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        target = parser.add_mutually_exclusive_group()
        target.add_argument(
            "--into", metavar="NEW-SLUG", help="Short name of the new store (default: the old one)."
        )
        target.add_argument("--replace", metavar="SLUG", help="The store whose data is replaced.")
        parser.add_argument("--yes", action="store_true", help="Do not ask before replacing.")
        parser.add_argument(
            "--keep",
            metavar="FILE",
            help="Where --replace first writes what the store has now (default: beside FILE).",
        )
        parser.add_argument(
            "--no-keep",
            action="store_true",
            help="Replace without such a copy, for a broken store.",
        )
        add_opening(parser.add_argument_group("a new store (--into)"))
        archives.add_unlocking(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        self.console, self.quiet = console_for(self.stdout), options["verbosity"] == 0
        path = Path(options["file"])
        try:
            source: BinaryIO = path.open("rb")
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}.") from None
        with source, one_line_errors(), outside_store():
            key = _key_for(source, archives.unlocking_key(options))
            manifest = read_manifest(source, unlock=key)
            if options["replace"]:
                store = selectors.get_store(options["replace"])
                self._confirm(store, manifest.name, options)
                title = store.slug
            else:
                title = options["into"] or manifest.slug
            kept = None
            with archives.watching(
                self.console, title, bar=is_terminal(self.stdout), quiet=self.quiet
            ) as watch:
                if options["replace"]:
                    keep = None if options["no_keep"] else _keep_path(path, store, options["keep"])
                    kept = restore_over(source, store, watch=watch, unlock=key, keep=keep)
                else:
                    opening = Opening(**opening_of(options))
                    store = restore_as_new(
                        source, slug=title, watch=watch, unlock=key, opening=opening
                    )
        if not self.quiet:
            self.console.print(
                f"[green]{store.name} is back[/]: {selectors.store_url(store)} ({store.get_status_display()}), "
                f"{archives.summary(manifest)}"
            )
            if kept:
                self.console.print(f"What it had before is kept in {kept}", soft_wrap=True)

    def _confirm(self, store: Store, name: str, options: dict[str, Any]) -> None:
        if options["yes"]:
            return
        if not is_terminal(self.stdout):
            raise CommandError("Replacing a store has to be confirmed: add --yes.")
        self.console.print(f"[yellow]All of {store.name} is replaced by the archive of {name}.[/]")
        if input(f"Type {store.slug} to go on: ").strip() != store.slug:
            raise CommandError("Nothing was changed.")


def _key_for(source: BinaryIO, key: str | None) -> str | None:
    try:
        read_manifest(source, unlock=key)
    except ArchiveLocked:
        if key is not None or (key := archives.ask_for_key()) is None:
            raise
    return key


def _keep_path(path: Path, store: Store, wanted: str | None) -> Path:
    if wanted:
        return Path(wanted)
    stamp = now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return path.with_name(f"{store.slug}-before-restore-{stamp}{SUFFIX}")
