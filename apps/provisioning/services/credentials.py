"""Changing the credentials of an open store's own databases."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext

from apps.common.errors import Conflict, InvalidInput
from apps.placements import documents_preflight
from apps.placements.base import PlaceContents
from apps.placements.documents_configuration import clean_documents_config
from apps.placements.kinds import kind_of
from apps.placements.own_documents import has_own_documents
from apps.platform import selectors
from apps.platform.auditing import note
from apps.platform.crypto import Sealed
from apps.platform.errors import PlacementOccupied, PlacementUnreachable
from apps.platform.models import DatabaseType, IntegrationConfig, Store
from apps.platform.services.integrations import note_documents_config, save_integration
from apps.platform.states import StoreStatus
from apps.tenancy.aliases import trial_alias
from apps.tenancy.connections import forget_database, register_database
from apps.tenancy.transactions import atomic_on_platform, on_commit_on_platform


def change_database_credentials(*, store: Store, config: Mapping[str, Any]) -> Store:
    """Change password, user, host or port of a store's own database; every process uses them within seconds.

    The new credentials are tested first: they must connect to a database that holds this store. The connection version
    is incremented, so that every process connects under a new alias and closes the old one when it is unused. Raises
    `InvalidInput`, `PlacementUnreachable`, or `PlacementOccupied` when the store's tables are not there.
    """
    if store.database_type == DatabaseType.SHARED or store.status == StoreStatus.PROVISIONING:
        raise Conflict(
            gettext("Only an open store with a database of its own has credentials to change.")
        )
    kind = kind_of(store.database_type)
    saved = selectors.get_database_config(store)
    # from here on only sealed: a page about an error shows the variables of every function it came through
    config = Sealed(config)
    config = Sealed(kind.merge_config(saved, kind.clean_config(config)))
    problems = kind.preflight(config, store=store.active_store).problems
    if problems:
        raise PlacementUnreachable(problems[0].sentence)
    _require_the_store_there(store, config)
    with atomic_on_platform():
        locked = Store.objects.select_for_update().get(pk=store.pk)
        save_integration(store=locked, kind=IntegrationConfig.DATABASE, config=config)
        locked.connection_version += 1
        locked.database_host = str(config.get("host", ""))[:253]
        locked.database_name = str(config.get("database", ""))[:63]
        fields = ["connection_version", "database_host", "database_name", "updated_at"]
        locked.save(update_fields=fields)
        note("store.credentials_changed", locked, after={"database": locked.database_host})
        on_commit_on_platform(selectors.forget_addresses)
    store.refresh_from_db()
    return store


def change_documents_credentials(*, store: Store, config: Mapping[str, Any]) -> Store:
    """The same for a MongoDB of the store's own, and for the sandboxes in it. Raises
    `InvalidInput`, `PlacementUnreachable`, or `PlacementOccupied` when it is not marked as this store's."""
    if store.is_sandbox:
        raise Conflict(
            gettext(
                "A sandbox's documents are in the MongoDB of its live store: change them there."
            )
        )
    if not has_own_documents(store) or store.status == StoreStatus.PROVISIONING:
        raise Conflict(
            gettext("Only an open store with a MongoDB of its own has such credentials.")
        )
    config = Sealed(clean_documents_config(Sealed(config)))
    if not config:
        raise InvalidInput(gettext("The connection string of the MongoDB is required."))
    problems = documents_preflight.examine_documents(config, store=store).problems
    if problems:
        raise PlacementUnreachable(problems[0].sentence)
    if not documents_preflight.holds_store(config, store):
        raise PlacementOccupied(
            gettext("This MongoDB answers, but the store's documents are not in it.")
        )
    with atomic_on_platform():
        locked = Store.objects.select_for_update().get(pk=store.pk)
        guests = Store.objects.select_for_update().filter(
            sandbox_of=locked, documents_version__gt=0
        )
        for each in (locked, *guests.order_by("pk")):
            note_documents_config(each, config, is_active=True)
            each.save(update_fields=["documents_version", "updated_at"])
        note("store.credentials_changed", locked, after={"documents": "own MongoDB"})
        on_commit_on_platform(selectors.forget_addresses)
    store.refresh_from_db()
    return store


def _require_the_store_there(store: Store, config: Mapping[str, Any]) -> None:
    """Connect by a separate alias that no other code uses."""
    kind = kind_of(store.database_type)
    active = replace(store.active_store, alias=trial_alias(store.id))
    trial = kind(active, config)
    register_database(active.alias, kind.database_settings(config))
    try:
        found = trial.occupancy()
    finally:
        forget_database(active.alias)
    if found.contents not in (PlaceContents.CURRENT, PlaceContents.OLDER):
        raise PlacementOccupied(
            found.sentence
            or gettext(
                "This database answers, but the store's tables are not in it. "
                "To take the store there, move it."
            )
        )
