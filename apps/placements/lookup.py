"""Looks up the aliases of stores' own databases: the implementation of `tenancy.directory`."""

from typing import Any
from uuid import UUID

from apps.placements.kinds import kind_of
from apps.placements.own_documents import documents_settings
from apps.platform.models import DatabaseType, Store, StoreMove
from apps.platform.selectors.addresses import get_active_store
from apps.platform.selectors.stores import get_database_config, get_documents_config
from apps.tenancy.aliases import SOURCE, StoreAlias, parse_alias
from apps.tenancy.context import ActiveStore


class RegistryDirectory:
    """The registry of stores, as a `StoreDirectory`."""

    def get_active_store(self, *, store_id: UUID) -> ActiveStore:
        return get_active_store(store_id=store_id)

    def get_database_settings(self, *, store_id: UUID, alias: str) -> dict[str, Any] | None:
        return get_database_settings(store_id=store_id, alias=alias)


def get_database_settings(*, store_id: UUID, alias: str) -> dict[str, Any] | None:
    """Django's settings of a placed store's database, decrypted; None unless the alias is its current one or belongs to
    the source or target of a move."""
    store = Store.objects.filter(id=store_id).first()
    if store is None:
        return None
    active = store.active_store
    named = parse_alias(alias)
    if named is not None and named.family == "documents":
        documents = get_documents_config(store)
        is_known = bool(documents) and active.documents_alias == alias
        return documents_settings(documents) if is_known else None
    if active.alias != alias:
        return _get_moving_settings(store, named)
    config = get_database_config(store)
    return kind_of(store.database_type).database_settings(config) if config else None


def _get_moving_settings(store: Store, named: StoreAlias | None) -> dict[str, Any] | None:
    """The settings of the source or target of a move; None for any other alias."""
    if named is None or named.move is None:
        return None
    move = StoreMove.objects.filter(store=store, id=named.move).first()
    if move is None:
        return None
    if named.side == SOURCE:
        database_type, config = move.source_type, move.source_config
    else:
        database_type, config = move.target_type, move.target_config
    if database_type == DatabaseType.SHARED:
        return None
    return kind_of(database_type).database_settings(dict(config))
