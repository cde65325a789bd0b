"""Cancelling with the end of the period, and changing one's mind."""

from django.utils.translation import gettext

from apps.billing.errors import NoSubscription
from apps.billing.services.moving import Case, locked_case, save
from apps.common.errors import Conflict
from apps.platform.auditing import note
from apps.platform.models import Store, Subscription
from apps.platform.selectors.limits import OPEN


def cancel_subscription(*, store: Store) -> Subscription:
    """It ends with the trial or the period, which is paid; then the shop closes, and everything in it is kept. Idempotent.

    Raises `NoSubscription`, `Conflict` for a free plan.
    """
    with locked_case(store.pk) as case:
        subscription = _require_open(case)
        if not subscription.price_minor or subscription.due_at is None:
            raise Conflict(gettext("This plan costs nothing here: there is nothing to cancel."))
        if not subscription.is_ending:
            subscription.is_ending = True
            subscription.next_plan, subscription.next_interval = None, ""
            save(case, subscription)
            note("subscription.cancelled", case.store)
    return subscription


def resume_subscription(*, store: Store) -> Subscription:
    """It goes on as it is: neither ends nor becomes smaller with the end of the period. Idempotent. Raises
    `NoSubscription`: after its end the store takes a new plan."""
    with locked_case(store.pk) as case:
        subscription = _require_open(case)
        if subscription.is_ending or subscription.next_plan_id is not None:
            subscription.is_ending = False
            subscription.next_plan, subscription.next_interval = None, ""
            save(case, subscription)
            note("subscription.resumed", case.store)
    return subscription


def _require_open(case: Case) -> Subscription:
    if case.subscription is None or case.subscription.status not in OPEN:
        raise NoSubscription
    return case.subscription
