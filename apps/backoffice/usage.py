"""What a store has used of its plan's limits, for the pages of both admin sites."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import DatabaseError
from django.utils.formats import date_format
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.backoffice.columns import money
from apps.catalog.selectors.products import count_products
from apps.common.clock import today
from apps.partners.monthly import count_calls_of_month
from apps.platform import selectors
from apps.platform.models import (
    BillingInterval,
    DatabaseType,
    LimitGrant,
    LimitName,
    Plan,
    PlanLimits,
    Store,
    Subscription,
)
from apps.platform.selectors.limits import OPEN, StoreLimits, choose_price
from apps.platform.selectors.usage import (
    count_custom_domains,
    get_month_of_orders,
    list_stores_of_owner,
)
from apps.platform.services.storage import GB
from apps.tenancy.connections import StoreUnreachable
from apps.tenancy.context import outside_store, system_scope, use_store

_NEAR = 80
# What the pages show, in this order.
SHOWN = (
    LimitName.PRODUCTS.value,
    LimitName.ORDERS.value,
    LimitName.STORAGE.value,
    LimitName.API_CALLS.value,
    LimitName.STAFF.value,
    LimitName.DOMAINS.value,
    LimitName.STORES.value,
)


@dataclass(frozen=True)
class UsedLimit:
    """One limit; `used` is None where the store's database does not answer, `allowed` where there is no limit."""

    label: str
    used: int | None
    allowed: int | None
    shown: str
    note: str = ""

    @property
    def share(self) -> int | None:
        """Of a hundred, for the bar."""
        if self.used is None or self.allowed is None:
            return None
        return min(100, self.used * 100 // self.allowed if self.allowed else 100 * bool(self.used))

    @property
    def is_near(self) -> bool:
        return self.share is not None and self.share >= _NEAR


@dataclass(frozen=True)
class PlanUsage:
    """Everything of the page."""

    plan: Plan
    subscription: Subscription | None
    limits: list[UsedLimit]
    kinds: frozenset[str]
    grants: tuple[LimitGrant, ...]
    price: str
    next_plans: list[dict[str, Any]] = field(default_factory=list)

    @property
    def kind_labels(self) -> str:
        return ", ".join(str(DatabaseType(code).label) for code in sorted(self.kinds))


def read_usage(store: Store) -> PlanUsage:
    """With the larger plans that are offered. Reads the registry, and counts in the store."""
    day, inside = _count_inside(store)
    with outside_store():
        limits = selectors.get_limits(store.pk)
        subscription = Subscription.objects.filter(store=store, status__in=OPEN).first()
        return PlanUsage(
            plan=store.plan,
            subscription=subscription,
            limits=_list_limits(store, limits, inside, day),
            kinds=limits.placements,
            grants=limits.grants,
            price=_price_of(store, subscription),
            next_plans=_list_next(store),
        )


def _count_inside(store: Store) -> tuple[date, dict[str, int | None]]:
    """The store's day, and what its own databases hold."""
    try:
        with use_store(store), system_scope("usage"):
            staff = User.objects.filter(is_staff=True, is_active=True).count()
            return today(), {
                LimitName.PRODUCTS: count_products(),
                LimitName.STAFF: staff,
                LimitName.API_CALLS: count_calls_of_month(),
            }
    except (DatabaseError, StoreUnreachable):
        return today(), {}


def _list_limits(
    store: Store, limits: StoreLimits, inside: dict[str, int | None], day: date
) -> list[UsedLimit]:
    month = get_month_of_orders(store.pk, day)
    owned = len(list_stores_of_owner(store.owner_id)) if store.owner_id else None
    used: dict[str, int | None] = {
        LimitName.ORDERS: month.orders,
        LimitName.STORAGE: store.storage_used_bytes,
        LimitName.DOMAINS: count_custom_domains(store.pk),
        LimitName.STORES: owned,
        **inside,
    }
    notes = dict.fromkeys((LimitName.ORDERS.value, LimitName.API_CALLS.value), _since(day))
    if month.over:
        notes[LimitName.ORDERS.value] += " " + gettext(
            "%(count)s were beyond the plan; none was refused."
        ) % {"count": f"{month.over:,}"}
    return [
        UsedLimit(
            label=str(LimitName(name).label),
            used=used.get(name),
            allowed=_in_unit(name, limits.numbers[name]),
            shown=_shown(name, used.get(name), limits.numbers[name]),
            note=notes.get(name, ""),
        )
        for name in SHOWN
        if used.get(name) is not None or name in (LimitName.PRODUCTS, LimitName.STAFF)
    ]


def _since(day: date) -> str:
    return gettext("Since %(day)s.") % {"day": date_format(day.replace(day=1))}


def _in_unit(name: str, allowed: int | None) -> int | None:
    """Storage is sold in GB and used in bytes."""
    return allowed * GB if allowed is not None and name == LimitName.STORAGE else allowed


def _shown(name: str, used: int | None, allowed: int | None) -> str:
    there = "?" if used is None else f"{used:,}"
    if name == LimitName.STORAGE and used is not None:
        there = gettext("%(size)s GB") % {"size": f"{used / GB:,.3f}"}
    if allowed is None:
        return gettext("%(used)s, without limit") % {"used": there}
    return gettext("%(used)s of %(allowed)s") % {"used": there, "allowed": f"{allowed:,}"}


def _price_of(store: Store, subscription: Subscription | None) -> str:
    if subscription is not None:
        amount = money(subscription.price_minor, subscription.currency)
        is_annual = subscription.interval == BillingInterval.ANNUAL
        words = gettext("%(amount)s a year") if is_annual else gettext("%(amount)s a month")
        return words % {"amount": amount}
    price = choose_price(store.plan, store.currency)
    return gettext("%(amount)s a month") % {"amount": money(price.monthly_minor, price.currency)}


def _list_next(store: Store) -> list[dict[str, Any]]:
    larger = Plan.objects.filter(is_active=True, position__gt=store.plan.position)
    return [
        {
            "plan": plan,
            "monthly": money(price.monthly_minor, price.currency),
            "annual": money(price.annual_minor, price.currency),
            "limits": list_offer(plan),
        }
        for plan in larger.prefetch_related("prices")
        for price in [choose_price(plan, store.currency)]
    ]


def list_offer(plan: PlanLimits) -> list[str]:
    """The limits of a plan in words: `1,000 products`."""
    return [
        f"{LimitName(name).label}: {gettext('any number') if allowed is None else f'{allowed:,}'}"
        for name, allowed in plan.numbers.items()
    ]
