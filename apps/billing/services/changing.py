"""Another plan, or another interval: larger ones at once, smaller ones with the end of the period."""

from enum import StrEnum

from django.utils.translation import gettext

from apps.billing.errors import PaymentDue
from apps.billing.fitting import require_fit
from apps.billing.selectors import overdue_invoices
from apps.billing.services.moving import Case, locked_case, open_shop, save
from apps.billing.services.switching import (
    switch_from_now,
    switch_in_trial,
    switch_within_period,
)
from apps.common.errors import Conflict, InvalidInput
from apps.platform.auditing import note
from apps.platform.models import BillingInterval, Plan, PlanPrice, Store, Subscription
from apps.platform.selectors.limits import OPEN, choose_price
from apps.platform.states import SubscriptionStatus


class When(StrEnum):
    NOW = "now"
    IN_TRIAL = "in_trial"
    FROM_NOW = "from_now"
    AT_THE_END = "at_the_end"


def change_plan(*, store: Store, plan: Plan, interval: str = "") -> Subscription:
    """Put the store on another plan, at its prices and limits of today; without an `interval` the present one stays.

    What costs more counts at once, with an invoice for the rest of the period; what costs less counts from the end of the
    period, which is paid. Raises `InvalidInput` for a plan that is not offered, `Conflict` for the present one, `PaymentDue`
    while an invoice is overdue, `MustBeReduced` where more is used than a smaller plan allows.
    """
    if not plan.is_active:
        raise InvalidInput(
            fields={"plan": [gettext("%(name)s is not offered any more.") % {"name": plan.name}]}
        )
    if interval and interval not in BillingInterval.values:
        raise InvalidInput(fields={"interval": [gettext("Choose monthly or annual.")]})
    if _is_smaller(store, plan):
        require_fit(store, plan)  # asks the store's databases: before the lock
    with locked_case(store.pk) as case:
        before = case.subscription
        chosen = interval or (before.interval if before else BillingInterval.MONTHLY)
        _require_change(case, before, plan, chosen)
        after = _change(case, before, plan, chosen)
    open_shop(store.pk)
    store.refresh_from_db()
    return after


def when_of(before: Subscription | None, plan: Plan, interval: str, currency: str) -> When:
    """When the change would count."""
    price = choose_price(plan, currency)
    if before is None or before.status not in OPEN:
        return When.FROM_NOW
    if before.status == SubscriptionStatus.TRIAL:
        return When.IN_TRIAL
    if not before.price_minor or before.due_at is None:
        return When.FROM_NOW  # it was free, or not billed here
    if price.currency != before.currency:
        return When.AT_THE_END
    is_dearer = price.monthly_minor >= before.price_monthly_minor and bool(_of(price, interval))
    if interval == before.interval:
        return When.NOW if is_dearer else When.AT_THE_END
    return When.FROM_NOW if is_dearer and interval == BillingInterval.ANNUAL else When.AT_THE_END


def _of(price: PlanPrice, interval: str) -> int:
    return price.annual_minor if interval == BillingInterval.ANNUAL else price.monthly_minor


def _is_smaller(store: Store, plan: Plan) -> bool:
    return plan.position < store.plan.position


def _require_change(case: Case, before: Subscription | None, plan: Plan, interval: str) -> None:
    price = choose_price(plan, case.store.currency)
    if not _of(price, interval) and (price.monthly_minor or price.annual_minor):
        raise InvalidInput(
            fields={"interval": [gettext("%(name)s is not sold so.") % {"name": plan.name}]}
        )
    is_open = before is not None and before.status in OPEN
    if before is not None and is_open and (before.plan, before.interval) == (plan, interval):
        raise Conflict(
            gettext("%(name)s is on the plan %(name_2)s already.")
            % {"name": case.store.name, "name_2": plan.name}
        )
    overdue = overdue_invoices(case.store.pk, case.moment).first()
    if overdue is not None:
        raise PaymentDue(
            gettext("Invoice %(number)s is overdue. Pay it first.") % {"number": overdue.number},
            invoice=overdue.number,
        )


def _change(case: Case, before: Subscription | None, plan: Plan, interval: str) -> Subscription:
    when = when_of(before, plan, interval, case.store.currency)
    if when == When.FROM_NOW or before is None:
        after = switch_from_now(case, before, plan, interval)
    elif when == When.IN_TRIAL:
        after = switch_in_trial(case, before, plan, interval)
    elif when == When.NOW:
        after = switch_within_period(case, before, plan)
    else:
        before.next_plan, before.next_interval, before.is_ending = plan, interval, False
        chosen = {"plan": plan.name, "interval": interval}
        note("subscription.change_planned", case.store, after=chosen)
        after = before
    if before is not None and after is not before and before.plan_id == after.plan_id:
        note("subscription.renewed", case.store, after={"plan": plan.name, "interval": interval})
    save(case, after, is_due_now=bool(after.suspension_reason))
    return after
