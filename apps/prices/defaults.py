"""Defaults of a store: one row of settings."""

from apps.platform.seeding import seeds
from apps.prices.models import PriceSettings
from apps.tenancy.context import ActiveStore


@seeds
def seed_store(store: ActiveStore) -> None:
    """What staff changed stays."""
    PriceSettings.objects.bulk_create([PriceSettings()], ignore_conflicts=True)
