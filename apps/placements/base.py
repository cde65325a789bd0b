"""What every placement can do. One class per kind of database, the same verbs."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from apps.placements import row_policy_check
from apps.placements.configuration import ConfigField
from apps.placements.report import Report
from apps.platform.errors import PlacementUnreachable
from apps.tenancy import row_security
from apps.tenancy.context import ActiveStore, use_store


class PlaceContents(StrEnum):
    """What is in the place where a store's tables belong: the table of cases of an opening."""

    NOTHING = "nothing"  # create
    UNFINISHED = "unfinished"  # ours, an interrupted run: resume
    CURRENT = "current"  # ours and complete: nothing to do
    OLDER = "older"  # ours, of older code: migrate
    ANOTHER_STORE = "another_store"  # refuse
    SOMETHING_ELSE = "something_else"  # refuse


@dataclass(frozen=True)
class Occupancy:
    """What was found, and a sentence where it must be refused."""

    contents: PlaceContents
    sentence: str = ""

    @property
    def is_refused(self) -> bool:
        return self.contents in (PlaceContents.ANOTHER_STORE, PlaceContents.SOMETHING_ELSE)


class Placement(ABC):
    """Where one store's SQL tables are, or are going to be."""

    database_type: ClassVar[str]
    # What a person is asked for, in the order of a form; a connection string can stand for the first ones.
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
        """What is stored when a store that has a saved configuration is asked for again with another one."""
        return cleaned

    @classmethod
    @abstractmethod
    def database_settings(cls, config: Mapping[str, Any]) -> dict[str, Any]:
        """Django's settings for the store's alias. Raises `Conflict` where it lies on a cluster of the platform's."""

    @classmethod
    @abstractmethod
    def preflight(cls, config: Mapping[str, Any], *, store: ActiveStore | None = None) -> Report:
        """Look at the database before anything is put there; `config` is a cleaned one, `store` the one that shall be
        there, as `use_store` will know it. Changes nothing."""

    def prepare(self, tell: Callable[[str], None]) -> None:  # noqa: B027  nothing to do for most
        """Make the database itself where the person asked for that; `tell` is called with each step. Repeatable."""

    def test(self) -> None:
        """Raise `PlacementUnreachable` with a sentence for people unless a store can be put there."""
        problems = self.preflight(self.config, store=self.active_store).problems
        if problems:
            raise PlacementUnreachable(problems[0].sentence)

    @abstractmethod
    def occupancy(self) -> Occupancy:
        """What is there now, by the table of cases. Changes nothing."""

    @abstractmethod
    def list_tables(self) -> frozenset[str]:
        """The tables that are there now."""

    @abstractmethod
    def required_schema(self) -> frozenset[str]:
        """The tables a store needs."""

    @abstractmethod
    def create(self) -> int:
        """Make everything in an empty place and mark it as this store's; the number of tables.

        All or nothing where the database can take definitions back; else a repeated call finishes it."""

    @abstractmethod
    def migrate(self) -> bool:
        """Bring what is there up to the code. False when there was nothing to do."""

    @abstractmethod
    def drop(self) -> None:
        """Delete the store's tables and all their rows. There is no way back."""

    def missing_guards(self) -> list[str]:
        """The guards that this database does not give, a sentence each; shown to staff. It must answer."""
        with use_store(self.active_store):
            sentence = row_security.find_bypass()
        return [
            *([sentence] if sentence else []),
            *row_policy_check.list_missing(self.active_store),
        ]
