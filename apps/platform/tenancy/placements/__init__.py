"""Where a store's tables can be: one class per kind of database, chosen by the store's `database_type`."""

from collections.abc import Mapping
from typing import Any, Final

from apps.platform.errors import PlacementNotSupported
from apps.platform.models import DatabaseType, Store
from apps.platform.tenancy.placements.base import Placement
from apps.platform.tenancy.placements.postgresql import OwnPostgreSQL
from apps.platform.tenancy.placements.postgresql import database_settings as database_settings
from apps.platform.tenancy.placements.shared_schema import SharedSchema

__all__ = [
    "Placement",
    "database_settings",
    "list_offered",
    "placement_of",
    "require_offered",
    "require_supported",
]

PLACEMENTS: Final[dict[str, type[Placement]]] = {
    placement.database_type: placement for placement in (SharedSchema, OwnPostgreSQL)
}
# What people may choose. A database of the store's own is registered by operators only.
OFFERED: Final = (DatabaseType.SHARED,)

SUPABASE_KEY_ONLY: Final = (
    "A Supabase project URL with a service role key opens the project's storage, not its tables. "
    "Tables need the connection string of the database (Project settings, Database)."
)


def placement_of(store: Store) -> Placement:
    """The placement of a store. Raises `PlacementNotSupported` for a kind this installation can't do."""
    kind = PLACEMENTS.get(store.database_type)
    if kind is None:
        raise _not_supported()
    return kind(store)


def list_offered() -> list[str]:
    """The kinds of database a person can choose for a new store."""
    return [str(kind.value) for kind in OFFERED]


def require_supported(database_type: str, config: Mapping[str, Any] | None) -> None:
    """Raise `InvalidInput` unless this installation can place a store there with this configuration."""
    kind = PLACEMENTS.get(database_type)
    if kind is None:
        raise _not_supported()
    kind.require_config(config or {})


def require_offered(database_type: str, config: Mapping[str, Any] | None = None) -> None:
    """Raise `PlacementNotSupported` unless people may choose this kind."""
    given = config or {}
    is_key_only = "serviceRoleKey" in given and not given.get("connectionString")
    if database_type == DatabaseType.SUPABASE and is_key_only:
        raise PlacementNotSupported(SUPABASE_KEY_ONLY, fields={"config": [SUPABASE_KEY_ONLY]})
    if database_type not in list_offered():
        raise _not_supported()


def _not_supported() -> PlacementNotSupported:
    sentence = f"Supported here: {', '.join(list_offered())}."
    return PlacementNotSupported(sentence, fields={"database_type": [sentence]})
