"""Defaults of a new store: tax settings, its country's usual rate and a shipping method for its country."""

from decimal import Decimal

from django.utils.translation import gettext

from apps.common.money import Money, to_minor
from apps.platform.seeding import seeds
from apps.platform.selectors import get_store
from apps.pricing.first_shipping_prices import first_shipping_price
from apps.pricing.models import ShippingMethod, ShippingTax, TaxRate, TaxSettings, TaxSplit
from apps.tenancy.context import ActiveStore

_INDIA = "IN"
# The main rates since September 2025; a merchant adds others.
_GST = {"standard": 18, "reduced": 5}


@seeds
def seed_store(store: ActiveStore) -> None:
    """Repeatable: existing rows keep the merchant's changes. One statement a table."""
    _seed_taxes(store)
    amount, free_above = first_shipping_price(store.currency)
    standard = ShippingMethod(
        code="standard",
        name=gettext("Standard shipping"),
        currency=store.currency,
        countries=[store.country],
        amount_minor=_minor(amount, store.currency),
        free_above_minor=None if free_above is None else _minor(free_above, store.currency),
    )
    ShippingMethod.objects.bulk_create([standard], ignore_conflicts=True)


def _seed_taxes(store: ActiveStore) -> None:
    indian = store.country == _INDIA
    settings = TaxSettings(
        key="store",
        prices_include_tax=indian,
        origin_country=store.country,
        origin_region=get_store(store.id).home_region,
        shipping_tax=ShippingTax.HIGHEST if indian else ShippingTax.PRO_RATA,
    )
    TaxSettings.objects.bulk_create([settings], ignore_conflicts=True)
    if indian:
        gst = {"country": _INDIA, "region": "", "name": "GST", "split": TaxSplit.INDIAN_GST}
        rates = [TaxRate(tax_class=name, percent=percent, **gst) for name, percent in _GST.items()]
        TaxRate.objects.bulk_create(rates, ignore_conflicts=True)


def _minor(amount: int, currency: str) -> int:
    return to_minor(Money(Decimal(amount), currency))
