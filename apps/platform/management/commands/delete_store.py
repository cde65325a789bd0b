"""`manage.py delete_store`: put away, exported, and on a second word gone."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.common.actor import Actor
from apps.platform import selectors
from apps.platform.archive.deleting import (
    cancel_deletion,
    delete_store,
    export_for_deletion,
    request_deletion,
)
from apps.platform.management import archives
from apps.platform.management.console import console_for, is_terminal, one_line_errors
from apps.platform.models import Store
from apps.platform.tenancy.context import outside_store

ACTOR = Actor.system("manage.py delete_store")


class Command(BaseCommand):
    help = (
        "Delete a store in two steps. The first call puts it away and writes its archive; the second, with --confirm SLUG "
        "(or days later with --due), deletes every trace of it. Both are repeated when they were cut off."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="The store's short name or id.")
        parser.add_argument("--export-to", help="Folder of the archive (default: BACKUP_DIR).")
        second = parser.add_mutually_exclusive_group()
        second.add_argument("--confirm", metavar="SLUG", help="Delete now: the short name again.")
        second.add_argument(
            "--due", action="store_true", help="Delete if the agreed days are over."
        )
        second.add_argument("--cancel", action="store_true", help="Take the wish back.")
        parser.add_argument(
            "--leave-tables",
            action="store_true",
            help="Leave the tables behind in a database of the store's own that does not answer.",
        )
        archives.add_encryption(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        self.console, self.quiet = console_for(self.stdout), options["verbosity"] == 0
        with one_line_errors(), outside_store():
            store = selectors.get_store(options["slug"])
            if options["cancel"]:
                cancel_deletion(store=store)
                self._say(f"{store.name} stays, archived. Reinstate it in the platform's admin.")
            elif options["confirm"] or options["due"]:
                self._delete(store, options)
            else:
                self._request(store, options)

    def _request(self, store: Store, options: dict[str, Any]) -> None:
        key = archives.encryption_key(options)
        folder = Path(options["export_to"]) if options["export_to"] else None
        request_deletion(store=store, actor=ACTOR)
        with self._watching(store) as watch:
            deletion = export_for_deletion(store=store, folder=folder, watch=watch, encrypt_to=key)
        path = Path(deletion.export_path)
        if folder is not None and path.parent.resolve() != folder.resolve():
            raise CommandError(
                f"Its archive was written before: {path}. --export-to can't move it."
            )
        self._say(
            f"[yellow]{store.name} is put away.[/] Its archive: {deletion.export_path}\n"
            f"Delete it now with --confirm {store.slug}, or with --due from "
            f"{deletion.due_at:%Y-%m-%d %H:%M} UTC. --cancel takes it back."
        )

    def _delete(self, store: Store, options: dict[str, Any]) -> None:
        typed = options["confirm"] or ""
        if typed and typed != store.slug:
            raise CommandError(f"--confirm wants the short name: {store.slug}.")
        with self._watching(store) as watch:
            delete_store(
                store=store,
                actor=ACTOR,
                typed=typed,
                watch=watch,
                leave_tables=options["leave_tables"],
            )
        self._say(f"[green]{store.name} is deleted.[/]")

    def _watching(self, store: Store) -> Any:
        bar = is_terminal(self.stdout)
        return archives.watching(self.console, store.slug, bar=bar, quiet=self.quiet)

    def _say(self, text: str) -> None:
        if not self.quiet:
            self.console.print(text)
