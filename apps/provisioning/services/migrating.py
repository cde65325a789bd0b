"""Migrates existing stores: the template first, then the canaries, then every other store that is behind.

The stores' own databases say what is missing. So a run can be interrupted and repeated, and two runs share the work:
one process at a time works on a store, and migrated stores are skipped.
"""

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from queue import SimpleQueue
from threading import Thread
from typing import Final
from uuid import UUID

import structlog
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext

from apps.common.errors import DomainError
from apps.placements.kinds import placement_of
from apps.placements.release.building import TEMPLATE_STORE
from apps.placements.release.migration_analysis import list_cautions, list_python
from apps.placements.release.migration_graph import graph_version, list_sources
from apps.placements.release.replaying import (
    MigrationMethod,
    bring_schema_up_to_date,
    list_steps,
    migrating_lock,
)
from apps.placements.release.template import build_template
from apps.platform import seeding, selectors
from apps.platform.auditing import note
from apps.platform.errors import CanaryFailed, StoreMigrating
from apps.platform.models import Store, StoreTemplate, TemplateStep
from apps.provisioning.selectors import fleet
from apps.tenancy.connections import StoreUnreachable
from apps.tenancy.context import outside_store, use_store
from apps.tenancy.routers import DEFAULT

log = structlog.get_logger(__name__)

BUSY_SECONDS: Final = 60.0
NOTED_AT_ONCE: Final = 50
OPENINGS_SECONDS: Final = 60.0


@dataclass(frozen=True)
class StoreMigration:
    """The result for one store. `error` is a sentence for people, "" when all is well; `seconds` of wall time."""

    slug: str
    way: str
    seconds: float
    error: str = ""

    @property
    def changed(self) -> bool:
        return self.way in (MigrationMethod.REPLAYED, MigrationMethod.MIGRATED)


@dataclass
class MigrationBacklog:
    """The stores to visit, and how many there are in all. `stale_records` are those the registry believed current,
    `unreachable` those whose cluster did not answer: they are visited, and reported as failed while that is so. Stores that
    were named are visited in any case; `current` says which of them are up to date."""

    stores: list[Store] = field(default_factory=list)
    total: int = 0
    stale_records: set[UUID] = field(default_factory=set)
    unreachable: set[UUID] = field(default_factory=set)
    current: set[UUID] = field(default_factory=set)


