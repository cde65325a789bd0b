"""A look at a database before, or after, a store is put there. Nothing is changed and nothing is saved."""

from collections.abc import Mapping
from typing import Any

from apps.platform import selectors
from apps.platform.models import Store
from apps.platform.tenancy.context import outside_store
from apps.platform.tenancy.placements import (
    Report,
    clean_config,
    documents_preflight,
    kind_of,
)
from apps.platform.tenancy.placements.documents import has_own_documents
from apps.platform.tenancy.placements.documents_configuration import (
    clean_documents_config,
    split_config,
)


def check_connection(
    *, database_type: str, config: Mapping[str, Any] | None = None, store: Store | None = None
) -> Report:
    """What stands against putting a store there. Takes some seconds where a host does not answer. Raises
    `InvalidInput` when the configuration itself is incomplete."""
    database, documents = split_config(config)
    cleaned, own_documents = (
        clean_config(database_type, database),
        clean_documents_config(documents),
    )
    with outside_store():
        report = kind_of(database_type).preflight(cleaned, store=store)
        if own_documents:
            report.add(documents_preflight.examine(own_documents, store=store))
    return report


def check_store(store: Store) -> Report:
    """The same for the database a store has, with its saved credentials."""
    with outside_store():
        report = kind_of(store.database_type).preflight(
            selectors.get_database_config(store), store=store
        )
        if has_own_documents(store):
            config = selectors.get_documents_config(store)
            report.add(documents_preflight.examine(config, store=store))
    return report
