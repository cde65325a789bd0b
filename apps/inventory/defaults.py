"""Defaults of a new store: one warehouse, so that stock can be received at once."""

from django.utils.translation import gettext

from apps.inventory.models import StockAlertSettings, Warehouse
from apps.platform.seeding import seeds
from apps.tenancy.context import ActiveStore


@seeds
def seed_store(store: ActiveStore) -> None:
    """Make the main warehouse, unless the store has one already. Repeatable."""
    if not Warehouse.objects.exists():
        main = Warehouse(code="MAIN", name=gettext("Main warehouse"), country=store.country)
        Warehouse.objects.bulk_create([main], ignore_conflicts=True)
    StockAlertSettings.objects.bulk_create([StockAlertSettings()], ignore_conflicts=True)
