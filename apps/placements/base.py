"""The interface of all placements, one class per kind of database."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from apps.placements import row_policy_check
from apps.placements.configuration import ConfigField
from apps.placements.report import Report
from apps.tenancy import row_security
from apps.tenancy.context import ActiveStore, use_store


class PlaceContents(StrEnum):
    """The contents of the place for a store's tables; each value is one case of an opening."""

    NOTHING = "nothing"  # create
    UNFINISHED = "unfinished"  # this store's, interrupted: resume
    CURRENT = "current"  # this store's and complete: nothing to do
    OLDER = "older"  # this store's tables, from an older release: migrate
    ANOTHER_STORE = "another_store"  # refuse
    SOMETHING_ELSE = "something_else"  # refuse


@dataclass(frozen=True)
class Occupancy:
    """The contents of a place, and a sentence if the place must be refused."""

    contents: PlaceContents
    sentence: str = ""

    @property
    def is_refused(self) -> bool:
        return self.contents in (PlaceContents.ANOTHER_STORE, PlaceContents.SOMETHING_ELSE)


class Placement(ABC):
    """The current or future place of one store's SQL tables."""

    database_type: ClassVar[str]
    # The fields of the form, in order; a connection string can replace the first ones.
    fields: ClassVar[tuple[ConfigField, ...]] = ()

    def __init__(
        self,
        active_store: ActiveStore,
        config: Mapping[str, Any] | None = None,
        save_config: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> None:
        """`config` is a cleaned one, decrypted; empty for the shared cluster. `save_config` stores another in its place."""
        self.active_store = active_store
        self.config: Mapping[str, Any] = config or {}
        self.save_config = save_config
        # Called with the number of tables while `create` and `migrate` make them one by one.
        self.when_made: Callable[[frozenset[str]], None] = lambda tables: None

    @classmethod
    @abstractmethod
    def clean_config(cls, config: Mapping[str, Any]) -> dict[str, Any]:
        """The configuration as it is stored. Raises `InvalidInput` naming what is missing, wrong or too much."""

    @classmethod
    def merge_config(cls, saved: Mapping[str, Any], cleaned: dict[str, Any]) -> dict[str, Any]:
        """The configuration to store when a repeated request gives another one than the saved."""
        return cleaned

    @classmethod
    @abstractmethod
    def database_settings(cls, config: Mapping[str, Any]) -> dict[str, Any]:
        """Django's settings for the store's alias. Raises `Conflict` for a database on a cluster of the platform."""

    @classmethod
    @abstractmethod
    def preflight(cls, config: Mapping[str, Any], *, store: ActiveStore | None = None) -> Report:
        """Check the database before anything is created there; `config` is cleaned, `store` the future store as
        `use_store` takes it. Changes nothing."""

    def prepare(self, tell: Callable[[str], None]) -> None:  # noqa: B027  nothing to do for most
        """Create the database itself if that was requested; `tell` is called with each step. Repeatable."""

    @abstractmethod
    def occupancy(self) -> Occupancy:
        """The current contents of the place. Changes nothing."""

    @abstractmethod
    def list_tables(self) -> frozenset[str]:
        """The tables that exist now."""

    @abstractmethod
    def required_schema(self) -> frozenset[str]:
        """The tables a store needs."""

    @abstractmethod
    def create(self) -> int:
        """Create all tables in an empty place and mark it as this store's. Returns the number of tables.

        Atomic where the database has transactional DDL; elsewhere a repeated call completes it."""

    @abstractmethod
    def migrate(self) -> bool:
        """Migrate the tables to the code's version. False when they were current."""

    @abstractmethod
    def drop(self) -> None:
        """Delete the store's tables and all their rows. This can't be undone."""

    def missing_guards(self) -> list[str]:
        """The protections that this database lacks, one sentence each, for staff. The database must answer."""
        with use_store(self.active_store):
            sentence = row_security.find_bypass()
        return [
            *([sentence] if sentence else []),
            *row_policy_check.list_missing(self.active_store),
        ]