@dataclass(frozen=True)
class Canaries:
    """The stores to migrate first: named ones, and a percentage of those that are behind (0 to 100)."""

    slugs: Sequence[str] = ()
    percent: float = 0

    def choose(self, stores: list[Store]) -> list[Store]:
        """Raises `StoreNotFound` for a name that no store has."""
        for slug in self.slugs:
            selectors.get_store(slug)
        named = [store for store in stores if store.slug in self.slugs]
        others = [store for store in stores if store.slug not in self.slugs]
        count = -int(-len(stores) * self.percent // 100) if self.percent else 0
        return named + others[: max(0, count - len(named))]


def migrate_stores(
    *, only: Sequence[Store] = (), parallel: int = 1, canaries: Canaries | None = None
) -> Iterator[StoreMigration]:
    """Migrate the stores that are behind. A failing store does not stop the others; a second call continues with the rest.

    Raises `CanaryFailed` when one of the first stores is broken: the others are then untouched.
    """
    with outside_store():
        for done in _migrate(only, parallel, canaries or Canaries()):
            if done.changed:
                note("store.migrated", done.slug, after={"way": done.way, "error": done.error})
            yield done


def _migrate(only: Sequence[Store], parallel: int, canaries: Canaries) -> Iterator[StoreMigration]:
    in_force_since = build_template().built_at
    behind = survey_backlog(only=only)
    steps = list_steps()
    first = canaries.choose(behind.stores)
    broken = []
    for done in _visit_all(first, steps, parallel=1):
        broken += [done.slug] if done.error else []
        yield done
    if broken:
        raise CanaryFailed(
            gettext("The canary %(broken)s failed; no other store was touched.")
            % {"broken": ", ".join(broken)}
        )
    chosen = {store.pk for store in first}
    rest = [store for store in behind.stores if store.pk not in chosen]
    yield from _visit_all(rest, steps, parallel=parallel)
    if not only:
        seen = {store.pk for store in behind.stores}
        yield from _visit_late_comers(steps, since=in_force_since, seen=seen)


def survey_backlog(*, only: Sequence[Store] = ()) -> MigrationBacklog:
    """The stores to visit, by the registry and, on the shared clusters, by the stores' own lists."""
    with outside_store():
        stores = list(only) or list(fleet.list_stores_with_tables())
        seen = fleet.survey(stores)
        found = MigrationBacklog(total=len(stores), unreachable=seen.unreachable)
        for store in stores:
            is_noted = (store.schema_version, store.defaults_version) == _versions()
            lacks = seen.lacking.get(store.pk, 0)
            is_behind = bool(lacks) or not is_noted or store.pk in seen.unreachable
            found.stores += [store] if is_behind or only else []
            if only and not is_behind:
                found.current.add(store.pk)
            if lacks and store.schema_version == graph_version():
                found.stale_records.add(store.pk)
        return found


@dataclass(frozen=True)
class NewMigrations:
    """The migrations of the code that the current template lacks: the next release."""

    migrations: list[str]
    python: list[str]
    cautions: list[str]


def list_new_migrations() -> NewMigrations:
    """By the migrations' files alone; nothing is run."""
    with outside_store():
        in_force = StoreTemplate.objects.order_by("-built_at").first()
    names = sorted(set(list_sources()) - set(in_force.migrations if in_force else {}))
    files = MigrationLoader(None).disk_migrations
    plan = [files[app, name] for app, _dot, name in (each.partition(".") for each in names)]
    with use_store(TEMPLATE_STORE):
        return NewMigrations(names, list_python(plan, DEFAULT), list_cautions(plan, DEFAULT))


def _versions() -> tuple[str, str]:
    return graph_version(), seeding.refresh_version()


def _visit_all(
    stores: Iterable[Store], steps: Sequence[TemplateStep], *, parallel: int
) -> Iterator[StoreMigration]:
    """Visits each store once; stores that another process holds are visited last."""
    waiting: list[Store] = []
    good: list[Store] = []
    try:
        for store, done in _visit_each(stores, steps, parallel, wait_seconds=0.0):
            if done is None:
                waiting.append(store)
            else:
                _note_in_portions(store, done, good)
                yield done
        for store, done in _visit_each(waiting, steps, parallel, wait_seconds=BUSY_SECONDS):
            result = done or StoreMigration(store.slug, "", BUSY_SECONDS, str(StoreMigrating()))
            _note_in_portions(store, result, good)
            yield result
    finally:
        _note(good)


def _note_in_portions(store: Store, done: StoreMigration, good: list[Store]) -> None:
    good.extend([] if done.error else [store])
    if len(good) >= NOTED_AT_ONCE:
        _note(good)


def _visit_each(
    stores: Iterable[Store], steps: Sequence[TemplateStep], parallel: int, wait_seconds: float
) -> Iterator[tuple[Store, StoreMigration | None]]:
    if parallel <= 1:
        for store in stores:
            yield store, _visit(store, steps, wait_seconds)
        return
    queue = deque(stores)
    results: SimpleQueue[tuple[Store, StoreMigration | None] | None] = SimpleQueue()

    def work() -> None:
        try:
            while queue:
                with suppress(IndexError):  # another thread took the last one
                    store = queue.popleft()
                    results.put((store, _visit(store, steps, wait_seconds)))
        finally:
            connections.close_all()
            results.put(None)

    threads = [Thread(target=work, name=f"migrating-{n}", daemon=True) for n in range(parallel)]
    for thread in threads:
        thread.start()
    try:
        for _ in threads:
            yield from iter(results.get, None)
    finally:
        queue.clear()  # if the caller stops iterating, workers finish their current store and exit
        for thread in threads:
            thread.join()


def _visit(
    store: Store, steps: Sequence[TemplateStep], wait_seconds: float
) -> StoreMigration | None:
    """None when another process works on the store."""
    started = time.perf_counter()
    way, error = "", ""
    try:
        with outside_store():
            way = _bring_up(store, steps, wait_seconds)
    except StoreMigrating:
        return None
    except StoreUnreachable as caught:
        log.warning("A store's database does not answer.", store=store.slug)
        error = _sentence(caught)
        _let_go_of_broken_connections()
    except Exception as caught:
        # a migration's own code may raise any exception; the next store is migrated anyway
        log.exception("A store could not be migrated.", store=store.slug)
        error = _sentence(caught)
        _let_go_of_broken_connections()
    return StoreMigration(store.slug, way, round(time.perf_counter() - started, 4), error)


def _let_go_of_broken_connections() -> None:
    """The stores of a cluster share one: the next store gets a new connection."""
    for connection in connections.of_stores():  # type: ignore[attr-defined]
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def _bring_up(store: Store, steps: Sequence[TemplateStep], wait_seconds: float) -> str:
    active = store.active_store
    is_refreshed = store.defaults_version == seeding.refresh_version()

    def refresh(has_new_permissions: bool) -> None:
        if has_new_permissions or not is_refreshed:
            seeding.refresh_store(active)

    if active.schema:
        way = bring_schema_up_to_date(active, steps=steps, wait_seconds=wait_seconds, then=refresh)
    else:  # a database that has no schemas migrates in its own way
        way = _migrate_own_database(store, wait_seconds)
        refresh(way is MigrationMethod.MIGRATED)
    if way is MigrationMethod.CURRENT and store.schema_version != graph_version():
        seeding.refresh_store(
            active
        )  # the process that migrated it may have died before it refreshed the roles
    return way


def _migrate_own_database(store: Store, wait_seconds: float) -> MigrationMethod:
    placement = placement_of(store)
    with use_store(store), migrating_lock(store.active_store, wait_seconds):
        return MigrationMethod.MIGRATED if placement.migrate() else MigrationMethod.CURRENT


def _note(stores: list[Store]) -> None:
    """Write the new version into the registry. If the process dies before this write, the next run finds the store current."""
    schema, defaults = _versions()
    noted = Store.objects.filter(pk__in=[store.pk for store in stores])
    with outside_store():
        noted.update(schema_version=schema, defaults_version=defaults)
    stores.clear()


def _sentence(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    words = lines[0][:200]
    if isinstance(error, StoreUnreachable):
        return gettext("%(words)s The next run goes on with this store.") % {"words": words}
    return words if isinstance(error, DomainError) or words else type(error).__name__


def _visit_late_comers(
    steps: Sequence[TemplateStep], *, since: datetime, seen: set[UUID]
) -> Iterator[StoreMigration]:
    """Visits stores that a worker of the old code was opening during the run: they began with the old template. New
    openings by old code are refused."""
    deadline = time.monotonic() + OPENINGS_SECONDS
    while fleet.list_openings_begun_before(since).exists() and time.monotonic() < deadline:
        time.sleep(0.5)
    late = [
        store
        for store in fleet.list_stores_with_tables().exclude(schema_version=graph_version())
        if store.pk not in seen
    ]
    yield from _visit_all(late, steps, parallel=1)
