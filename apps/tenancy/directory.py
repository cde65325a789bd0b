"""The protocol by which tenancy reads stores from upper apps. An upper app implements it and registers the
implementation at the start."""

from typing import Any, Protocol
from uuid import UUID

from apps.tenancy.context import ActiveStore


class StoreDirectory(Protocol):
    def get_active_store(self, *, store_id: UUID) -> ActiveStore:
        """Raises `StoreNotFound` for a store that does not exist or is not open."""
        ...

    def get_database_settings(self, *, store_id: UUID, alias: str) -> dict[str, Any] | None:
        """Django's settings of a store's own database by its alias; None for an alias that is not, or no longer, known."""
        ...


_directory: StoreDirectory | None = None


def use_directory(directory: StoreDirectory) -> None:
    """Called once, when the apps are ready."""
    global _directory
    _directory = directory


def get_directory() -> StoreDirectory:
    if _directory is None:
        raise RuntimeError("No directory of stores is registered.")
    return _directory
