"""A look at a database before, or after, a store is put there. Nothing is changed and nothing is saved."""

from collections.abc import Mapping
from typing import Any

from apps.platform import selectors
from apps.platform.models import Store
from apps.platform.tenancy.context import outside_store
from apps.platform.tenancy.placements import Report, clean_config, kind_of


def check_connection(
    *, database_type: str, config: Mapping[str, Any] | None = None, store: Store | None = None
) -> Report:
    """What stands against putting a store there. Takes some seconds where a host does not answer. Raises
    `InvalidInput` when the configuration itself is incomplete."""
    cleaned = clean_config(database_type, config)
    with outside_store():
        return kind_of(database_type).preflight(cleaned, store=store)


def check_store(store: Store) -> Report:
    """The same for the database a store has, with its saved credentials."""
    with outside_store():
        return kind_of(store.database_type).preflight(
            selectors.get_database_config(store), store=store
        )
