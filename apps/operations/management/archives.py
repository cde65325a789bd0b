"""Shared parts of the commands about backups: encryption keys and the table of an archive's contents."""

import getpass
import os
import sys
from typing import Any, Final

from django.core.management.base import CommandError, CommandParser
from rich.filesize import decimal
from rich.table import Table

from apps.archive.file_keys import RECIPIENT
from apps.archive.manifest import DEVELOPMENT, DOCUMENTS, FILES, REGISTRY, SQL, Manifest

VARIABLE: Final = "BACKUP_PASSPHRASE"
ONLY: Final = (SQL, DOCUMENTS, FILES, DEVELOPMENT)


def add_encryption(parser: CommandParser) -> None:
    parser.add_argument(
        "--encrypt",
        action="store_true",
        help=f"Encrypt with a passphrase: read from ${VARIABLE}, else asked for.",
    )
    parser.add_argument(
        "--recipient", help="Encrypt for an age key instead (age1...); the key stays elsewhere."
    )


def add_unlocking(parser: CommandParser) -> None:
    parser.add_argument(
        "--identity",
        help=f"A file with the age key of an archive made with --recipient. A passphrase is read from ${VARIABLE}.",
    )


def encryption_key(options: dict[str, Any]) -> str | None:
    """The passphrase or recipient to encrypt with; None for an unencrypted archive."""
    recipient = options["recipient"]
    if recipient and not recipient.startswith(RECIPIENT):
        raise CommandError(
            "--recipient takes an age key (age1...). Use --encrypt for a passphrase."
        )
    if recipient:
        return str(recipient)
    if not options["encrypt"]:
        return None
    return os.environ.get(VARIABLE) or _ask(twice=True)


def unlocking_key(options: dict[str, Any]) -> str | None:
    """The passphrase or identity that opens an encrypted archive. None if there is none."""
    if options["identity"]:
        try:
            with open(options["identity"], encoding="utf-8") as file:  # noqa: PTH123  one short read
                lines = [line.strip() for line in file if line.strip() and line[0] != "#"]
        except OSError:
            raise CommandError(f"There is no key file {options['identity']!r}.") from None
        return lines[0] if lines else None
    return os.environ.get(VARIABLE)


def ask_for_key() -> str | None:
    return _ask(twice=False) if sys.stdin.isatty() else None


def _ask(*, twice: bool) -> str:
    if not sys.stdin.isatty():
        raise CommandError(f"Set {VARIABLE}, or run this at a terminal.")
    first = getpass.getpass("Passphrase: ")
    if len(first) < 8:
        raise CommandError("A passphrase has at least 8 characters.")
    if twice and getpass.getpass("Again: ") != first:
        raise CommandError("The two passphrases differ.")
    return first


def manifest_table(manifest: Manifest) -> Table:
    """Homes of data with rows, tables and sizes."""
    table = Table(title=f"{manifest.name} ({manifest.slug})", title_justify="left")
    for heading, justify in (("part", "left"), ("tables", "right"), ("rows", "right")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for part in (SQL, DOCUMENTS, DEVELOPMENT):
        sections = manifest.of_part(part)
        if part in manifest.parts:
            rows = sum(one.rows for one in sections.values())
            table.add_row(part, str(len(sections)), f"{rows:,}")
    if FILES in manifest.parts:
        files = manifest.files
        table.add_row(FILES, "", f"{files.rows:,} ({decimal(files.size)})")
    what = "with credentials" if manifest.has_credentials else "without credentials"
    table.add_row(REGISTRY, "", what)
    return table


def as_json(manifest: Manifest) -> dict[str, Any]:
    """The contents of an archive, for programs."""
    return {
        "store": manifest.slug,
        "name": manifest.name,
        "parts": list(manifest.parts),
        "consistent_at": manifest.consistent_at,
        "rows": manifest.rows or sum(one.rows for one in manifest.sections.values()),
        "files": manifest.files.rows,
        "encrypted": manifest.encrypted,
        "with_credentials": manifest.has_credentials,
    }


def summary(manifest: Manifest) -> str:
    """One line: moment, server, encryption."""
    moment = manifest.consistent_at.strftime("%Y-%m-%d %H:%M:%S UTC")
    marker = f" at {manifest.marker}" if manifest.marker else ""
    locked = "encrypted" if manifest.encrypted else "not encrypted"
    return f"as of {moment}, {manifest.vendor}{marker}, {locked}"
