"""The migration state of all stores' databases, with a few queries for each cluster."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.db import OperationalError, ProgrammingError, connections, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.placements.release.migration_graph import list_migrations
from apps.platform.models import DatabaseType, ProvisioningJob, Store
from apps.platform.states import JobStatus, StoreStatus
from apps.tenancy.applied import MIGRATIONS_TABLE
from apps.tenancy.context import NoActiveStore, use_store
from apps.tenancy.routers import DEFAULT

log = structlog.get_logger(__name__)

# Stores in one statement: each needs a lock or two, and a server's lock table is limited.
PORTION: Final = 200


def list_stores_with_tables() -> QuerySet[Store]:
    """Every store but those still being opened, oldest first."""
    return Store.objects.exclude(status=StoreStatus.PROVISIONING).order_by("created_at", "id")


def list_openings_begun_before(moment: datetime) -> QuerySet[ProvisioningJob]:
    """Openings with a valid lease that began before then."""
    return ProvisioningJob.objects.filter(
        status=JobStatus.RUNNING, lease_until__gt=Now(), started_at__lt=moment
    )


@dataclass
class Survey:
    """The number of missing migrations by store, from the store's own list, and the stores of clusters that did not
    answer."""

    lacking: dict[UUID, int] = field(default_factory=dict)
    unreachable: set[UUID] = field(default_factory=set)


def survey(stores: Iterable[Store]) -> Survey:
    """One statement for a cluster (or `PORTION` of its stores). Stores with a database of their own are left out,
    because each would need a connection. A cluster that does not answer, or is no longer in the settings, does not stop
    the others."""
    clusters: dict[str, list[Store]] = defaultdict(list)
    for store in stores:
        if store.database_type == DatabaseType.SHARED:
            clusters[store.active_store.alias].append(store)
    found = Survey()
    for members in clusters.values():
        for start in range(0, len(members), PORTION):
            portion = members[start : start + PORTION]
            try:
                found.lacking.update(_survey_portion(portion))
            except (OperationalError, NoActiveStore) as error:
                log.error("A cluster did not answer.", store=portion[0].slug, error=str(error))
                found.unreachable.update(store.id for store in portion)
    return found


def _survey_portion(stores: Sequence[Store]) -> dict[UUID, int]:
    """A store without the table of migrations lacks all of them: then the statement fails, and is repeated for the
    stores that have the table."""
    with use_store(stores[0]):
        try:
            with transaction.atomic():
                applied = _count_applied(stores)
        except ProgrammingError:
            with_list = _schemas_with_a_list([store.schema_name for store in stores])
            applied = _count_applied([store for store in stores if store.schema_name in with_list])
    wanted = len(list_migrations())
    return {store.id: wanted - applied.get(store.id, 0) for store in stores}


def _count_applied(stores: Sequence[Store]) -> dict[UUID, int]:
    """Any store's connection will do: the statement names the schemas."""
    if not stores:
        return {}
    quote = connections[DEFAULT].ops.quote_name
    arms = " UNION ALL ".join(
        f"SELECT {number}, count(DISTINCT app || '.' || name) FROM {quote(store.schema_name)}.{MIGRATIONS_TABLE} "  # noqa: S608  checked names
        "WHERE app || '.' || name = ANY ((SELECT nodes FROM graph)::text[])"
        for number, store in enumerate(stores)
    )
    nodes = [".".join(node) for node in sorted(list_migrations())]
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(f"WITH graph AS MATERIALIZED (SELECT %s::text[] AS nodes) {arms}", [nodes])
        return {stores[number].id: count for number, count in cursor.fetchall()}


def _schemas_with_a_list(schemas: list[str]) -> set[str]:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
            "ON n.oid = c.relnamespace WHERE c.relname = %s AND n.nspname = ANY(%s)",
            [MIGRATIONS_TABLE, schemas],
        )
        return {row[0] for row in cursor.fetchall()}
