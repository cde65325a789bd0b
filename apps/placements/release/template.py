"""The template of new stores: a schema that Django migrates while every statement is recorded.

Opening a store replays the SQL in one transaction: the same catalog, object by object, in a fraction of the time.
What the migrations and their signals wrote (migration rows, content types, permissions) is copied with the
template's ids, so that Django's process-wide caches of content types hold in every store.

The SQL names no schema: the search path of the connection decides.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from django.db import connections
from django.utils.translation import gettext_lazy

from apps.common.clock import now
from apps.placements.release.building import (
    TEMPLATE_STORE,
    BuildStep,
    Shapes,
    build,
    create_template_schema,
    list_tables,
)
from apps.placements.release.migration_graph import (
    FORMAT,
    graph_version,
    list_migrations,
    list_sources,
    template_version,
    version_of,
)
from apps.placements.release.real_migrate import run_migrations
from apps.platform.errors import TemplateOutdated
from apps.platform.models import StoreTemplate, TemplateStep
from apps.tenancy.context import ActiveStore, outside_store, system_scope, use_store
from apps.tenancy.locks import LockSpace, PlatformLock, lock_in_transaction
from apps.tenancy.routers import PLATFORM
from apps.tenancy.transactions import atomic_on_platform

__all__ = [
    "TEMPLATE_STORE",
    "build_template",
    "ensure_reference",
    "ensure_template",
    "get_reference",
    "get_template",
    "graph_version",
    "list_migrations",
    "list_tables",
    "migrate_schema",
    "provisioning_lock",
    "required_shapes",
    "required_tables",
    "template_version",
]

OLDER_PROCESS: Final = gettext_lazy(
    "A newer version of the platform is being deployed; this process still runs the old one."
)


def get_template() -> StoreTemplate:
    """The recording of the code's version. Raises `TemplateOutdated` when it is missing or not the newest."""
    with outside_store():
        newest = StoreTemplate.objects.order_by("-built_at").first()
    if newest is None or newest.version != template_version():
        raise _outdated()
    return newest


def ensure_template() -> str:
    """The version of the recording for the code, built now if there is none (some seconds). Raises `TemplateOutdated`
    in an older process when a newer recording exists."""
    with outside_store():
        recorded = StoreTemplate.objects.order_by("-built_at").values_list("version", "migrations")
        versions = [version for version, _migrations in recorded]
        if versions[:1] == [template_version()]:
            return template_version()
        is_older = bool(recorded) and set(recorded[0][1]) > set(list_sources())
        if is_older or template_version() in versions:
            raise TemplateOutdated(OLDER_PROCESS)
    return build_template().version


def _outdated() -> TemplateOutdated:
    with outside_store():
        if not StoreTemplate.objects.filter(version=template_version()).exists():
            return TemplateOutdated()
    return TemplateOutdated(OLDER_PROCESS)


def build_template(*, force: bool = False) -> StoreTemplate:
    """Migrate the template and record it: the SQL for new stores, and the step for existing ones. Returns at once when
    it is current; `force` records everything from the start.

    Holds the lock: no provisioning and no other build runs meanwhile.
    """
    with outside_store(), atomic_on_platform():
        _lock(shared=False)
        newest = StoreTemplate.objects.order_by("-built_at").first()
        existing = StoreTemplate.objects.filter(version=template_version()).first()
        if existing is not None and not force:
            if existing != newest:  # back to the previous release
                create_template_schema(existing)
                existing.built_at = now()
                existing.save(update_fields=["built_at"])
            return existing
        previous = None if force else newest
        finished, step = build(previous)
        if step is not None:
            _save_step(step)
        built, _created = StoreTemplate.objects.update_or_create(
            version=template_version(),
            defaults={
                "statements": finished.statements,
                "definitions": finished.definitions,
                "tables": finished.tables,
                "table_count": len(finished.tables),
                "reference": finished.reference,
                "migrations": list_sources(),
                "recording_format": FORMAT,
                "built_at": now(),
            },
        )
    return built


def _save_step(step: BuildStep) -> None:
    TemplateStep.objects.update_or_create(
        vendor=connections[PLATFORM].vendor,
        from_version=version_of(step.applied),
        to_version=version_of(step.applied | set(step.added)),
        defaults={
            "applied": sorted(map(list, step.applied)),
            "added": list(map(list, step.added)),
            "statements": "\n".join(f"{text};" for text in step.statements),
            "python": step.python,
            "cautions": step.cautions,
            "recorded_at": now(),
        },
    )


@cache
def required_shapes(version: str) -> Shapes:
    """The tables of a store, column by column, as recorded in the template of that version."""
    with outside_store():
        shapes: Shapes = StoreTemplate.objects.values_list("tables", flat=True).get(version=version)
    return shapes


def required_tables(version: str) -> frozenset[str]:
    """Their names."""
    return frozenset(required_shapes(version))


@contextmanager
def provisioning_lock() -> Iterator[None]:
    """A shared lock: openings run at the same time, but not while the template is being built."""
    with outside_store(), atomic_on_platform():
        _lock(shared=True)
        yield


def _lock(*, shared: bool) -> None:
    lock_in_transaction(PLATFORM, LockSpace.PLATFORM, PlatformLock.TEMPLATE, shared=shared)


def migrate_schema(store: ActiveStore) -> None:
    """Django's own migrate, on the store's database, with the template's ids where there is a template, and with
    all rows open to data migrations."""
    with system_scope("migrations"), use_store(store):
        run_migrations(reference=get_reference(template_version()))


def get_reference(version: str) -> dict[str, list[list[Any]]] | None:
    """The rows that have the same ids in every store; None before the first template is built."""
    if version not in _references:
        with outside_store():
            found = StoreTemplate.objects.filter(version=version).values_list(
                "reference", flat=True
            )
            for row in found:
                _references[version] = row
    return _references.get(version)


def ensure_reference() -> dict[str, list[list[Any]]]:
    """The same rows, of a template that fits the code: it is built first where there is none."""
    return get_reference(ensure_template()) or {}


_references: dict[str, dict[str, list[list[Any]]]] = {}
