"""Backup of the master and all stores: one folder, one file each. A repeated run continues; a failing store does not
stop the others."""

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import structlog
from django.db import DatabaseError
from django.utils.translation import gettext
from pymongo.errors import PyMongoError

from apps.archive.manifest import MASTER, PARTS
from apps.common.clock import now
from apps.common.errors import Conflict, DomainError
from apps.common.progress import Progress
from apps.operations.backup.backup_master import list_stores_to_back_up, write_master
from apps.operations.backup.backup_store import SUFFIX, atomic_file, backup_store
from apps.platform.auditing import note
from apps.platform.models import Store

log = structlog.get_logger(__name__)

REPORT: Final = "report.json"
PLATFORM_FILE: Final = f"platform{SUFFIX}"

# What shows progress for one name: `with watching("acme") as watch`.
Watching = Callable[[str], AbstractContextManager[Progress]]


@dataclass(frozen=True)
class Outcome:
    """The result for one store, or for the master (`platform`). `error` is a sentence, "" on success."""

    name: str
    file: str
    rows: int = 0
    size: int = 0
    skipped: bool = False
    error: str = ""


def file_of(store: Store) -> str:
    return f"{store.slug}-{store.id.hex[:8]}{SUFFIX}"


def backup_everything(
    folder: Path,
    watching: Watching,
    *,
    parts: Collection[str] = (MASTER, *PARTS),
    encrypt_to: str | None = None,
) -> Iterator[Outcome]:
    """Back up the master and every store into `folder`. Keeps the files of an interrupted run. Raises `Conflict` for a
    folder with a finished backup."""
    if (folder / REPORT).exists():
        raise Conflict(
            gettext("%(folder)s holds a finished backup. Choose a new folder.") % {"folder": folder}
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    outcomes = []
    if MASTER in parts:
        outcomes.append(
            _guarded("platform", folder / PLATFORM_FILE, watching, encrypt_to, None, ())
        )
        yield outcomes[-1]
    homes = [part for part in PARTS if part in parts]
    for store in list_stores_to_back_up() if homes else ():
        path = folder / file_of(store)
        outcomes.append(_guarded(store.slug, path, watching, encrypt_to, store, homes))
        yield outcomes[-1]
    if not any(one.error for one in outcomes):
        _write_report(folder, outcomes)
    note("platform.backed_up", "platform", after={"folder": folder.name, "archives": len(outcomes)})


def _guarded(
    name: str,
    path: Path,
    watching: Watching,
    encrypt_to: str | None,
    store: Store | None,
    parts: Collection[str],
) -> Outcome:
    if path.exists():
        return Outcome(name, path.name, size=path.stat().st_size, skipped=True)
    try:
        with watching(name) as watch:
            if store is not None:
                manifest = backup_store(
                    store, path, watch=watch, encrypt_to=encrypt_to, parts=parts
                )
            else:
                with atomic_file(path) as target:
                    manifest = write_master(target, watch=watch, encrypt_to=encrypt_to)
    except (DatabaseError, PyMongoError, DomainError, OSError) as error:
        return Outcome(name, path.name, error=describe_outcome(name, error))
    rows = manifest.rows or sum(one.rows for one in manifest.sections.values())
    return Outcome(name, path.name, rows, path.stat().st_size)


def describe_outcome(name: str, error: Exception) -> str:
    """A sentence without the hosts and users that errors of drivers name; the log has those."""
    log.error("A store was skipped.", store=name, error=str(error)[:500])
    if isinstance(error, DomainError):
        return str(error)
    if isinstance(error, OSError):
        return gettext("The file could not be written or read: %(strerror)s.") % {
            "strerror": error.strerror
        }
    return gettext("A database of this store does not answer or refused. The log says more.")


def _write_report(folder: Path, outcomes: list[Outcome]) -> None:
    summary = {"finished_at": now().isoformat(), "archives": [asdict(one) for one in outcomes]}
    with atomic_file(folder / REPORT) as target:
        target.write(json.dumps(summary, indent=2).encode())
