"""Defaults of a new store: the test gateway, cash on delivery, and the time to pay."""

from apps.gateways.installed import list_gateways
from apps.payments.models import PaymentMethod, PaymentSettings
from apps.platform.seeding import seeds
from apps.tenancy.context import ActiveStore


@seeds
def seed_store(store: ActiveStore) -> None:
    """One row for each gateway, one of settings; what staff changed stays."""
    offered = [
        PaymentMethod(
            gateway=gateway.code,
            label=str(gateway.label),
            description=str(gateway.description),
            is_test=gateway.is_test,
            pays_on_delivery=gateway.pays_on_delivery,
            position=position,
        )
        for position, gateway in enumerate(list_gateways())
    ]
    PaymentMethod.objects.bulk_create(offered, ignore_conflicts=True)
    PaymentSettings.objects.bulk_create([PaymentSettings()], ignore_conflicts=True)
