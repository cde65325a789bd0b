"""The two places of a move, each a placement with connections separate from the store's current one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from apps.placements.base import Placement
from apps.placements.kinds import kind_of, place_at
from apps.platform.models import DatabaseType, StoreMove
from apps.tenancy.aliases import SOURCE, TARGET, MoveSide, move_alias
from apps.tenancy.context import ActiveStore


def source_of(move: StoreMove) -> Placement:
    """The source of the move, whatever the registry says now."""
    return _placement(move, SOURCE, move.source_type, move.source_region, dict(move.source_config))


def target_of(move: StoreMove) -> Placement:
    return _placement(move, TARGET, move.target_type, move.target_region, dict(move.target_config))


def _placement(
    move: StoreMove, side: MoveSide, database_type: str, region: str, config: Mapping[str, Any]
) -> Placement:
    """A placement with an alias of its own, so that the store's current alias never means two servers."""
    store = place_at(move.store, database_type, region)
    active: ActiveStore = store.active_store
    if database_type != DatabaseType.SHARED:
        active = replace(active, alias=move_alias(store.id, side, move.id))
    return kind_of(database_type)(active, config)
