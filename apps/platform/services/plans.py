"""Plans, and the plan of a store. A new platform has the plans of `PLANS`; operators change them in the admin."""

from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.errors import Conflict, InvalidInput
from apps.platform.auditing import note
from apps.platform.models import Plan, Store, Subscription
from apps.platform.states import SubscriptionStatus
from apps.tenancy.routers import PLATFORM

DEFAULT_PLAN: Final = "free"
_OPEN: Final = (SubscriptionStatus.TRIAL, SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE)
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
    """Create the plans that are missing; the number of them. Never changes an existing plan."""
    known = set(Plan.objects.values_list("code", flat=True))
    missing = [
        Plan(**values, position=position)
        for position, values in enumerate(PLANS)
        if values["code"] not in known
    ]
    Plan.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def get_plan(plan: Plan | str | None) -> Plan:
    if isinstance(plan, Plan):
        return plan
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


def new_subscription(store: Store, plan: Plan, *, has_trial: bool = True) -> Subscription:
    """Prices and limits as they are today; a plan with trial days begins with them. Notes it in the store's row, unsaved."""
    moment = now()
    trial_ends_at = (
        moment + timedelta(days=plan.trial_days) if plan.trial_days and has_trial else None
    )
    status = SubscriptionStatus.TRIAL if trial_ends_at else SubscriptionStatus.ACTIVE
    store.subscription_status = status
    store.trial_ends_at = trial_ends_at
    store.subscription_started_at = moment
    return Subscription(
        store=store,
        plan=plan,
        status=status,
        trial_ends_at=trial_ends_at,
        period_started_at=moment,
        max_products=plan.max_products,
        max_orders_per_month=plan.max_orders_per_month,
        max_storage_gb=plan.max_storage_gb,
        max_api_calls_per_month=plan.max_api_calls_per_month,
        price_monthly_minor=plan.price_monthly_minor,
        price_annual_minor=plan.price_annual_minor,
        currency=plan.currency,
    )


def change_plan(*, store: Store, plan: Plan) -> Subscription:
    """Put the store on another plan, at its prices and limits of today. The previous agreement ends now; there is a
    trial only at the opening. Raises `Conflict` for the store's present plan, `InvalidInput` for a plan that is not
    offered."""
    if not plan.is_active:
        raise InvalidInput(
            fields={"plan": [gettext("%(name)s is not offered any more.") % {"name": plan.name}]}
        )
    with transaction.atomic(using=PLATFORM):
        locked = Store.objects.select_for_update().select_related(None).get(pk=store.pk)
        before = locked.plan
        if before == plan:
            raise Conflict(
                gettext("%(name)s is on the plan %(name_2)s already.")
                % {"name": locked.name, "name_2": plan.name}
            )
        ended = {"status": SubscriptionStatus.CANCELLED, "cancelled_at": now()}
        Subscription.objects.filter(store=locked, status__in=_OPEN).update(**ended)
        agreed = new_subscription(locked, plan, has_trial=False)
        agreed.save(force_insert=True)
        locked.plan = plan
        names = ["plan", "subscription_status", "trial_ends_at", "subscription_started_at"]
        locked.save(update_fields=[*names, "updated_at"])
        note("store.plan_changed", locked, before={"plan": before.name}, after={"plan": plan.name})
    store.refresh_from_db()
    return agreed
