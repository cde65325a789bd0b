"""Plans, and the plan of a store. A new platform has the plans of `PLANS`; operators change them in the admin."""

from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.platform.auditing import note
from apps.platform.models import (
    BillingInterval,
    DatabaseType,
    Plan,
    PlanPrice,
    Store,
    Subscription,
)
from apps.platform.selectors.limits import OPEN, choose_price
from apps.platform.states import SubscriptionStatus

DEFAULT_PLAN: Final = "free"
PLANS: Final[tuple[dict[str, Any], ...]] = (
    {
        "code": "free",
        "name": "Free",
        "description": "Try it, or sell a little.",
        "max_products": 100,
        "max_orders_per_month": 50,
        "max_storage_gb": 1,
        "max_api_calls_per_month": 10_000,
        "max_staff_accounts": 2,
        "max_stores_per_owner": 1,
        "max_custom_domains": 1,
        "placements": DatabaseType.SHARED.value,
    },
    {
        "code": "starter",
        "name": "Starter",
        "description": "For a shop that has found its customers.",
        "max_products": 1_000,
        "max_orders_per_month": 1_000,
        "max_storage_gb": 10,
        "max_api_calls_per_month": 100_000,
        "max_staff_accounts": 5,
        "max_stores_per_owner": 2,
        "max_custom_domains": 2,
        "placements": DatabaseType.SHARED.value,
        "trial_days": 14,
    },
    {
        "code": "professional",
        "name": "Professional",
        "description": "For a team with a warehouse.",
        "max_products": 20_000,
        "max_orders_per_month": 10_000,
        "max_storage_gb": 100,
        "max_api_calls_per_month": 1_000_000,
        "max_staff_accounts": 25,
        "max_stores_per_owner": 10,
        "max_custom_domains": 10,
        "trial_days": 14,
    },
    {
        "code": "enterprise",
        "name": "Enterprise",
        "description": "Without limits, on a database of its own.",
        "trial_days": 14,
    },
)
# By plan and currency, the price a month in minor units. Ten months are the price of a year.
PRICES: Final[dict[str, dict[str, int]]] = {
    "free": {"USD": 0, "EUR": 0, "INR": 0},
    "starter": {"USD": 2900, "EUR": 2900, "INR": 149_900},
    "professional": {"USD": 9900, "EUR": 9900, "INR": 499_900},
    "enterprise": {"USD": 49_900, "EUR": 49_900, "INR": 2_499_900},
}
_MONTHS_PAID: Final = 10


def seed_plans() -> int:
    """Create the plans that are missing; the number of them. Never changes an existing plan."""
    known = set(Plan.objects.values_list("code", flat=True))
    missing = [
        Plan(**values, position=position)
        for position, values in enumerate(PLANS)
        if values["code"] not in known
    ]
    Plan.objects.bulk_create(missing, ignore_conflicts=True)
    made = Plan.objects.filter(code__in=[plan.code for plan in missing])
    PlanPrice.objects.bulk_create(
        [
            PlanPrice(
                plan=plan,
                currency=currency,
                monthly_minor=monthly,
                annual_minor=monthly * _MONTHS_PAID,
            )
            for plan in made
            for currency, monthly in PRICES[plan.code].items()
        ],
        ignore_conflicts=True,
    )
    return len(missing)


def get_plan(plan: Plan | str | None, *, database_type: str = DatabaseType.SHARED) -> Plan:
    """The plan with that code. Without one: the default plan, or, where it does not have this kind of database, the first
    offered one that has."""
    if isinstance(plan, Plan):
        return plan
    if not plan and database_type != DatabaseType.SHARED:
        for each in Plan.objects.filter(is_active=True):
            if not each.placements or database_type in each.placement_codes:
                return each
    code = plan or DEFAULT_PLAN
    found = Plan.objects.filter(code=code, is_active=True).first()
    if found is None:
        known = ", ".join(Plan.objects.filter(is_active=True).values_list("code", flat=True))
        sentence = gettext("There is no plan %(code)s. Plans: %(value)s.") % {
            "code": f"{code!r}",
            "value": known or "none; run migrate_platform",
        }
        raise InvalidInput(sentence, fields={"plan": [sentence]})
    return found


def new_subscription(
    store: Store,
    plan: Plan,
    *,
    has_trial: bool = True,
    interval: str = BillingInterval.MONTHLY,
) -> Subscription:
    """Prices and limits as they are today; a plan with trial days begins with them. Notes it in the store's row, unsaved.

    One with a price, or a trial, is due at once: the clock of subscriptions then sees what comes next.
    """
    moment = now()
    trial_ends_at = (
        moment + timedelta(days=plan.trial_days) if plan.trial_days and has_trial else None
    )
    status = SubscriptionStatus.TRIAL if trial_ends_at else SubscriptionStatus.ACTIVE
    store.subscription_status = status
    store.trial_ends_at = trial_ends_at
    store.subscription_started_at = moment
    price = choose_price(plan, store.currency)
    agreed = Subscription(
        store=store,
        plan=plan,
        status=status,
        interval=interval,
        trial_ends_at=trial_ends_at,
        period_started_at=moment,
        price_monthly_minor=price.monthly_minor,
        price_annual_minor=price.annual_minor,
        currency=price.currency,
    )
    plan.copy_limits_to(agreed)
    agreed.due_at = moment if agreed.price_minor or trial_ends_at else None
    return agreed


def replace_subscription(*, store: Store, plan: Plan, interval: str) -> Subscription:
    """The store's new agreement, at the prices and limits of today, in place of the present one; unsaved, for the caller
    to say when its period began. There is a trial only at the opening. Call it in a transaction that has locked the
    store's row."""
    before = store.plan
    ended = {"status": SubscriptionStatus.CANCELLED, "cancelled_at": now(), "due_at": None}
    Subscription.objects.filter(store=store, status__in=OPEN).update(**ended)
    agreed = new_subscription(store, plan, has_trial=False, interval=interval)
    store.plan = plan
    names = ["plan", "subscription_status", "trial_ends_at", "subscription_started_at"]
    store.save(update_fields=[*names, "updated_at"])
    if before != plan:
        note("store.plan_changed", store, before={"plan": before.name}, after={"plan": plan.name})
    return agreed
