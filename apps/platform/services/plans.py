"""The plans a new platform offers. Operators change them in admin; seeding again changes nothing."""

from typing import Any, Final

from apps.platform.models import Plan

PLANS: Final[tuple[dict[str, Any], ...]] = (
    {
        "code": "free",
        "name": "Free",
        "description": "Try it, or sell a little.",
        "price_monthly_minor": 0,
        "price_annual_minor": 0,
        "max_products": 100,
        "max_orders_per_month": 50,
        "max_storage_gb": 1,
        "max_api_calls_per_month": 10_000,
    },
    {
        "code": "starter",
        "name": "Starter",
        "description": "For a shop that has found its customers.",
        "price_monthly_minor": 2900,
        "price_annual_minor": 29000,
        "max_products": 1_000,
        "max_orders_per_month": 1_000,
        "max_storage_gb": 10,
        "max_api_calls_per_month": 100_000,
        "trial_days": 14,
    },
    {
        "code": "professional",
        "name": "Professional",
        "description": "For a team with a warehouse.",
        "price_monthly_minor": 9900,
        "price_annual_minor": 99000,
        "max_products": 20_000,
        "max_orders_per_month": 10_000,
        "max_storage_gb": 100,
        "max_api_calls_per_month": 1_000_000,
        "trial_days": 14,
    },
    {
        "code": "enterprise",
        "name": "Enterprise",
        "description": "Without limits, on a database of its own.",
        "price_monthly_minor": 49900,
        "price_annual_minor": 499000,
        "max_products": None,
        "max_orders_per_month": None,
        "max_storage_gb": None,
        "max_api_calls_per_month": None,
        "trial_days": 14,
    },
)


def seed_plans() -> int:
    """Create the plans that are missing; the number of them. Never changes one that exists."""
    known = set(Plan.objects.values_list("code", flat=True))
    missing = [
        Plan(**values, position=position)
        for position, values in enumerate(PLANS)
        if values["code"] not in known
    ]
    Plan.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)
