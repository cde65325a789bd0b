"""Plans and what they allow."""

from typing import Any

import pytest

from apps.platform import services
from apps.platform.errors import PlanLimitReached
from apps.platform.models import Plan, Subscription
from apps.platform.states import SubscriptionStatus


def test_seeding_creates_four_plans_once_and_never_changes_them(db: None) -> None:
    Plan.objects.filter(code="starter").update(price_monthly_minor=1)
    assert services.seed_plans() == 0
    assert list(Plan.objects.values_list("code", flat=True)) == [
        "free",
        "starter",
        "professional",
        "enterprise",
    ]
    assert Plan.objects.get(code="starter").price_monthly_minor == 1


def test_the_limit_is_named(store: Any) -> None:
    services.require_within_limit(store.id, "products", used=99)
    with pytest.raises(PlanLimitReached) as refused:
        services.require_within_limit(store.id, "products", used=100)
    assert str(refused.value) == "The plan Free allows 100 products."
    assert refused.value.details == {"limit": "products", "allowed": 100, "used": 100}


def test_no_limit_is_no_limit(store: Any) -> None:
    Subscription.objects.filter(store=store).update(max_products=None)
    services.require_within_limit(store.id, "products", used=10**9)


def test_without_an_open_subscription_the_plan_itself_counts(store: Any) -> None:
    Subscription.objects.filter(store=store).update(
        status=SubscriptionStatus.CANCELLED, max_products=None
    )
    with pytest.raises(PlanLimitReached):
        services.require_within_limit(store.id, "products", used=100)
