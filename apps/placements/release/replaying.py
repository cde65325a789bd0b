"""Migrates one existing store: by replay of the template's steps, or by Django's own migrate.

The store's own list of migrations decides what is missing, never the registry. The replay, the rows of that list and
the caller's own work are one transaction: after a crash the store is unchanged or migrated. One process at a time works
on a store, by an advisory lock in the store's own database, which the server releases when the process dies.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db import IntegrityError, OperationalError, connections, transaction

from apps.placements.release.migration_graph import list_migrations, template_version
from apps.placements.release.reference import insert_reference
from apps.placements.release.template import get_reference, migrate_schema
from apps.platform.errors import StoreMigrating
from apps.platform.models import TemplateStep
from apps.tenancy.applied import Node, read_applied
from apps.tenancy.context import ActiveStore, outside_store, system_scope, use_store
from apps.tenancy.locks import (
    LockSpace,
    number_of,
    release_named_lock,
    try_lock,
    try_lock_in_transaction,
    try_named_lock,
    unlock,
)
from apps.tenancy.required import REFERENCE_TABLES
from apps.tenancy.routers import DEFAULT

# The longest wait for a table in use: a session that waits for an exclusive lock blocks all later ones.
LOCK_TIMEOUT: Final = "3s"
LOCK_TRIES: Final = 5
LOCK_NOT_AVAILABLE: Final = "55P03"
WAIT_STEP: Final = 0.2  # seconds between two attempts at a store that another process works on


class MigrationMethod(StrEnum):
    """How a store was migrated."""

    CURRENT = "current"
    REPLAYED = "replayed"
    MIGRATED = "migrated"


@dataclass(frozen=True)
class Missing:
    """The migrations that a store lacks, and the steps for them; None if the recorded steps are not enough."""

    nodes: frozenset[Node]
    steps: list[TemplateStep] | None

    @property
    def can_replay(self) -> bool:
        return self.steps is not None and not any(step.python for step in self.steps)


def bring_schema_up_to_date(
    store: ActiveStore,
    *,
    steps: Sequence[TemplateStep] | None = None,
    wait_seconds: float = 60.0,
    then: Callable[[bool], Any] = lambda is_new: None,
) -> MigrationMethod:
    """Migrate the store, then call `then` inside it. Repeatable; on any database.

    `then` is called with whether there may be permissions that no role holds yet. `steps` saves reading them for every store. Raises `StoreMigrating` when another process still works on this store
    after so many seconds.
    """
    with system_scope("migrations"), use_store(store):
        way = _try_replay(store, steps, wait_seconds, then)
        if way is not None:
            return way
        with migrating_lock(store, wait_seconds):
            migrate_schema(store)
            then(True)
    return MigrationMethod.MIGRATED


def _try_replay(
    store: ActiveStore,
    steps: Sequence[TemplateStep] | None,
    wait_seconds: float,
    then: Callable[[bool], Any],
) -> MigrationMethod | None:
    """None when the store needs Django's own migrate."""
    if connections[DEFAULT].vendor != "postgresql":
        return None if list_migrations() - read_applied() else _finish_current(then)
    for turn in range(LOCK_TRIES):
        try:
            with _transaction_holding(store, wait_seconds):
                return _replay(steps, then)
        except IntegrityError as error:
            if not any(table in str(error) for table in REFERENCE_TABLES):
                raise
            return None  # other ids than the template's: corrected by real migrations
        except OperationalError as error:
            is_last = turn == LOCK_TRIES - 1
            if is_last or getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
        time.sleep(0.2 * 2**turn)  # visitors first
    raise AssertionError("the last turn returns or raises")


def _replay(
    steps: Sequence[TemplateStep] | None, then: Callable[[bool], Any]
) -> MigrationMethod | None:
    missing = find_missing(read_applied(), steps)
    if not missing.nodes:
        return _finish_current(then)
    if not missing.can_replay:
        return None
    steps = missing.steps or []
    text = "\n".join(step.statements for step in steps)
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}';\n{text}\nSET LOCAL lock_timeout TO DEFAULT"
        )
    then(any(step.brings_permissions for step in steps))
    return MigrationMethod.REPLAYED


def _finish_current(then: Callable[[bool], Any]) -> MigrationMethod:
    """All migrations are there; the rows Django writes after the last of them may be missing after a crash."""
    reference = get_reference(template_version())
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM django_content_type), (SELECT count(*) FROM auth_permission)"
        )
        types, permissions = cursor.fetchone()
    lacks = reference is not None and (
        types < len(reference["types"]) or permissions < len(reference["permissions"])
    )
    if reference is not None and lacks:
        insert_reference(reference)
    then(lacks)
    return MigrationMethod.CURRENT


def find_missing(applied: set[Node], steps: Sequence[TemplateStep] | None = None) -> Missing:
    """The migrations that the store lacks, and the recorded steps for them."""
    nodes = list_migrations() - applied
    if not nodes:
        return Missing(nodes, [])
    have, way = set(applied), []
    for step in list_steps() if steps is None else steps:
        before, added = set(map(tuple, step.applied)), set(map(tuple, step.added))
        if added & nodes and have & (before | added) == before:
            have |= added
            way.append(step)
    return Missing(nodes, way if list_migrations() <= have else None)


def list_steps() -> list[TemplateStep]:
    """The recorded steps, oldest first."""
    with outside_store():
        return list(TemplateStep.objects.filter(vendor="postgresql").order_by("recorded_at"))


@contextmanager
def _transaction_holding(store: ActiveStore, wait_seconds: float) -> Iterator[None]:
    """A transaction in which this process alone works on the store. It waits outside of the transaction: a concurrent
    index build of the other process would wait for an open one."""
    deadline = time.monotonic() + wait_seconds
    while True:
        with transaction.atomic():
            if try_lock_in_transaction(DEFAULT, LockSpace.STORE_MIGRATION, number_of(store.id)):
                yield
                return
        _wait(deadline)


@contextmanager
def migrating_lock(store: ActiveStore, wait_seconds: float = 60.0) -> Iterator[None]:
    """This process alone works on the active store, over several transactions."""
    is_mysql, name = connections[DEFAULT].vendor == "mysql", f"migrating-{store.id}"
    space, number = LockSpace.STORE_MIGRATION, number_of(store.id)
    deadline = time.monotonic() + wait_seconds
    while not (try_named_lock(DEFAULT, name) if is_mysql else try_lock(DEFAULT, space, number)):
        _wait(deadline)
    try:
        yield
    finally:
        if is_mysql:
            release_named_lock(DEFAULT, name)
        else:
            unlock(DEFAULT, space, number)


def _wait(deadline: float) -> None:
    if time.monotonic() >= deadline:
        raise StoreMigrating()
    time.sleep(WAIT_STEP)
