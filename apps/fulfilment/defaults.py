"""Defaults of a store: the row of its rules for parcels that come back undelivered."""

from apps.fulfilment.models import DeliverySettings
from apps.platform.seeding import seeds
from apps.tenancy.context import ActiveStore


@seeds
def seed_store(store: ActiveStore) -> None:
    """What staff changed stays."""
    DeliverySettings.objects.bulk_create([DeliverySettings()], ignore_conflicts=True)
