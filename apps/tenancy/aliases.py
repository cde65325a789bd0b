"""The names of database connections; only this module creates and parses them.

| alias | database |
|---|---|
| `default` | the shared cluster's, or the active store's |
| `cluster_<name>` | another cluster of stores |
| `documents`, `documents_<region>` | documents of the platform's own MongoDB, or of a region's |
| `store_<id>_v<n>`, `documents_<id>_v<n>` | a store's own; new credentials are a new version, so they meet no old pool |
| `store_<id>_s<move>`, `store_<id>_t<move>` | source and target of a move |
| `store_<id>_trial<token>` | credentials that are tried out |
"""

import re
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from apps.common.ids import random_token

MAIN: Final = "main"
DOCUMENTS: Final = "documents"
DOCUMENTS_DEV: Final = "documents_dev"

Family = Literal["store", "documents"]
MoveSide = Literal["s", "t"]
SOURCE: Final = "s"
TARGET: Final = "t"

_OF_A_STORE: Final = re.compile(
    r"(?P<family>store|documents)_(?P<store>[0-9a-f]{32})_"
    r"(?:v(?P<version>[0-9]+)|(?P<side>[st])(?P<move>[0-9a-f]{32})|trial[A-Za-z0-9_-]+)"
)
# Databases that the settings do not list.
_PLACED_PREFIXES: Final = ("store_", "documents_", "cluster_")


@dataclass(frozen=True)
class StoreAlias:
    """The parts of the alias of a store's own database: `version`, or `side` and `move`, or neither for a trial."""

    family: Family
    store: UUID
    version: int | None = None
    side: MoveSide | None = None
    move: UUID | None = None

    def is_older_than(self, other: "StoreAlias") -> bool:
        """Whether both name the same database, this one with earlier credentials."""
        if self.version is None or other.version is None:
            return False
        return (self.family, self.store) == (other.family, other.store) and (
            self.version < other.version
        )


def cluster_alias(name: str) -> str:
    """The alias of a cluster. An unknown name gives an alias that does not exist, so its use fails."""
    return DEFAULT_DB_ALIAS if name == MAIN else f"cluster_{name}"


def documents_alias(region: str) -> str:
    """The alias of a region's documents. An unknown region gives an alias that does not exist."""
    return DOCUMENTS if region == MAIN else f"{DOCUMENTS}_{region}"


def cluster_of(alias: str) -> str | None:
    """The name in `cluster_<name>`; None for other aliases."""
    return alias.removeprefix("cluster_") if alias.startswith("cluster_") else None


def region_of_documents(alias: str) -> str | None:
    """The region in `documents_<region>`; None for other aliases."""
    if not alias.startswith(f"{DOCUMENTS}_") or alias == DOCUMENTS_DEV or parse_alias(alias):
        return None
    return alias.removeprefix(f"{DOCUMENTS}_")


def own_alias(family: Family, store_id: UUID, version: int) -> str:
    """A store's own database with its credentials of that version."""
    return f"{family}_{store_id.hex}_v{version}"


def move_alias(store_id: UUID, side: MoveSide, move_id: UUID) -> str:
    """One end of a move: the store's current alias never means two servers."""
    return f"store_{store_id.hex}_{side}{move_id.hex}"


def trial_alias(store_id: UUID) -> str:
    """A fresh alias for credentials that are tried out: no other caller has it."""
    return f"store_{store_id.hex}_trial{random_token()[:12]}"


def parse_alias(alias: str) -> StoreAlias | None:
    """The parts of the alias of a store's own database; None for every other alias."""
    found = _OF_A_STORE.fullmatch(alias)
    if found is None:
        return None
    version, move = found["version"], found["move"]
    return StoreAlias(
        family="store" if found["family"] == "store" else "documents",
        store=UUID(found["store"]),
        version=int(version) if version else None,
        side=None if move is None else (SOURCE if found["side"] == SOURCE else TARGET),
        move=UUID(move) if move else None,
    )


def is_placed(alias: str) -> bool:
    """Whether the database is a store's, a cluster's or a region's: registered while running, behind a circuit."""
    return alias.startswith(_PLACED_PREFIXES) and alias != DOCUMENTS_DEV
