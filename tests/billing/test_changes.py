"""Larger plans at once, smaller ones with the end of the period, cancelling, and keeping it after all."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.billing import services
from apps.billing.errors import MustBeReduced, NoSubscription, PaymentDue
from apps.billing.models import Invoice
from apps.common.clock import moved_to
from apps.common.errors import Conflict, InvalidInput
from apps.platform.models import Plan, Store, Subscription
from apps.platform.states import StoreStatus
from tests.billing.making import current, invoices, make_seller, pay, plan, run_at, subscribe
from tests.catalog.making import make_product
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
BEGIN = datetime(2027, 3, 1, 6, 0, tzinfo=UTC)  # a month of 31 days
STARTER, PROFESSIONAL = 149_900, 499_900


@pytest.fixture
def starter(store: Store) -> Store:
    """On Starter since the begin, with its first invoice paid."""
    make_seller()
    subscribe(store, "starter", at=BEGIN)
    pay(invoices(store)[0], at=BEGIN)
    return store


def change(store: Store, code: str, *, at: datetime, interval: str = "") -> Subscription:
    with moved_to(at):
        return services.change_plan(store=store, plan=plan(code), interval=interval)


def lines(invoice: Invoice) -> list[int]:
    return [line["amount_minor"] for line in invoice.data["lines"]]


def test_a_larger_plan_counts_at_once_with_the_rest_of_the_period(starter: Store) -> None:
    before = current(starter)
    change(starter, "professional", at=BEGIN + 10 * DAY)
    after = current(starter)
    assert (after.plan.code, after.max_products) == ("professional", 20_000)
    assert (after.anchored_at, after.period_ends_at) == (before.anchored_at, before.period_ends_at)
    # 21 of 31 days of each price, a half up
    assert lines(invoices(starter)[1]) == [338_642, -101_545]
    assert invoices(starter)[1].net_minor == 237_097
    pay(invoices(starter)[1], at=BEGIN + 11 * DAY)
    run_at(BEGIN + 31 * DAY)
    assert lines(invoices(starter)[2]) == [PROFESSIONAL]
    assert Subscription.objects.filter(store=starter, status="active").count() == 1


def test_a_year_begins_at_once_less_what_is_left_of_the_month(starter: Store) -> None:
    change(starter, "starter", at=BEGIN + 10 * DAY, interval="annual")
    after = current(starter)
    assert (after.interval, after.anchored_at) == ("annual", BEGIN + 10 * DAY)
    assert after.period_ends_at == datetime(2028, 3, 11, 6, 0, tzinfo=UTC)
    assert lines(invoices(starter)[1]) == [10 * STARTER, -101_545]
    change(starter, "starter", at=BEGIN + 11 * DAY, interval="monthly")
    assert current(starter).next_interval == "monthly"
    run_at(after.period_ends_at)
    assert (current(starter).interval, lines(invoices(starter)[2])) == ("monthly", [STARTER])


def test_a_smaller_plan_counts_with_the_end_of_the_period(starter: Store) -> None:
    change(starter, "professional", at=BEGIN + DAY)
    change(starter, "starter", at=BEGIN + 2 * DAY)
    found = current(starter)
    assert found.next_plan is not None
    assert (found.plan.code, found.next_plan.code) == ("professional", "starter")
    pay(invoices(starter)[1], at=BEGIN + 3 * DAY)
    run_at(BEGIN + 31 * DAY)
    after = current(starter)
    assert (after.plan.code, after.next_plan, after.anchored_at) == ("starter", None, BEGIN)
    assert lines(invoices(starter)[2]) == [STARTER]
    change(starter, "free", at=BEGIN + 32 * DAY)
    run_at(BEGIN + 62 * DAY)
    assert (current(starter).plan.code, len(invoices(starter))) == ("free", 3)


def test_a_smaller_plan_names_what_must_be_reduced_first(starter: Store) -> None:
    Plan.objects.filter(code="free").update(
        max_products=1, max_staff_accounts=9, max_custom_domains=9
    )
    with seeing_all(starter):
        make_product("Cup")
        make_product("Pot")
    with pytest.raises(MustBeReduced, match="Products: 2 are used, 1 are allowed") as refused:
        change(starter, "free", at=BEGIN + DAY)
    assert refused.value.details["limits"] == [{"limit": "products", "used": 2, "allowed": 1}]
    assert current(starter).next_plan is None


def test_cancelled_it_ends_with_the_period_and_a_new_plan_opens_the_shop(starter: Store) -> None:
    for _ in range(2):
        with moved_to(BEGIN + DAY):
            services.cancel_subscription(store=starter)
    with moved_to(BEGIN + 2 * DAY):
        services.resume_subscription(store=starter)
        services.cancel_subscription(store=starter)
    run_at(BEGIN + 31 * DAY)
    starter.refresh_from_db()
    assert (starter.status, current(starter).status) == (StoreStatus.SUSPENDED, "cancelled")
    assert len(invoices(starter)) == 1
    with pytest.raises(NoSubscription):
        services.resume_subscription(store=starter)
    change(starter, "starter", at=BEGIN + 40 * DAY)
    starter.refresh_from_db()
    assert (starter.status, current(starter).status) == (StoreStatus.ACTIVE, "active")
    assert current(starter).anchored_at == BEGIN + 40 * DAY
    assert lines(invoices(starter)[1]) == [STARTER]


def test_what_is_refused(starter: Store) -> None:
    with pytest.raises(Conflict, match="already"):
        change(starter, "starter", at=BEGIN + DAY)
    with pytest.raises(InvalidInput):
        change(starter, "professional", at=BEGIN + DAY, interval="weekly")
    plan("professional").prices.update(annual_minor=0)
    with pytest.raises(InvalidInput, match="valid"):
        change(starter, "professional", at=BEGIN + DAY, interval="annual")
    run_at(BEGIN + 31 * DAY)
    with pytest.raises(PaymentDue) as due:
        change(starter, "professional", at=BEGIN + 39 * DAY)
    assert due.value.details["invoice"] == invoices(starter)[1].number


def test_in_the_trial_the_plan_changes_and_its_end_does_not(starter: Store) -> None:
    ends_at = BEGIN + 14 * DAY
    Subscription.objects.filter(store=starter, status="active").update(
        status="trial", trial_ends_at=ends_at, due_at=BEGIN + 7 * DAY
    )
    change(starter, "professional", at=BEGIN + DAY)
    found = current(starter)
    assert (found.plan.code, found.status, found.trial_ends_at) == (
        "professional",
        "trial",
        ends_at,
    )
    starter.refresh_from_db()
    assert (starter.subscription_status, starter.trial_ends_at) == ("trial", ends_at)
    assert len(invoices(starter)) == 1


def test_a_subscription_older_than_billing_is_billed_when_staff_begin(store: Store) -> None:
    make_seller()
    with pytest.raises(Conflict, match="costs nothing"):
        services.start_billing(store=store)
    Subscription.objects.filter(store=store).update(
        plan=plan("starter"), price_monthly_minor=STARTER, due_at=None
    )
    run_at(BEGIN + 100 * DAY)
    assert invoices(store) == []
    with moved_to(BEGIN):
        services.start_billing(store=store)
        services.start_billing(store=store)
    run_at(BEGIN + timedelta(minutes=1))
    assert lines(invoices(store)[0]) == [STARTER]
    assert current(store).period_started_at == BEGIN
