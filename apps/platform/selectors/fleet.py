"""What the databases of all stores say of themselves, a few questions for a whole cluster."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.platform.models import DatabaseType, ProvisioningJob, Store
from apps.platform.states import JobStatus, StoreStatus
from apps.platform.tenancy.context import use_store
from apps.platform.tenancy.graph import list_migrations
from apps.platform.tenancy.routers import DEFAULT

# Stores in one statement: each needs a lock or two, and a server's table of locks is bounded.
PORTION: Final = 200


def list_stores_with_tables() -> QuerySet[Store]:
    """Every store but those still being opened, oldest first."""
    return Store.objects.exclude(status=StoreStatus.PROVISIONING).order_by("created_at", "id")


def list_openings_begun_before(moment: datetime) -> QuerySet[ProvisioningJob]:
    """Openings that a living worker holds since then."""
    return ProvisioningJob.objects.filter(
        status=JobStatus.RUNNING, lease_until__gt=Now(), started_at__lt=moment
    )


def survey(stores: Iterable[Store]) -> dict[UUID, int]:
    """How many of the code's migrations each store of a shared cluster lacks, by its own list: all of them where it
    has no list. Stores with a database of their own are left out: asking a thousand servers is no survey."""
    clusters: dict[str, list[Store]] = defaultdict(list)
    for store in stores:
        if store.database_type == DatabaseType.SHARED:
            clusters[store.active_store.alias].append(store)
    found: dict[UUID, int] = {}
    for members in clusters.values():
        for start in range(0, len(members), PORTION):
            found.update(_survey_cluster(members[start : start + PORTION]))
    return found


def _survey_cluster(stores: Sequence[Store]) -> Iterator[tuple[UUID, int]]:
    """Any store's connection will do: the statement names the schemas."""
    wanted = list_migrations()
    with use_store(stores[0]), connections[DEFAULT].cursor() as cursor:
        listed = _schemas_with_a_list(cursor, [store.schema_name for store in stores])
        for store in stores:
            if store.schema_name not in listed:
                yield store.id, len(wanted)
        present = [store for store in stores if store.schema_name in listed]
        if not present:
            return
        quote = connections[DEFAULT].ops.quote_name
        arms = " UNION ALL ".join(
            f"SELECT {number}, count(DISTINCT app || '.' || name) FROM {quote(store.schema_name)}.django_migrations "  # noqa: S608  checked names
            "WHERE app || '.' || name = ANY ((SELECT nodes FROM graph)::text[])"
            for number, store in enumerate(present)
        )
        nodes = [".".join(node) for node in sorted(wanted)]
        cursor.execute(f"WITH graph AS MATERIALIZED (SELECT %s::text[] AS nodes) {arms}", [nodes])
        for number, count in cursor.fetchall():
            yield present[number].id, len(wanted) - count


def _schemas_with_a_list(cursor: Any, schemas: list[str]) -> set[str]:
    cursor.execute(
        "SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
        "ON n.oid = c.relnamespace WHERE c.relname = 'django_migrations' AND n.nspname = ANY(%s)",
        [schemas],
    )
    return {row[0] for row in cursor.fetchall()}
