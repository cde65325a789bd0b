"""What a new store starts with: its tax settings, its country's usual rate and one way of shipping in its country."""

from decimal import Decimal

from apps.common.money import Money, round_money, to_minor
from apps.platform.tenancy.context import ActiveStore
from apps.pricing.models import ShippingMethod, TaxRate, TaxSettings, TaxSplit

_INDIA = "IN"
_FLAT = {"INR": (49, 499), "USD": (5, 50), "EUR": (5, 50), "GBP": (4, 40)}


def seed_store(store: ActiveStore) -> None:
    """Repeatable: what is there stays as the merchant left it. One statement a table."""
    _seed_taxes(store)
    amount, free_above = _FLAT.get(store.currency, (5, 50))
    standard = ShippingMethod(
        code="standard",
        name="Standard shipping",
        currency=store.currency,
        countries=[store.country],
        amount_minor=_minor(amount, store.currency),
        free_above_minor=_minor(free_above, store.currency),
    )
    ShippingMethod.objects.bulk_create([standard], ignore_conflicts=True)


def _seed_taxes(store: ActiveStore) -> None:
    indian = store.country == _INDIA
    settings = TaxSettings(key="store", prices_include_tax=indian, origin_country=store.country)
    TaxSettings.objects.bulk_create([settings], ignore_conflicts=True)
    if indian:
        gst = TaxRate(
            country=_INDIA,
            region="",
            tax_class="standard",
            percent=18,
            name="GST",
            split=TaxSplit.INDIAN_GST,
        )
        TaxRate.objects.bulk_create([gst], ignore_conflicts=True)


def _minor(amount: int, currency: str) -> int:
    return to_minor(round_money(Money(Decimal(amount), currency)))
