"""The health of every database: state, latency, connections of this process, missing protections. Used by `manage.py
databases`, by the log at the start and by `/ready`."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, connections

from apps.diagnostics.other_servers import OtherServer, list_other_servers
from apps.placements.kinds import placement_of
from apps.placements.own_documents import documents_settings, has_own_documents
from apps.platform.models import DatabaseType, Store
from apps.platform.selectors import (
    get_documents_config,
    list_placed_stores,
    list_stores_with_documents,
)
from apps.tenancy.aliases import DOCUMENTS, DOCUMENTS_DEV, cluster_of, region_of_documents
from apps.tenancy.connections import PoolUse, known_databases
from apps.tenancy.context import outside_store, system_scope, use_store
from apps.tenancy.routers import PLATFORM
from apps.tenancy.shared_cache import shared_cache

# An interactive command does not query a thousand placed stores.
MOST_STORES: Final = 50
MUCH_BEHIND: Final = 8 * 2**20  # bytes of the log
VERIFYING: Final = ("verify-ca", "verify-full")
LOCAL_HOSTS: Final = ("", "localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class DatabaseState:
    """One database, without credentials. `latency_ms` is None when it does not answer; `pool` where there is none."""

    alias: str
    role: str
    engine: str
    name: str
    state: str
    latency_ms: float | None
    pool: PoolUse | None = None
    warnings: list[str] = field(default_factory=list)
    is_replica: bool = False

    @property
    def is_good(self) -> bool:
        return self.state == "ok"


def list_databases(*, only: Store | None = None, most: int = MOST_STORES) -> list[DatabaseState]:
    """Send a small query to every database. Never raises: databases that do not answer are marked in the list. Of
    stores placed elsewhere, `only` one or the first `most`."""
    with outside_store():
        found = list_own_databases()
        if found[0].is_good:
            placed = [only] if only is not None else list_placed_stores()[:most]
            found.extend(_measure_store(store) for store in placed if _is_placed(store))
            owners = [only] if only is not None else list_stores_with_documents()[:most]
            found.extend(_measure_documents(store) for store in owners if has_own_documents(store))
        found.append(_measure_cache())
        found.extend(_measure_other(server) for server in list_other_servers())
    return found


def list_own_databases() -> list[DatabaseState]:
    """The platform's own: what every store depends on. Never asks a merchant's server."""
    roles = {PLATFORM: "platform: the registry", "default": "stores on the shared cluster"}
    roles |= {DOCUMENTS: "documents", DOCUMENTS_DEV: "documents of development"}
    for alias in settings.DATABASES:
        if cluster := cluster_of(alias):
            roles[alias] = f"stores on the cluster {cluster}"
        elif region := region_of_documents(alias):
            roles[alias] = f"documents of the region {region}"
    replicas = [(one, primary) for primary, all_ in settings.REPLICAS.items() for one in all_]
    measured = [_measure(alias, role) for alias, role in roles.items()]
    return measured + [_measure_replica(alias, primary) for alias, primary in replicas]


def count_placed_stores() -> int:
    """Servers of merchants: of tables and of documents."""
    return list_placed_stores().count() + list_stores_with_documents().count()


def _is_placed(store: Store) -> bool:
    return store.database_type != DatabaseType.SHARED


def _measure(alias: str, role: str) -> DatabaseState:
    described = settings.DATABASES[alias]
    is_documents = alias.startswith(DOCUMENTS)
    state, latency = time_twice(lambda: ask_documents(alias) if is_documents else ask_sql(alias))
    return DatabaseState(
        alias=alias,
        role=role,
        engine="MongoDB" if is_documents else "PostgreSQL",
        name=str(described["NAME"]),
        state=state,
        latency_ms=latency,
        pool=_pool_of(alias),
        warnings=_warnings_of(described, is_documents=is_documents),
    )


def _measure_replica(alias: str, primary: str) -> DatabaseState:
    """A replica that is down or behind is passed over, so nothing depends on it; the operator wants to know."""
    found = _measure(alias, f"read replica of {primary}")
    if not found.is_good:
        return replace(found, is_replica=True)
    return replace(found, is_replica=True, warnings=[*found.warnings, *_behind(alias, primary)])


def _behind(alias: str, primary: str) -> list[str]:
    try:
        place = _ask_one(primary, "SELECT pg_catalog.pg_current_wal_lsn()::text")
        lacks = _ask_one(
            alias,
            "SELECT pg_catalog.pg_wal_lsn_diff(%s::pg_catalog.pg_lsn, pg_catalog.pg_last_wal_replay_lsn())",
            place,
        )
    except DatabaseError as error:
        return [f"Its lag could not be read ({type(error).__name__})."]
    if lacks is None:
        return ["This server is not a replica: it replays nothing, so its data is stale."]
    if lacks > MUCH_BEHIND:
        return [f"It lacks {lacks / 2**20:.0f} MB of changes. The primary is read meanwhile."]
    return []


def _ask_one(alias: str, statement: str, *parameters: Any) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]


def _measure_store(store: Store) -> DatabaseState:
    def ask() -> None:
        with use_store(store), system_scope("databases"):
            ask_sql("default")

    state, latency = time_twice(ask)
    return DatabaseState(
        alias=store.active_store.alias,
        role=f"the store {store.slug}",
        engine=DatabaseType(store.database_type).value,
        name=store.database_name,
        state=state,
        latency_ms=latency,
        pool=_pool_of(store.active_store.alias),
        warnings=_lacks(store) if latency is not None else [],
    )


def _measure_documents(store: Store) -> DatabaseState:
    def ask() -> None:
        with use_store(store):
            ask_documents(DOCUMENTS)

    state, latency = time_twice(ask)
    alias = store.active_store.documents_alias
    described = documents_settings(get_documents_config(store)) if latency is not None else {}
    return DatabaseState(
        alias=alias,
        role=f"documents of the store {store.slug}",
        engine="MongoDB",
        name=str(described.get("NAME", "")),
        state=state,
        latency_ms=latency,
        pool=_pool_of(alias),
        warnings=_warnings_of(described, is_documents=True) if described else [],
    )


def _lacks(store: Store) -> list[str]:
    try:
        return placement_of(store).missing_guards()
    except Exception as error:  # a question beside the point must not hide the state
        return [f"Its missing guards could not be read ({type(error).__name__})."]


def _measure_cache() -> DatabaseState:
    state, latency = time_twice(shared_cache.ping)
    role = "cache, locks, task queue"
    return DatabaseState("cache", role, "Redis", "", state, latency)


def _measure_other(server: OtherServer) -> DatabaseState:
    state, latency = time_twice(server.ask)
    return DatabaseState(server.name, server.role, server.engine, "", state, latency)


def _pool_of(alias: str) -> PoolUse | None:
    """The connections of this process; nothing where no connection was made yet."""
    placed = known_databases.get(alias)
    if placed is not None:
        return placed.pool_use()
    connection: Any = connections.physical(alias)  # type: ignore[attr-defined]
    pool = getattr(connection, "pool", None)
    if pool is None:
        return None
    found = pool.get_stats()
    idle = found.get("pool_available", 0)
    return PoolUse(max(0, found.get("pool_size", 0) - idle), idle, found.get("pool_max", 0))


def _warnings_of(described: dict[str, Any], *, is_documents: bool) -> list[str]:
    """Warnings about connections to other machines that are not encrypted and verified."""
    options, host = described.get("OPTIONS", {}), str(described.get("HOST", ""))
    if is_documents:
        address = host.lower()
        is_near = any(f"{near}:" in address or f"{near}/" in address for near in LOCAL_HOSTS[1:])
        is_encrypted = address.startswith("mongodb+srv://") or bool(options.get("tls"))
        is_encrypted = is_encrypted or "tls=true" in address or "ssl=true" in address
        is_unverified = "insecure=true" in address or "invalidcertificates=true" in address
        is_safe = is_encrypted and not is_unverified
    else:
        is_near = host in LOCAL_HOSTS or host.startswith("/")
        is_safe = options.get("sslmode") in VERIFYING
    if is_near or is_safe:
        return []
    return ["TLS is not verified: the connection to this database can be intercepted."]


def time_twice(ask: Callable[[], object]) -> tuple[str, float | None]:
    """State and milliseconds. The second of two queries counts, because the first includes the connection."""
    try:
        ask()
        started = time.perf_counter()
        ask()
    except Exception as error:  # a state, not an error: the caller tells it
        return f"unavailable ({type(error).__name__})", None
    return "ok", round((time.perf_counter() - started) * 1000, 2)


def ask_sql(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")


def ask_documents(alias: str) -> None:
    connection: Any = connections[alias]
    connection.ensure_connection()
    connection.connection.admin.command("ping")
