"""One agreement takes the place of another, within the lock of the store."""

from datetime import datetime

from django.utils.translation import gettext

from apps.billing.models import Invoice
from apps.billing.periods import prorated
from apps.billing.services.issuing import Span, issue_invoice, period_line
from apps.billing.services.moving import Case
from apps.billing.services.renewing import begin_period, end_of_period
from apps.billing.snapshot import Line
from apps.billing.states import InvoiceKind, InvoiceStatus
from apps.platform.models import Plan, Subscription
from apps.platform.services.plans import replace_subscription


def switch_to_next(case: Case, before: Subscription) -> Subscription:
    """The smaller plan that was chosen, at the prices and limits of today. The anchor stays. Written, without a period."""
    plan = before.next_plan
    assert plan is not None  # the caller has seen it
    after = _replace(case, plan, before.next_interval or before.interval)
    after.provider = before.provider
    after.anchored_at = before.anchored_at
    after.save(force_insert=True)
    return after


def switch_in_trial(case: Case, before: Subscription, plan: Plan, interval: str) -> Subscription:
    """The trial goes on with the other plan, to the same end."""
    ends_at, status = before.trial_ends_at, before.status
    after = _replace(case, plan, interval)
    if after.price_minor:
        after.status, after.trial_ends_at = status, ends_at
    after.provider = before.provider
    after.save(force_insert=True)
    return after


def switch_from_now(
    case: Case, before: Subscription | None, plan: Plan, interval: str
) -> Subscription:
    """A new period begins now, with its invoice; what is left of a paid one is taken off."""
    left = _unused(case, before) if before is not None else None
    after = _replace(case, plan, interval)
    if before is not None:
        after.provider = before.provider
        after.suspension_reason = before.suspension_reason
    after.anchored_at = after.period_started_at = case.moment
    after.save(force_insert=True)
    if left is None or left.amount_minor == 0:
        begin_period(case, after, begin=case.moment)
        return after
    after.period_ends_at = end_of_period(case, after, case.moment)
    span = Span(case.moment, after.period_ends_at)
    lines = [period_line(after, span, case.store.time_zone), left]
    issue_invoice(case, after, kind=InvoiceKind.CHANGE, span=span, lines=lines)
    return after


def switch_within_period(case: Case, before: Subscription, plan: Plan) -> Subscription:
    """The larger plan for the rest of the period: its part of the new price less the same part of the old one."""
    begin, end = _span_of(before)
    left = _unused(case, before)
    after = _replace(case, plan, before.interval)
    after.provider = before.provider
    after.anchored_at = before.anchored_at
    after.period_started_at, after.period_ends_at = begin, end
    after.save(force_insert=True)
    span = Span(case.moment, end)
    charged = prorated(after.price_minor, begin=begin, end=end, moment=case.moment)
    title = gettext("%(plan)s, rest of the period") % {"plan": plan.name}
    lines = [Line(title, span.words(case.store.time_zone), charged), left]
    issue_invoice(case, after, kind=InvoiceKind.CHANGE, span=span, lines=lines)
    return after


def _replace(case: Case, plan: Plan, interval: str) -> Subscription:
    return replace_subscription(store=case.store, plan=plan, interval=interval)


def _span_of(subscription: Subscription) -> tuple[datetime, datetime]:
    begin, end = subscription.period_started_at, subscription.period_ends_at
    assert begin is not None  # of a subscription with a period
    assert end is not None
    return begin, end


def _is_billed(case: Case, ends_at: datetime) -> bool:
    """Whether there is an invoice for the present period, or for the rest of it."""
    rows = Invoice.objects.filter(store=case.store, period_ends_at=ends_at)
    return rows.exclude(status=InvoiceStatus.WRITTEN_OFF).exists()


def _unused(case: Case, before: Subscription) -> Line:
    """The part of the present period that is not used, as an amount below 0; 0 where nothing was billed for it."""
    if before.period_ends_at is None or not _is_billed(case, before.period_ends_at):
        return Line("", "", 0)
    begin, end = _span_of(before)
    amount = prorated(before.price_minor, begin=begin, end=end, moment=case.moment)
    title = gettext("%(plan)s, what is left of it") % {"plan": before.plan.name}
    return Line(title, Span(case.moment, end).words(case.store.time_zone), -amount)
