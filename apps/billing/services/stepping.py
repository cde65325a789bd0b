"""One step of a subscription, as the clock takes it."""

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext

from apps.billing.due import (
    added_days,
    latest_reminder,
    overdue_reminders,
    suspended_at,
    trial_reminders,
)
from apps.billing.selectors import unpaid_since
from apps.billing.services.moving import Case, close_shop, move, save
from apps.billing.services.renewing import begin_period
from apps.billing.services.switching import switch_to_next
from apps.events import services as events
from apps.platform.models import Subscription
from apps.platform.states import StoreStatus, SubscriptionStatus

REMINDED: Final = "billing.reminded"
_PROVISIONING: Final = timedelta(minutes=10)


def take_step(case: Case, subscription: Subscription) -> None:
    """The most pressing step that is due, saved with the moment of the next one."""
    if case.store.is_sandbox:
        subscription.due_at = None
        subscription.save(update_fields=["due_at", "updated_at"])
    elif case.store.status == StoreStatus.PROVISIONING and _is_over(case, subscription):
        subscription.due_at = case.moment + _PROVISIONING  # nothing is billed before it is open
        subscription.save(update_fields=["due_at", "updated_at"])
    elif _is_over(case, subscription):
        _end_span(case, subscription)
    else:
        _look_at_invoices(case, subscription)
        save(case, subscription)


def _is_over(case: Case, subscription: Subscription) -> bool:
    """Whether the trial, or the period, has ended. One that was opened without a trial has no period yet."""
    if subscription.status == SubscriptionStatus.TRIAL:
        ends_at = subscription.trial_ends_at
    elif not subscription.price_minor:
        return False
    else:
        ends_at = subscription.period_ends_at or subscription.period_started_at
    return ends_at is not None and ends_at <= case.moment


def _end_span(case: Case, subscription: Subscription) -> None:
    if subscription.is_ending:
        _cancel(case, subscription)
        save(case, subscription)
        return
    if subscription.status == SubscriptionStatus.TRIAL:
        move(case, subscription, SubscriptionStatus.ACTIVE)
        begin = subscription.trial_ends_at
    else:
        begin = subscription.period_ends_at or subscription.period_started_at
    assert begin is not None  # `_is_over` has seen it
    if subscription.next_plan_id is not None:
        subscription = switch_to_next(case, subscription)
    begin_period(case, subscription, begin=begin)
    save(case, subscription)


def _cancel(case: Case, subscription: Subscription) -> None:
    move(case, subscription, SubscriptionStatus.CANCELLED)
    subscription.cancelled_at = case.moment
    close_shop(
        case,
        subscription,
        gettext("The subscription has ended. Everything is kept; a new one opens the shop again."),
    )


def _look_at_invoices(case: Case, subscription: Subscription) -> None:
    since = unpaid_since(case.store.pk)
    if subscription.status == SubscriptionStatus.TRIAL:
        _remind(case, subscription, "trial_ends", latest_trial(case, subscription))
    elif subscription.status == SubscriptionStatus.ACTIVE:
        if since is not None and since <= case.moment:
            move(case, subscription, SubscriptionStatus.PAST_DUE)
    elif subscription.status == SubscriptionStatus.PAST_DUE and since is not None:
        ends_at = suspended_at(subscription, since)
        if ends_at > case.moment:
            days = latest_reminder(
                overdue_reminders(since), since=subscription.due_at or since, until=case.moment
            )
            _remind(case, subscription, "overdue", days)
        elif added := added_days(ends_at, case.moment):
            subscription.open_until = case.moment + added
            _remind(case, subscription, "overdue", (case.moment - since).days)
        else:
            _expire(case, subscription)


def latest_trial(case: Case, subscription: Subscription) -> int:
    since = subscription.due_at or case.moment
    return latest_reminder(trial_reminders(subscription), since=since, until=case.moment)


def _expire(case: Case, subscription: Subscription) -> None:
    move(case, subscription, SubscriptionStatus.EXPIRED)
    close_shop(
        case,
        subscription,
        gettext(
            "An invoice of the platform is overdue. Everything is kept; the shop opens with the payment."
        ),
    )


def _remind(case: Case, subscription: Subscription, kind: str, days: int) -> None:
    """The mail is written by a consumer of the outbox, which commits with the step."""
    if days:
        events.emit(
            topic=REMINDED,
            key=str(subscription.pk),
            payload={
                "subscription": str(subscription.pk),
                "store": str(case.store.pk),
                "kind": kind,
                "days": days,
            },
        )
