"""The switch of a move: one transaction of the master database, then cleared caches."""

from django.db import connections, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from apps.archive import list_tables
from apps.common.clock import now
from apps.placements.base import Placement
from apps.platform import selectors
from apps.platform.errors import MoveNotPossible
from apps.platform.jobs import Lease, LeaseLost
from apps.platform.models import DatabaseType, IntegrationConfig, Store, StoreMove
from apps.platform.services.integrations import save_integration
from apps.platform.services.wake_ups import note_wake_up
from apps.tenancy.context import outside_store, use_store
from apps.tenancy.routers import DEFAULT
from apps.tenancy.transactions import atomic_on_platform, on_commit_on_platform
from apps.tenancy.write_pause import is_paused


def switch(move: StoreMove, lease: Lease, source: Placement) -> None:
    """Write the new place into the registry. Every process uses it within seconds.

    All tables of the source are locked (by reading them) until the registry has committed, so the pause can't end
    in between. Raises `MoveNotPossible` when it is not up, or when the store's connection was changed meanwhile.
    """
    with use_store(source.active_store), transaction.atomic():
        connection = connections[DEFAULT]
        with connection.cursor() as cursor:
            for model in list_tables():
                cursor.execute(
                    f"SELECT 1 FROM {connection.ops.quote_name(model._meta.db_table)} LIMIT 1"  # noqa: S608  a name from the models
                )
        if not is_paused(source.active_store):
            raise MoveNotPossible(gettext("The write pause had ended. The store was not switched."))
        with outside_store():
            _switch_registry(move, lease)
    move.refresh_from_db()
    move.store.refresh_from_db()


def _switch_registry(move: StoreMove, lease: Lease) -> None:
    with atomic_on_platform():
        store = Store.objects.select_for_update().get(pk=move.store_id)
        was = (store.database_type, store.region, store.connection_version)
        if was != (move.source_type, move.source_region, move.source_version):
            raise MoveNotPossible(
                gettext(
                    "The store's connection was changed while it was being moved. The store was not "
                    "switched; start again."
                )
            )
        if not lease.mine().update(switched_at=Now(), paused_at=None):
            raise LeaseLost()
        config = dict(move.target_config)
        store.database_type, store.region = move.target_type, move.target_region
        store.connection_version += 1
        store.database_host = str(config.get("host", ""))
        store.database_name = str(config.get("database", "")) or store.schema_name
        store.save()
        if move.target_type == DatabaseType.SHARED:
            IntegrationConfig.objects.filter(store=store, kind=IntegrationConfig.DATABASE).delete()
        else:
            save_integration(store=store, kind=IntegrationConfig.DATABASE, config=config)
        on_commit_on_platform(selectors.forget_addresses)


def finish(move: StoreMove) -> None:
    """Addresses are looked up again, and what waited in the store (mails, payments) is done soon. Repeatable."""
    with outside_store():
        selectors.forget_addresses()
        note_wake_up(store_id=move.store_id, due_at=now())
