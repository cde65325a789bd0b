"""Checks of a database before, or after, a store is opened there. They change and save nothing."""

from collections.abc import Mapping
from typing import Any

from apps.placements import documents_preflight
from apps.placements.documents_configuration import clean_documents_config, split_config
from apps.placements.kinds import clean_config, kind_of, place_at
from apps.placements.own_documents import has_own_documents
from apps.placements.report import Report
from apps.platform import selectors
from apps.platform.models import Store
from apps.tenancy.context import ActiveStore, outside_store


def check_connection(
    *, database_type: str, config: Mapping[str, Any] | None = None, store: Store | None = None
) -> Report:
    """Check whether a store can be opened there. Takes some seconds if a host does not answer. Raises
    `InvalidInput` when the configuration itself is incomplete."""
    database, documents = split_config(config)
    cleaned, own_documents = (
        clean_config(database_type, database),
        clean_documents_config(documents),
    )
    with outside_store():
        report = kind_of(database_type).preflight(cleaned, store=_as_placed(store, database_type))
        if own_documents:
            report.add(documents_preflight.examine_documents(own_documents, store=store))
    return report


def check_store(store: Store) -> Report:
    """The same for the database a store has, with its saved credentials."""
    with outside_store():
        report = kind_of(store.database_type).preflight(
            selectors.get_database_config(store), store=store.active_store
        )
        if has_own_documents(store):
            config = selectors.get_documents_config(store)
            report.add(documents_preflight.examine_documents(config, store=store))
    return report


def _as_placed(store: Store | None, database_type: str) -> ActiveStore | None:
    return None if store is None else place_at(store, database_type, store.region).active_store
