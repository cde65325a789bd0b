"""The stores that a restore of the platform still has to load, recorded in the master database.

The table `polystore_restore` comes with the master's rows in one transaction and goes when every store is back. Each
store is in it with the status and the reason it had: until its data is there, it serves nothing, and is suspended without
a reason, so that its staff stay outside as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext

from apps.common.errors import Conflict
from apps.platform.models import Store
from apps.platform.states import WITH_TABLES, StoreStatus
from apps.tenancy.locks import LockSpace, PlatformLock, try_lock, unlock
from apps.tenancy.routers import PLATFORM

TABLE: Final = "polystore_restore"


@dataclass(frozen=True)
class Pending:
    """`has_begun`: what is in its place was put there by us, so it may be replaced."""

    status: str
    reason: str
    has_begun: bool


def begin(backup: str) -> None:
    """Close every store that had tables and note it, in the transaction that loads the master. `backup` names the
    archive of the platform, so that a later run can tell whether it is the same."""
    _run(
        f"CREATE TABLE {TABLE} (store uuid PRIMARY KEY, status varchar(20), reason text, begun boolean)"
    )
    _run(f"COMMENT ON TABLE {TABLE} IS '{backup}'")
    stores = Store.objects.filter(status__in=WITH_TABLES)
    for row in list(stores.values_list("pk", "status", "suspension_reason")):
        _run(f"INSERT INTO {TABLE} VALUES (%s, %s, %s, false)", *row)  # noqa: S608  ours
    stores.update(status=StoreStatus.SUSPENDED, suspension_reason="")


def backup_under_way() -> str:
    """The name of the backup that is being restored; "" if there is none."""
    [found] = _run("SELECT obj_description(to_regclass(%s), 'pg_class')", f"public.{TABLE}")
    return str(found[0] or "")


def list_pending() -> dict[UUID, Pending]:
    """The stores that are not back yet; none where no restore is under way."""
    if not backup_under_way():
        return {}
    rows = _run(f"SELECT store, status, reason, begun FROM {TABLE}")  # noqa: S608  ours
    return {key: Pending(status, reason, begun) for key, status, reason, begun in rows}


def note_begun(store: Store) -> None:
    """From here on the store's place holds what we put there."""
    _run(f"UPDATE {TABLE} SET begun = true WHERE store = %s", store.pk)  # noqa: S608  ours


def settle(store: Store) -> None:
    """The store is back: in the transaction that opens it. Does nothing where no restore is under way."""
    if backup_under_way():
        _run(f"DELETE FROM {TABLE} WHERE store = %s", store.pk)  # noqa: S608  ours


def end() -> None:
    """All are back: the table goes."""
    _run(f"DROP TABLE IF EXISTS {TABLE}")


@contextmanager
def one_restore() -> Iterator[None]:
    """Raises `Conflict` while another process restores this platform."""
    if not try_lock(PLATFORM, LockSpace.PLATFORM, PlatformLock.RESTORE):
        raise Conflict(gettext("Another process is restoring this platform right now."))
    try:
        yield
    finally:
        unlock(PLATFORM, LockSpace.PLATFORM, PlatformLock.RESTORE)


def _run(statement: str, *values: Any) -> list[Any]:
    with connections[PLATFORM].cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall()) if cursor.description else []
