"""Bringing existing stores up to the code: the template first, then each store that is behind."""

from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from django.db import DatabaseError

from apps.common.errors import DomainError
from apps.platform import selectors
from apps.platform.models import Store
from apps.platform.tenancy.context import outside_store
from apps.platform.tenancy.placements import placement_of
from apps.platform.tenancy.template import build_template, graph_version

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class StoreMigration:
    """What happened to one store. `error` is a sentence for people, "" when all is well."""

    slug: str
    changed: bool
    error: str = ""


def migrate_stores(*, only: Store | None = None) -> Iterator[StoreMigration]:
    """Migrate the stores that are behind, one after the other. A broken store stops nobody; calling it again
    continues with what is left. Stores that are current are skipped by one query."""
    with outside_store():
        build_template()
        for store in list(selectors.list_outdated_stores(graph_version(), only=only)):
            yield _migrate(store)


def _migrate(store: Store) -> StoreMigration:
    try:
        changed = placement_of(store).migrate()
    except (DatabaseError, DomainError) as error:
        log.exception("A store could not be migrated.", store=store.slug)
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return StoreMigration(slug=store.slug, changed=False, error=lines[0][:200])
    Store.objects.filter(pk=store.pk).update(schema_version=graph_version())
    return StoreMigration(slug=store.slug, changed=changed)
