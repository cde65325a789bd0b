"""Django's migrate on the active store's MariaDB or MySQL database, one run at a time, resumable after a crash."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connections
from django.utils.translation import gettext

from apps.placements.release import template
from apps.placements.release.mysql_journal import TABLE, ResumingExecutor, journal_kept
from apps.placements.release.mysql_marks import mark_of, write_mark
from apps.placements.release.real_migrate import complete_models
from apps.placements.release.reference import Reference, insert_reference
from apps.platform.errors import ProvisioningFailed
from apps.tenancy.applied import read_applied
from apps.tenancy.locks import release_named_lock, try_named_lock
from apps.tenancy.routers import DEFAULT

LOCK: Final = "polystore_migrations"
LOCK_SECONDS: Final = 60


def list_tables() -> list[str]:
    """The tables of the database itself, the journal of an interrupted migration too."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1"
        )
        return [row[0] for row in cursor.fetchall()]


def is_behind() -> bool:
    """Whether a migration is missing or was interrupted."""
    return TABLE in list_tables() or not template.list_migrations() <= read_applied()


def migrate(
    reference: Reference, *, store_id: UUID, tell: Callable[[frozenset[str]], None]
) -> None:
    """Apply what is missing. Content types and permissions get the ids of the template's `reference`
    before Django's own signal would number them. `tell` is called with the existing tables after each migration."""

    def progress(action: str, *migration: object) -> None:
        if action == "apply_success":
            tell(frozenset(list_tables()))

    with _alone(), journal_kept(connections[DEFAULT], mark_of(store_id)):
        executor: Any = ResumingExecutor(connections[DEFAULT], progress)
        targets = executor.loader.graph.leaf_nodes()
        plan = executor.migration_plan(targets)
        before = executor._create_project_state(with_applied_migrations=True)
        signal: dict[str, Any] = {
            "verbosity": 0,
            "interactive": False,
            "db": connections[DEFAULT].alias,
        }
        emit_pre_migrate_signal(**signal, apps=before.apps, plan=plan)
        state = executor.migrate(targets, plan=plan, state=before.clone())
        insert_reference(reference)
        emit_post_migrate_signal(**signal, apps=complete_models(state), plan=plan)
        with connections[DEFAULT].cursor() as cursor:
            write_mark(cursor, store_id)


def drop_tables(names: Iterable[str]) -> None:
    """Drop these tables if they exist, without checks of foreign keys. This can't be undone."""
    connection = connections[DEFAULT]
    present = set(list_tables())
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for name in sorted(present & set(names)):
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(name)}")


@contextmanager
def _alone() -> Iterator[None]:
    """One run at a time per database. The server releases the lock of a process that died."""
    database = str(connections[DEFAULT].settings_dict["NAME"])
    name = (
        f"{LOCK}-{sha256(database.encode()).hexdigest()[:32]}"  # a name has at most 64 characters
    )
    if not try_named_lock(DEFAULT, name, wait_seconds=LOCK_SECONDS):
        raise ProvisioningFailed(
            gettext("Another run is changing the tables of this database right now.")
        )
    try:
        yield
    finally:
        release_named_lock(DEFAULT, name)
