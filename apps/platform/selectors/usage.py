"""How much of its limits a store has used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Sum

from apps.common.web import clean_host
from apps.platform.models import Domain, LimitName, LimitNotice, Plan, Store, UsageMetric
from apps.platform.selectors.limits import get_limits, list_limits
from apps.platform.states import CLAIMING, StoreStatus
from apps.tenancy.context import outside_store

NOTICE_PERCENTS: Final = (80, 100, 120)


@dataclass(frozen=True)
class MonthOfOrders:
    """`over`: those beyond the limit, as counted when they came."""

    orders: int
    over: int


@dataclass(frozen=True)
class DueNotice:
    """A share of a month's limit that its owners were not notified of."""

    store_id: UUID
    month: date
    percent: int
    plan: str
    allowed: int
    used: int


def get_month_of_orders(store_id: UUID, on: date) -> MonthOfOrders:
    """The orders of the calendar month of that day, in the store's time zone."""
    first = on.replace(day=1)
    found = UsageMetric.objects.filter(
        store_id=store_id, on__gte=first, on__year=on.year, on__month=on.month
    ).aggregate(orders=Sum("orders_created"), over=Sum("orders_over"))
    return MonthOfOrders(found["orders"] or 0, found["over"] or 0)


def get_month_of_calls(store_id: UUID, on: date) -> int:
    """The calls of programs in the calendar month of that day, as far as they are written."""
    found = UsageMetric.objects.filter(
        store_id=store_id, on__gte=on.replace(day=1), on__year=on.year, on__month=on.month
    ).aggregate(calls=Sum("api_calls"))
    return found["calls"] or 0


def find_due_notice(store_id: UUID, on: date) -> DueNotice | None:
    """The highest share of the month's orders that is reached and was not notified of."""
    with outside_store():
        limits = get_limits(store_id)
        allowed = limits.numbers[LimitName.ORDERS]
        if allowed is None:
            return None
        used, month = get_month_of_orders(store_id, on).orders, on.replace(day=1)
        reached = [percent for percent in NOTICE_PERCENTS if used * 100 >= percent * allowed]
        if not used or not reached:
            return None
        known = LimitNotice.objects.filter(
            store_id=store_id, limit=LimitName.ORDERS, month=month, percent__gte=reached[-1]
        )
        if known.exists():
            return None
    return DueNotice(store_id, month, reached[-1], limits.plan, allowed, used)


def is_custom(host: str) -> bool:
    """Whether it is the merchant's own host, and not one below the platform's domain."""
    return not host.endswith(f".{clean_host(settings.STORE_DOMAIN)}")


def count_custom_domains(store_id: UUID) -> int:
    """Claims that wait for their record count, too."""
    rows = Domain.objects.filter(tenant_id=store_id, status__in=CLAIMING)
    return sum(map(is_custom, rows.values_list("domain", flat=True)))


def list_full_plans(owner_id: UUID, plans: Iterable[Plan]) -> list[Plan]:
    """Those with which one more store of this owner would be beyond the limit. The largest plan among the stores counts."""
    own = list_stores_of_owner(owner_id)
    allowed = [each.numbers[LimitName.STORES] for each in list_limits(own).values()]
    if None in allowed:
        return []
    most = max((limit for limit in allowed if limit is not None), default=0)
    return [
        plan
        for plan in plans
        if plan.max_stores_per_owner is not None
        and max(most, plan.max_stores_per_owner) <= len(own)
    ]


def list_stores_of_owner(owner_id: UUID) -> list[UUID]:
    """Without sandboxes, and without stores that are being deleted."""
    own = Store.objects.filter(owner_id=owner_id, is_sandbox=False)
    return list(own.exclude(status=StoreStatus.DELETING).values_list("id", flat=True))
