"""When something is to be done about a subscription next: rules without a database."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from apps.platform.models import Subscription
from apps.platform.states import SubscriptionStatus

_LATE: Final = timedelta(days=1)


def trial_reminders(subscription: Subscription) -> dict[datetime, int]:
    """The moments before the trial's end, with their days."""
    ends_at = subscription.trial_ends_at
    if ends_at is None:
        return {}
    return {ends_at - timedelta(days=days): days for days in settings.BILLING_TRIAL_REMINDER_DAYS}


def overdue_reminders(unpaid_since: datetime) -> dict[datetime, int]:
    """The moments after the due day of the oldest open invoice, with their days. None is later than the suspension."""
    return {
        unpaid_since + timedelta(days=days): days
        for days in settings.BILLING_OVERDUE_REMINDER_DAYS
        if days < settings.BILLING_GRACE_DAYS
    }


def suspended_at(subscription: Subscription, unpaid_since: datetime) -> datetime:
    """After the grace; later where days in which the clock stood still were added."""
    planned = unpaid_since + timedelta(days=settings.BILLING_GRACE_DAYS)
    return max(planned, subscription.open_until or planned)


def added_days(planned: datetime, moment: datetime) -> timedelta:
    """The grace that a clock which suspends this much too late adds: as much, at most the grace; none within a day."""
    late = moment - planned
    return min(late, timedelta(days=settings.BILLING_GRACE_DAYS)) if late > _LATE else timedelta()


def next_step(
    subscription: Subscription, *, unpaid_since: datetime | None, after: datetime
) -> datetime | None:
    """The moment of the next step. What must be done is due even when its moment has passed; a reminder is not.

    `unpaid_since`: the due moment of the store's oldest open invoice.
    """
    musts: list[datetime | None] = []
    reminders: dict[datetime, int] = {}
    if subscription.status == SubscriptionStatus.TRIAL:
        musts.append(subscription.trial_ends_at)
        reminders = trial_reminders(subscription)
    elif subscription.status == SubscriptionStatus.ACTIVE:
        musts += [subscription.period_ends_at, unpaid_since]
    elif subscription.status == SubscriptionStatus.PAST_DUE:
        musts.append(subscription.period_ends_at)
        if unpaid_since is not None:
            musts.append(suspended_at(subscription, unpaid_since))
            reminders = overdue_reminders(unpaid_since)
    moments = [moment for moment in musts if moment is not None]
    moments += [moment for moment in reminders if moment > after]
    return min(moments, default=None)


def latest_reminder(reminders: dict[datetime, int], *, since: datetime, until: datetime) -> int:
    """The days of the latest reminder between the two moments; 0 where there is none."""
    passed = [moment for moment in reminders if since <= moment <= until]
    return reminders[max(passed)] if passed else 0
