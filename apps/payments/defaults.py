"""Defaults of a store: a row for each gateway, and the rows of settings."""

from apps.gateways.installed import get_keyed_gateway, is_booked_by_staff, list_gateways
from apps.payments.models import PaymentMethod, PaymentSettings
from apps.payments.ways import BankAccount, CashSettings
from apps.platform.seeding import Refresh, refreshes, seeds
from apps.tenancy.context import ActiveStore


@seeds
def seed_store(store: ActiveStore) -> None:
    """One row for each gateway, one of each kind of settings; what staff changed stays. A gateway that needs keys or an account is
    switched off."""
    PaymentMethod.objects.bulk_create(_list_methods(), ignore_conflicts=True)
    PaymentSettings.objects.bulk_create([PaymentSettings()], ignore_conflicts=True)
    CashSettings.objects.bulk_create([CashSettings()], ignore_conflicts=True)
    BankAccount.objects.bulk_create([BankAccount()], ignore_conflicts=True)


def add_new_gateways(store: ActiveStore) -> None:
    """A row, switched off, for each gateway that came after the store: its staff decide when buyers see it."""
    known = set(PaymentMethod.objects.values_list("gateway", flat=True))
    if not known:
        return  # an opening that has not seeded yet
    new = [method for method in _list_methods() if method.gateway not in known]
    for method in new:
        method.is_active = False
    PaymentMethod.objects.bulk_create(new, ignore_conflicts=True)


refreshes(
    Refresh(
        add_new_gateways, version=lambda: repr(sorted(gateway.code for gateway in list_gateways()))
    )
)


def _list_methods() -> list[PaymentMethod]:
    return [
        PaymentMethod(
            gateway=gateway.code,
            label=str(gateway.label),
            description=str(gateway.description),
            is_test=gateway.is_test,
            pays_on_delivery=gateway.pays_on_delivery,
            position=position,
            is_active=not (get_keyed_gateway(gateway.code) or is_booked_by_staff(gateway.code)),
        )
        for position, gateway in enumerate(list_gateways())
    ]
