"""The two places of a move, each as a placement with connections of its own beside the store's current one."""

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import Any

from apps.platform.models import DatabaseType, Store, StoreMove
from apps.platform.tenancy.aliases import SOURCE, TARGET, MoveSide, move_alias
from apps.platform.tenancy.context import ActiveStore
from apps.platform.tenancy.placements import Placement, kind_of


def source_of(move: StoreMove) -> Placement:
    """The place the store leaves, whatever the registry says by now."""
    return _placement(move, SOURCE, move.source_type, move.source_region, dict(move.source_config))


def target_of(move: StoreMove) -> Placement:
    return _placement(move, TARGET, move.target_type, move.target_region, dict(move.target_config))


def place_at(store: Store, database_type: str, region: str) -> Store:
    """The store's row as if it stood there. Never saved."""
    elsewhere = copy(store)
    elsewhere.database_type, elsewhere.region = database_type, region
    return elsewhere


def _placement(
    move: StoreMove, side: MoveSide, database_type: str, region: str, config: Mapping[str, Any]
) -> Placement:
    """A placement that connects by an alias of the move's own: the store's current alias never means two servers."""
    store = place_at(move.store, database_type, region)
    active: ActiveStore = store.active_store
    if database_type != DatabaseType.SHARED:
        active = replace(active, alias=move_alias(store.id, side, move.id))
    kind = kind_of(database_type)
    here = {"active_store": property(lambda self: active), "config": property(lambda self: config)}
    placed: type[Placement] = type(kind.__name__, (kind,), here)
    return placed(store)
