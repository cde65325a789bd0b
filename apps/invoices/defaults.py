"""Defaults of a store: one row of settings."""

from apps.invoices.models import InvoiceSettings
from apps.platform.seeding import seeds
from apps.tenancy.context import ActiveStore


@seeds
def seed_store(store: ActiveStore) -> None:
    """What staff changed stays."""
    InvoiceSettings.objects.bulk_create([InvoiceSettings()], ignore_conflicts=True)
