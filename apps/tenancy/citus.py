"""Clusters that run Citus with schema-based sharding: a store's schema is stored on one node and can move to another.

`CITUS_CLUSTERS` names them (`main` is the master's own). Written by Citus' documentation; see `docs/scaling.md` for
what was and was not tested.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import OperationalError, ProgrammingError, connections

from apps.tenancy.aliases import cluster_alias
from apps.tenancy.clusters import list_clusters
from apps.tenancy.context import ActiveStore, outside_store

SHARDING: Final = "citus.enable_schema_based_sharding"


def list_schema_statements(store: ActiveStore, quoted_schema: str) -> list[str]:
    """The statements that create the store's schema, to be sent separately: Citus refuses a schema together with its
    tables.

    On a Citus cluster the new schema becomes a distributed one; the template's, made elsewhere, stays local.
    """
    create = f"CREATE SCHEMA IF NOT EXISTS {quoted_schema}"
    if store.alias not in {cluster_alias(name) for name in settings.CITUS_CLUSTERS}:
        return [create]
    return [f"SET LOCAL {SHARDING} TO ON", create, f"SET LOCAL {SHARDING} TO OFF"]


@register("tenancy")
def check_citus(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Checks that the configured clusters run Citus."""
    with outside_store():
        return [found for name in settings.CITUS_CLUSTERS for found in _ask(name)]


def _ask(name: str) -> Iterator[CheckMessage]:
    if name not in list_clusters():
        yield Error(
            f"CITUS_CLUSTERS names {name!r}, which is not a cluster.",
            hint="Name it in SQL_CLUSTERS, or `main` for the master's own.",
            id="tenancy.E011",
        )
        return
    try:
        with connections[cluster_alias(name)].cursor() as cursor:
            cursor.execute("SELECT citus_version()")
    except ProgrammingError:
        yield Error(
            f"The cluster {name!r} has no Citus: stores would not be distributed.",
            hint="Run CREATE EXTENSION citus there, or take the name out of CITUS_CLUSTERS.",
            id="tenancy.E012",
        )
    except OperationalError:
        yield Warning(f"The cluster {name!r} does not answer.", id="tenancy.W012")
