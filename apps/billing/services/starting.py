"""Billing of a store whose subscription is older than billing."""

from django.utils.translation import gettext

from apps.billing.errors import NoSubscription
from apps.billing.services.moving import locked_case, save
from apps.common.errors import Conflict
from apps.platform.auditing import note
from apps.platform.models import Store, Subscription
from apps.platform.selectors.limits import OPEN


def start_billing(*, store: Store) -> Subscription:
    """The first period begins now, with its invoice by the clock. Idempotent. Raises `NoSubscription`, `Conflict` for a
    plan that costs nothing."""
    with locked_case(store.pk) as case:
        subscription = case.subscription
        if subscription is None or subscription.status not in OPEN:
            raise NoSubscription
        if not subscription.price_minor:
            raise Conflict(gettext("This plan costs nothing: there is nothing to bill."))
        if subscription.due_at is None:
            subscription.anchored_at = None
            subscription.period_started_at, subscription.period_ends_at = case.moment, None
            save(case, subscription, is_due_now=True)
            note("subscription.billing_started", case.store)
    return subscription
