"""The suite's databases: one base with the platform's tables, the store template and two stores, copied per worker."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.files.locks import LOCK_EX, lock, unlock
from django.core.management import call_command
from django.db import OperationalError, connections
from psycopg import sql

from tests.support.dropping import drop_database

# As the services gave it. Tests of the services play with `os.environ`; what starts a process starts from this.
ENVIRONMENT = dict(os.environ)
SERVER = ENVIRONMENT["DATABASE_URL"]
LOCAL = Path(ENVIRONMENT["POLYSTORE_LOCAL"])
ROOT = Path(__file__).resolve().parents[2]
SQL_ALIASES = ("default", "platform")
DOCUMENT_ALIASES = ("documents", "documents_dev")

SHAPING = (
    "apps/*/migrations/*.py",
    "apps/*/defaults.py",
    "apps/accounts/roles.py",
    "apps/placements/release/*.py",
    "apps/platform/services/*.py",
    "apps/provisioning/services/*.py",
    "apps/tenancy/*.py",
    "config/settings/homes.py",
    "tests/support/databases.py",
)
STORES: list[dict[str, str]] = [
    {"name": "Alpha", "slug": "alpha", "currency": "INR", "country": "IN", "state": "KA"},
    {"name": "Beta", "slug": "beta", "currency": "USD", "country": "US"},
]


class BaseDatabase:
    """Prepares this worker's databases. `prepare` takes about 0.5 s once the base exists, some 15 s before."""

    def __init__(self, worker: str) -> None:
        self.name = f"test_{worker}_{os.getpid()}"
        self.base = f"test_base_{_fingerprint()}"

    def prepare(self) -> None:
        with _exclusive(LOCAL / "base.lock"):
            if not _exists(self.base):
                self._build()
            _run("CREATE DATABASE {} TEMPLATE {}", self.name, self.base)
        self._use(self.name)
        call_command("migrate_documents", verbosity=0)

    def drop(self) -> None:
        _close()
        for alias in DOCUMENT_ALIASES:
            client = connections[alias].connection
            if client is not None:
                client.drop_database(connections[alias].settings_dict["NAME"])
        drop_database(self.name, _execute)

    def _build(self) -> None:
        for stale in _names_like("test_%"):
            drop_database(stale, _execute)
        unfinished = f"{self.base}_unfinished"
        _run("CREATE DATABASE {}", unfinished)
        self._use(unfinished)
        call_command("migrate_platform", verbosity=0)
        call_command("migrate_documents", verbosity=0)
        call_command("build_template", verbosity=0)
        for wanted in STORES:
            open_store(**wanted)
        _close()
        _run("ALTER DATABASE {} RENAME TO {}", unfinished, self.base)

    def _use(self, name: str) -> None:
        _close()
        for alias in SQL_ALIASES:
            settings.DATABASES[alias]["NAME"] = name
            connections[alias].settings_dict["NAME"] = name
        for alias in DOCUMENT_ALIASES:
            connections[alias].settings_dict["NAME"] = f"{name}_{alias}"[:60]
            # `atomic()` does nothing there; without this Django would flush every database after each test
            connections[alias].features.supports_transactions = True


def open_store(**wanted: Any) -> Any:
    """A provisioned, active store: the real service, run in this process."""
    from apps.provisioning import services as provisioning
    from tests.support import placements

    slug = wanted.pop("slug", None) or f"t{secrets.token_hex(5)}"
    values = {"name": slug.title(), "currency": "INR", "country": "IN", "state": "KA", **wanted}
    if values["country"] != "IN":
        values["state"] = ""
    place = placements.active if "database_type" not in wanted else None
    if place is not None:
        values |= {"database_type": place.database_type, "config": place.make_config()}
    job = provisioning.open_store(slug=slug, owner=None, **values)
    if place is not None:
        place.prepare(job.store, values["config"])
    lift_limits(job.store)
    provisioning.run_provisioning(job)
    job.store.refresh_from_db()
    return job.store


def lift_limits(store: Any, **limits: Any) -> None:
    """No limits of its plan but these: tests of limits set their own."""
    from apps.platform.models import LimitName, Subscription

    none = {f"max_{name}": None for name in LimitName.values}
    Subscription.objects.filter(store=store).update(**{**none, "placements": "", **limits})


def close_store(store: Any) -> None:
    """Nothing of a throwaway store is left."""
    from apps.platform.models import Store
    from tests.support import placements

    if placements.active is not None and store.database_type == placements.active.database_type:
        placements.active.close(store)
    for alias in SQL_ALIASES:
        connections[alias].close()
    drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(store.schema_name))
    for tries_left in (4, 3, 2, 1, 0):
        try:
            with connections["platform"].cursor() as cursor:
                cursor.execute(drop)
            break
        except OperationalError:  # a page in a browser still reads: a deadlock has a victim
            if not tries_left:
                raise
    Store.objects.filter(pk=store.pk).delete()


def _fingerprint() -> str:
    """Changes with what shapes tables or first rows: migrations, defaults, roles and the provisioning itself."""
    digest = hashlib.sha256()
    for pattern in SHAPING:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _server() -> psycopg.Connection[Any]:
    return psycopg.connect(SERVER, autocommit=True)


def _run(statement: str, *names: str) -> None:
    _execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]


def _execute(statement: sql.Composed) -> None:
    with _server() as connection:
        connection.execute(statement)


def _exists(name: str) -> bool:
    return name in _names_like(name)


def _names_like(pattern: str) -> list[str]:
    with _server() as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern]
        ).fetchall()
    return [row[0] for row in rows]


def _close() -> None:
    for alias in SQL_ALIASES:
        connections[alias].close()


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        lock(handle, LOCK_EX)
        try:
            yield
        finally:
            unlock(handle)
