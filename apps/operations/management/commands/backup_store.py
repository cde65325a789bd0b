"""`manage.py backup_store`: one store, all its homes, one file."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.filesize import decimal

from apps.archive.manifest import PARTS
from apps.archive.reading import verify_archive
from apps.common.clock import now
from apps.common.management import command
from apps.common.management.command import OperatorCommand
from apps.operations.backup.backup_store import backup_store, path_for
from apps.operations.management import archives
from apps.platform import selectors
from apps.tenancy.context import outside_store


class Command(OperatorCommand):
    help = "Write a store's archive: its tables as of one snapshot, documents and files at least as new, and its registry entry."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", help="The store's short name or id.")
        help_output = "The file, or a folder that gets one with the time."
        parser.add_argument("--output", required=True, help=help_output)
        parser.add_argument(
            "--only", action="append", choices=archives.ONLY, help="Only this home (repeatable)."
        )
        parser.add_argument(
            "--with-credentials",
            action="store_true",
            help="Also the keys of the store's integrations; only with --encrypt or --recipient.",
        )
        parser.add_argument("--verify", action="store_true", help="Verify the file afterwards.")
        command.add_overwrite(parser)
        archives.add_encryption(parser)

    def work(self, options: dict[str, Any]) -> None:
        key = archives.encryption_key(options)
        if options["with_credentials"] and key is None:
            raise CommandError("Credentials only go into an encrypted archive: add --encrypt.")
        if options["verify"] and options["recipient"]:
            raise CommandError("Only the owner of the key can verify it: use verify_backup there.")
        with outside_store():
            store = selectors.get_store(options["slug"])
            path = path_for(command.file_named(options["output"]), store, now())
            if not path.parent.is_dir():
                raise CommandError(f"There is no folder {path.parent}.")
            command.require_no_file(path, options)
            with self.watching(store.slug) as watch:
                manifest = backup_store(
                    store,
                    path,
                    watch=watch,
                    encrypt_to=key,
                    parts=options["only"] or PARTS,
                    with_credentials=options["with_credentials"],
                )
                if options["verify"]:
                    with path.open("rb") as source:
                        verify_archive(source, unlock=key)
        size = path.stat().st_size
        self.outcome = {"file": str(path), "bytes": size, **archives.as_json(manifest)}
        self.say(archives.manifest_table(manifest))
        self.say(f"[green]{path}[/] ({decimal(size)}), {archives.summary(manifest)}")
