"""What every placement can do. One class per kind of database, the same verbs."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from apps.platform.models import Store
from apps.platform.tenancy.context import ActiveStore


class Placement(ABC):
    """Where one store's SQL tables are, or are going to be."""

    database_type: ClassVar[str]

    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def active_store(self) -> ActiveStore:
        return self.store.active_store

    @classmethod
    @abstractmethod
    def require_config(cls, config: Mapping[str, Any]) -> None:
        """Raise `InvalidInput` naming what is missing or too much in the credentials."""

    @abstractmethod
    def test(self) -> None:
        """Connect and ask something. Raises `PlacementUnreachable` with a sentence for people."""

    @abstractmethod
    def list_tables(self) -> frozenset[str]:
        """The tables that are there now."""

    @abstractmethod
    def required_schema(self) -> frozenset[str]:
        """The tables a store needs."""

    @abstractmethod
    def create(self) -> int:
        """Make everything in an empty place, all or nothing; the number of tables."""

    @abstractmethod
    def migrate(self) -> bool:
        """Bring what is there up to the code. False when there was nothing to do."""

    @abstractmethod
    def drop(self) -> None:
        """Delete the store's tables and all their rows. There is no way back."""
