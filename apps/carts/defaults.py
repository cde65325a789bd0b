"""Defaults of a store: the row of its cart settings."""

from apps.carts.models import CartSettings
from apps.platform.seeding import seeds
from apps.tenancy.context import ActiveStore


@seeds
def seed_store(store: ActiveStore) -> None:
    CartSettings.objects.bulk_create([CartSettings()], ignore_conflicts=True)
