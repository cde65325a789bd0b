"""What a store's plan allows."""

from dataclasses import dataclass
from uuid import UUID

from apps.platform.models import PlanLimits, Store, Subscription
from apps.platform.states import SubscriptionStatus


@dataclass(frozen=True)
class StoreLimits:
    """None means without limit."""

    plan: str
    products: int | None
    orders_per_month: int | None
    storage_gb: int | None
    api_calls_per_month: int | None


def get_limits(store_id: UUID) -> StoreLimits:
    """The limits agreed at subscribe time; the plan's own where a store has no open subscription."""
    open_ones = (
        SubscriptionStatus.TRIAL,
        SubscriptionStatus.ACTIVE,
        SubscriptionStatus.PAST_DUE,
    )
    subscription = (
        Subscription.objects.filter(store_id=store_id, status__in=open_ones)
        .select_related("plan")
        .first()
    )
    if subscription is not None:
        return _limits(subscription.plan.name, subscription)
    plan = Store.objects.select_related("plan").get(id=store_id).plan
    return _limits(plan.name, plan)


def _limits(plan: str, of: PlanLimits) -> StoreLimits:
    return StoreLimits(
        plan=plan,
        products=of.max_products,
        orders_per_month=of.max_orders_per_month,
        storage_gb=of.max_storage_gb,
        api_calls_per_month=of.max_api_calls_per_month,
    )
