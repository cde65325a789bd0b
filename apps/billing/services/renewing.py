"""A period begins, with its invoice."""

from datetime import datetime
from zoneinfo import ZoneInfo

from apps.billing.periods import period_end
from apps.billing.services.issuing import Span, issue_invoice, period_line
from apps.billing.services.moving import Case
from apps.billing.states import InvoiceKind
from apps.platform.models import Subscription
from apps.platform.states import StoreStatus


def begin_period(case: Case, subscription: Subscription, *, begin: datetime) -> None:
    """Unsaved. A store that is suspended, archived or being deleted at that moment is not billed for the period."""
    if subscription.anchored_at is None:
        subscription.anchored_at = begin
    subscription.period_started_at = begin
    if not subscription.price_minor:
        subscription.period_ends_at = None
        return
    end = end_of_period(case, subscription, begin)
    subscription.period_ends_at = end
    if case.store.status == StoreStatus.ACTIVE or subscription.suspension_reason:
        span = Span(begin, end)
        issue_invoice(
            case,
            subscription,
            kind=InvoiceKind.PERIOD,
            span=span,
            lines=[period_line(subscription, span, case.store.time_zone)],
        )


def end_of_period(case: Case, subscription: Subscription, begin: datetime) -> datetime:
    """By the calendar of the store."""
    return period_end(
        anchor=subscription.anchored_at or begin,
        begin=begin,
        interval=subscription.interval,
        zone=ZoneInfo(case.store.time_zone),
    )
