"""`manage.py delete_store`: closes and exports a store, and deletes it after a confirmation."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from apps.common.actor import Actor
from apps.common.management.command import OperatorCommand, add_yes
from apps.operations.deletion.deleting import (
    cancel_deletion,
    delete_store,
    export_for_deletion,
    request_deletion,
)
from apps.operations.deletion.unfinished_work import list_unfinished
from apps.operations.management import archives
from apps.platform import selectors
from apps.platform.models import Store, StoreDeletion
from apps.tenancy.context import outside_store

ACTOR = Actor.system("manage.py delete_store")


class Command(OperatorCommand):
    help = (
        "Delete a store in two steps. The first call asks for confirmation, closes the shop and writes its archive; the second, with "
        "--confirm SLUG (or days later with --due), deletes all its data. Both can be repeated after an interruption."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", help="The store's short name or id.")
        parser.add_argument("--export-to", help="Folder of the archive (default: BACKUP_DIR).")
        add_yes(parser, "closing the shop")
        second = parser.add_mutually_exclusive_group()
        second.add_argument(
            "--confirm", metavar="SLUG", help="Delete now; the value is the store's short name."
        )
        second.add_argument(
            "--due", action="store_true", help="Delete if the waiting period is over."
        )
        second.add_argument("--cancel", action="store_true", help="Cancel the requested deletion.")
        parser.add_argument(
            "--leave-tables",
            action="store_true",
            help="Do not delete the tables from the store's own database, which does not answer.",
        )
        archives.add_encryption(parser)

    def work(self, options: dict[str, Any]) -> None:
        with outside_store():
            store = selectors.get_store(options["slug"])
            self.outcome = {"store": store.slug}
            if options["cancel"]:
                cancel_deletion(store=store)
                self.outcome["state"] = "kept"
                self.say(
                    f"{store.name} stays, archived. `manage.py reinstate_store {store.slug}` opens it."
                )
            elif options["confirm"] or options["due"]:
                self._delete(store, options)
            else:
                self._request(store, options)

    def _request(self, store: Store, options: dict[str, Any]) -> None:
        if not StoreDeletion.objects.filter(store=store).exists():
            self._ask(store, is_sure=options["yes"])
        key = archives.encryption_key(options)
        folder = Path(options["export_to"]) if options["export_to"] else None
        request_deletion(store=store, actor=ACTOR)
        with self.watching(store.slug) as watch:
            deletion = export_for_deletion(store=store, folder=folder, watch=watch, encrypt_to=key)
        path = Path(deletion.export_path)
        self.outcome |= {"state": "requested", "archive": str(path), "due_at": deletion.due_at}
        if folder is not None and path.parent.resolve() != folder.resolve():
            raise CommandError(
                f"Its archive was written before: {path}. --export-to can't move it."
            )
        self.say(
            f"[yellow]{store.name} is closed.[/] Its archive: {deletion.export_path}\n"
            f"Delete it now with --confirm {store.slug}, or with --due from "
            f"{deletion.due_at:%Y-%m-%d %H:%M} UTC. --cancel cancels the deletion."
        )

    def _ask(self, store: Store, *, is_sure: bool) -> None:
        self.outcome["unfinished"] = unfinished = list_unfinished(store)
        for sentence in unfinished:
            self.say(f"[yellow]{sentence}[/]")
        self.confirm(
            f"{store.name} ({selectors.store_url(store)}) closes at once: no page, no admin, no order.",
            word=store.slug,
            is_sure=is_sure,
            nothing="Nothing was changed.",
        )

    def _delete(self, store: Store, options: dict[str, Any]) -> None:
        typed = options["confirm"] or ""
        if typed and typed != store.slug:
            raise CommandError(f"--confirm must be the store's short name: {store.slug}.")
        with self.watching(store.slug) as watch:
            delete_store(
                store=store,
                actor=ACTOR,
                typed=typed,
                watch=watch,
                leave_tables=options["leave_tables"],
            )
        self.outcome["state"] = "deleted"
        self.say(f"[green]{store.name} is deleted.[/]")
