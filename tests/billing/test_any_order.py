"""A year of one subscription at Stripe: whichever order the messages come in, both sides end in the same state."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.billing import services
from apps.billing.models import BillingTransaction
from apps.tenancy.transactions import atomic_on_platform
from tests.billing.bills import Bills, deliver, relay
from tests.billing.making import current, invoices, plan, run_at
from tests.support.stripe_account import Account

pytestmark = pytest.mark.django_db
BEGIN = datetime(2027, 3, 1, 6, 0, tzinfo=UTC)
MONTH = timedelta(days=31)


class _Back(Exception):
    """The example is over."""


def live_a_year(bills: Bills) -> None:
    """Everything that Stripe says of it waits in `events`; only what it answers at once is booked."""
    account = bills.account
    bills.subscribe(at=BEGIN)
    bills.pay_now()
    account.pay_invoice(bills.at_stripe()["id"])  # the first payment, on the page
    services.page_for_method(store=bills.store, return_url="https://alpha.localhost/PAGE_ID")
    account.finish_page(list(account.pages)[-1])
    deliver(account.events[-1])
    outcomes: list[Callable[[str], Any]] = [
        lambda _ref: None,
        lambda ref: account.charge_saved(ref),  # failed first, then recovered by a retry
        lambda ref: account.void(ref),
        lambda ref: account.give_up(ref),
    ]
    for number, follow in enumerate(outcomes, start=1):
        moment = BEGIN + number * MONTH
        account.next_decline = "expired_card" if number > 1 else ""
        run_at(moment)
        relay(moment)
        follow(bills.at_stripe()["id"])
    paid = [row["intent"] for row in account.invoices.values() if row["status"] == "paid"]
    account.close_dispute(account.dispute(paid[0]), "lost")
    account.refund_at_dashboard(paid[1], 50_000)
    account.refund_at_dashboard(paid[2], account.intents[paid[2]]["amount_received"])


def upgrade(bills: Bills) -> None:
    """With an invoice for the rest of the period, paid by the saved card."""
    for invoice in invoices(bills.store):
        if invoice.status == "open":
            services.write_off(invoice=invoice, reason="Given up")
    services.change_plan(store=bills.store, plan=plan("professional"))
    relay()
    services.cancel_subscription(store=bills.store)


def expected(account: Account, row: dict[str, Any]) -> tuple[str, int, str]:
    """Status, money given back, dispute: as Stripe has them."""
    known = [each for each in account.disputes.values() if each["payment_intent"] == row["intent"]]
    back = [each for each in account.refunds.values() if each["payment_intent"] == row["intent"]]
    refunded = sum(each["amount"] for each in back)
    status = "completed" if row["status"] == "paid" else "failed"
    if refunded and refunded == row["total"]:
        status = "refunded"
    return status, refunded, known[0]["status"] if known else ""


def both_sides(bills: Bills) -> tuple[dict[str, Any], dict[str, Any]]:
    ours = BillingTransaction.objects.filter(store=bills.store, provider="stripe")
    booked = {each.provider_ref: (each.status, each.refunded_minor, each.dispute) for each in ours}
    there = {ref: expected(bills.account, row) for ref, row in bills.account.invoices.items()}
    return booked, there


def in_order(bills: Bills, order: list[int]) -> None:
    """The messages come in this order, and both sides agree; then it is rolled back."""
    try:
        with atomic_on_platform():
            for index in order:
                message = deliver(bills.account.events[index])
                assert message.state == "done", message.last_error
            booked, there = both_sides(bills)
            assert booked == there
            paid = [each for each in invoices(bills.store) if each.status == "paid"]
            assert len(paid) == sum(
                row["status"] == "paid" for row in bills.account.invoices.values()
            )
            assert current(bills.store).is_ending
            raise _Back
    except _Back:
        pass


def test_backwards_and_doubled(bills: Bills) -> None:
    live_a_year(bills)
    upgrade(bills)
    backwards = list(reversed(range(len(bills.account.events))))
    in_order(bills, [*backwards, *backwards[::5]])


@pytest.mark.matrix
@settings(max_examples=15)
@given(data=st.data())
def test_any_order_of_a_year_ends_in_stripes_state(bills: Bills, data: st.DataObject) -> None:
    if not bills.account.invoices:
        live_a_year(bills)
        upgrade(bills)
    order = data.draw(st.permutations(range(len(bills.account.events))))
    doubled = data.draw(st.lists(st.sampled_from(order), max_size=8))
    in_order(bills, [*order, *doubled])
