"""What a new store starts with: its tax settings, its country's usual rate and one way of shipping."""

from decimal import Decimal

from apps.common.money import Money, round_money, to_minor
from apps.platform.tenancy.context import ActiveStore
from apps.pricing.models import ShippingMethod, TaxRate, TaxSettings, TaxSplit

_INDIA = "IN"
_FLAT = {"INR": (49, 499), "USD": (5, 50), "EUR": (5, 50), "GBP": (4, 40)}


def seed_store(store: ActiveStore) -> None:
    """Repeatable: what is there stays as the merchant left it."""
    _seed_taxes(store)
    amount, free_above = _FLAT.get(store.currency, (5, 50))
    ShippingMethod.objects.get_or_create(
        code="standard",
        defaults={
            "name": "Standard shipping",
            "currency": store.currency,
            "amount_minor": _minor(amount, store.currency),
            "free_above_minor": _minor(free_above, store.currency),
        },
    )


def _seed_taxes(store: ActiveStore) -> None:
    indian = store.country == _INDIA
    TaxSettings.objects.get_or_create(
        key="store",
        defaults={"prices_include_tax": indian, "origin_country": store.country},
    )
    if indian:
        TaxRate.objects.get_or_create(
            country=_INDIA,
            region="",
            tax_class="standard",
            defaults={"rate_bp": 1800, "name": "GST", "split": TaxSplit.INDIAN_GST},
        )


def _minor(amount: int, currency: str) -> int:
    return to_minor(round_money(Money(Decimal(amount), currency)))
