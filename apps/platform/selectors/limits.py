"""What a store's plan allows, and what a plan costs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from apps.common.clock import today
from apps.platform.models import (
    LimitGrant,
    Plan,
    PlanLimits,
    PlanPrice,
    Store,
    Subscription,
)
from apps.platform.models.exceptions import PLACEMENTS
from apps.platform.states import SubscriptionStatus

OPEN = (SubscriptionStatus.TRIAL, SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE)


@dataclass(frozen=True)
class StoreLimits:
    """`numbers` by the name of the limit; None means without limit. `placements`: the allowed kinds of database, empty for
    every kind. Exceptions that apply today are in both, and in `grants`."""

    plan: str
    numbers: Mapping[str, int | None]
    placements: frozenset[str]
    grants: tuple[LimitGrant, ...] = ()


def get_limits(store_id: UUID) -> StoreLimits:
    """The limits agreed at subscribe time; the plan's own where a store has no open subscription."""
    return list_limits([store_id])[store_id]


def list_limits(store_ids: Collection[UUID]) -> dict[UUID, StoreLimits]:
    """The same of several stores, in the same number of queries."""
    open_ones = Subscription.objects.filter(store_id__in=store_ids, status__in=OPEN)
    found = {
        each.store_id: _limits_of(each.plan, each) for each in open_ones.select_related("plan")
    }
    others = [key for key in store_ids if key not in found]
    if others:
        for store in Store.objects.filter(id__in=others).select_related("plan"):
            found[store.id] = _limits_of(store.plan, store.plan)
    grants: dict[UUID, list[LimitGrant]] = {}
    for grant in list_grants(store_ids):
        grants.setdefault(grant.store_id, []).append(grant)
    return {
        key: _extended(limits, grants[key]) if key in grants else limits
        for key, limits in found.items()
    }


def list_grants(store_ids: Collection[UUID]) -> QuerySet[LimitGrant]:
    """The exceptions of these stores that apply today."""
    return LimitGrant.objects.filter(
        store_id__in=store_ids, ended_at__isnull=True, until__gte=today()
    )


def _extended(limits: StoreLimits, grants: list[LimitGrant]) -> StoreLimits:
    numbers, placements = dict(limits.numbers), limits.placements
    for grant in grants:
        if grant.limit == PLACEMENTS:
            placements = frozenset()
            continue
        own = numbers[grant.limit]
        if own is not None:
            numbers[grant.limit] = None if grant.value is None else max(own, grant.value)
    return replace(limits, numbers=numbers, placements=placements, grants=tuple(grants))


def _limits_of(plan: Plan, of: PlanLimits) -> StoreLimits:
    return StoreLimits(plan=plan.name, numbers=of.numbers, placements=of.placement_codes)


def choose_price(plan: Plan, currency: str) -> PlanPrice:
    """The price in that currency, else in the platform's, else the first one; nothing in the platform's where the plan has
    no price at all. Prefetched prices are used."""
    prices = {price.currency: price for price in plan.prices.all()}
    for wanted in (currency, settings.PLATFORM_CURRENCY, *prices):
        if wanted in prices:
            return prices[wanted]
    return PlanPrice(
        plan=plan, currency=settings.PLATFORM_CURRENCY, monthly_minor=0, annual_minor=0
    )
