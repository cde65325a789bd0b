"""`manage.py branch_store`: copies a live store into a sandbox, compares, publishes or discards it."""

import time
from typing import Any

from django.core.management.base import CommandParser
from rich.table import Table

from apps.operations import sandboxes
from apps.operations.sandboxes.comparing import ONLY_LIVE
from apps.platform import selectors
from apps.platform.management.store_command import StoreCommand
from apps.platform.models import Store


class Command(StoreCommand):
    help = (
        "Copy a live store into a sandbox with an address of its own (--as), or compare a sandbox with its live store, "
        "publish its changes, or discard it."
    )
    slug_help = "The live store's short name, or the sandbox's."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        action = parser.add_mutually_exclusive_group(required=True)
        action.add_argument("--as", dest="name", help="Short name of the new sandbox.")
        action.add_argument("--compare", action="store_true", help="List what differs.")
        action.add_argument("--publish", action="store_true", help="Make the differences live.")
        action.add_argument("--discard", action="store_true", help="Delete the sandbox.")
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="Publish also what was changed in the live store since the branch was made.",
        )

        parser.add_argument(
            "--leave-documents",
            action="store_true",
            help="With --discard: do not delete the documents from a merchant's MongoDB that does not answer.",
        )

    def work_on(self, store: Store, options: dict[str, Any]) -> None:
        if options["name"]:
            self._branch(store, options)
        elif options["compare"]:
            self._compare(store, options)
        elif options["publish"]:
            self._publish(store, options)
        else:
            self._discard(store, options)

    def _branch(self, store: Store, options: dict[str, Any]) -> None:
        if options["dry_run"]:
            self.say(f"Would copy {store.name} into the sandbox {options['name']}.")
            self.say(sandboxes.describe_places(store))
            return
        started = time.monotonic()
        with self.watching(options["name"]) as watch:
            sandbox = sandboxes.branch_store(store, slug=options["name"], watch=watch)
        url = selectors.store_url(sandbox)
        self.outcome = {"id": str(sandbox.id), "slug": sandbox.slug, "url": url}
        seconds = time.monotonic() - started
        self.say(
            f"[green]{sandbox.name} is open[/]: {url} ({seconds:.1f} s). It sends no mail and moves no money. "
            f"{sandboxes.describe_places(store)}"
        )

    def _compare(self, sandbox: Store, options: dict[str, Any]) -> None:
        found = sandboxes.compare(sandbox)
        self.outcome = [_present(one) for one in found]
        if not found:
            self.say("Nothing differs from the live store.")
            return
        table = Table("What", "Which", "Difference", "Fields", "Live too")
        for one in found:
            fields, live_too = ", ".join(one.fields[:6]), "changed" if one.is_contested else ""
            table.add_row(one.content.name, one.title, one.kind, fields, live_too)
        self.say(table)
        left = sum(one.kind == ONLY_LIVE for one in found)
        self.say(
            f"{len(found) - left} would be published, {left} are only in the live store and stay as they are."
        )

    def _publish(self, sandbox: Store, options: dict[str, Any]) -> None:
        if options["dry_run"]:
            self._compare(sandbox, options)
            return
        done = sandboxes.publish(sandbox, overwrite=options["overwrite"])
        self.outcome = vars(done)
        self.say(
            f"[green]Published[/]: {done.added} added, {done.changed} changed, {done.files} files copied."
        )

    def _discard(self, sandbox: Store, options: dict[str, Any]) -> None:
        sandboxes.require_sandbox(sandbox)
        if options["dry_run"]:
            self.say(f"Would delete {sandbox.name} and all its data.")
            return
        with self.watching(sandbox.slug) as watch:
            sandboxes.discard_branch(
                sandbox, watch=watch, leave_documents=options["leave_documents"]
            )
        self.outcome = {"discarded": sandbox.slug}
        self.say(f"[green]{sandbox.name} is gone.[/]")


def _present(one: sandboxes.Difference) -> dict[str, Any]:
    return {
        "what": one.content.name,
        "id": str(one.key),
        "title": one.title,
        "difference": one.kind,
        "fields": list(one.fields),
        "changedInLive": one.is_contested,
    }
