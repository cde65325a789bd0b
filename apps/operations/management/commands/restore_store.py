"""`manage.py restore_store`: restores an archive into a new store, or over an existing one."""

from datetime import UTC
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import CommandError, CommandParser

from apps.archive.errors import ArchiveLocked
from apps.archive.manifest import Manifest
from apps.archive.reading import read_head, read_manifest
from apps.common.clock import now
from apps.common.management.command import OperatorCommand, add_yes
from apps.operations.backup.backup_store import SUFFIX
from apps.operations.management import archives
from apps.operations.restore.restore_store import RestoreTarget, restore_as_new, restore_over
from apps.platform import selectors
from apps.platform.models import Store
from apps.provisioning.management.opening_options import add_opening, opening_of
from apps.tenancy.context import outside_store


class Command(OperatorCommand):
    help = (
        "Restore an archive into a new store (--into), or over the store it was written from (--replace). The whole file "
        "is verified before anything is touched; repeat the same command after an interruption."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file")
        target = parser.add_mutually_exclusive_group()
        target.add_argument(
            "--into", metavar="NEW-SLUG", help="Short name of the new store (default: the old one)."
        )
        target.add_argument("--replace", metavar="SLUG", help="The store whose data is replaced.")
        add_yes(parser, "replacing")
        parser.add_argument(
            "--keep",
            metavar="FILE",
            help="Where --replace first archives the store's current data (default: beside FILE).",
        )
        parser.add_argument(
            "--no-keep",
            action="store_true",
            help="Replace without such a copy, for a broken store.",
        )
        add_opening(parser.add_argument_group("a new store (--into)"))
        archives.add_unlocking(parser)

    def work(self, options: dict[str, Any]) -> None:
        path = Path(options["file"])
        try:
            source: BinaryIO = path.open("rb")
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}.") from None
        with source, outside_store():
            key = _key_for(source, archives.unlocking_key(options))
            manifest = read_manifest(source, unlock=key)
            if options["replace"]:
                store, kept = self._replace(source, manifest, key, path, options)
            else:
                store, kept = self._open(source, manifest, key, options), None
        url = selectors.store_url(store)
        self.outcome = {"store": store.slug, "url": url, "status": store.status}
        self.outcome |= {"kept": str(kept) if kept else None, "archive": archives.as_json(manifest)}
        self.say(
            f"[green]{store.name} is restored[/]: {url} ({store.get_status_display()}), "
            f"{archives.summary(manifest)}"
        )
        if kept:
            self.say(f"Its previous data is kept in {kept}")

    def _open(
        self, source: BinaryIO, manifest: Manifest, key: str | None, options: dict[str, Any]
    ) -> Store:
        slug, opening = options["into"] or manifest.slug, RestoreTarget(**opening_of(options))
        with self.watching(slug) as watch:
            return restore_as_new(source, slug=slug, watch=watch, unlock=key, opening=opening)

    def _replace(
        self,
        source: BinaryIO,
        manifest: Manifest,
        key: str | None,
        path: Path,
        options: dict[str, Any],
    ) -> tuple[Store, Path | None]:
        store = selectors.get_store(options["replace"])
        self.confirm(
            f"All of {store.name} is replaced by the archive of {manifest.name}.",
            word=store.slug,
            is_sure=options["yes"],
            nothing="Nothing was changed.",
        )
        keep = None if options["no_keep"] else _keep_path(path, store, options["keep"])
        with self.watching(store.slug) as watch:
            return store, restore_over(source, store, watch=watch, unlock=key, keep=keep)


def _key_for(source: BinaryIO, key: str | None) -> str | None:
    try:
        read_head(source, unlock=key)
    except ArchiveLocked:
        if key is not None or (key := archives.ask_for_key()) is None:
            raise
    return key


def _keep_path(path: Path, store: Store, wanted: str | None) -> Path:
    if wanted:
        return Path(wanted)
    stamp = now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return path.with_name(f"{store.slug}-before-restore-{stamp}{SUFFIX}")
