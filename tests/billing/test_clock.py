"""From the trial to the suspension and back, by the clock and by payments."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.billing import services
from apps.billing.errors import AlreadyPaid
from apps.billing.models import BillingTransaction, Invoice
from apps.billing.providers.base import ChargeEvent, Outcome
from apps.billing.states import InvoiceStatus, TransactionStatus
from apps.common.clock import moved_to
from apps.events.models import AuditEntry
from apps.events.services import delivery
from apps.notifications.models import SentMail
from apps.operations import store_status
from apps.platform.models import Store, Subscription
from apps.platform.states import StoreStatus
from apps.tenancy.context import outside_store, system_scope
from tests.billing.making import (
    counting,
    current,
    invoices,
    make_owner,
    make_seller,
    pay,
    plan,
    run_at,
    subscribe,
)
from tests.support.acting import seeing_all
from tests.support.threads import fails, run_at_once

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
# In the stores' time zone it is the same day.
BEGIN = datetime(2027, 1, 31, 6, 0, tzinfo=UTC)


def in_trial(store: Any, *, ends_at: datetime, due_at: datetime, code: str = "starter") -> None:
    prices = plan(code).prices.get(currency="INR")
    Subscription.objects.filter(store=store).update(
        plan=plan(code), status="trial", trial_ends_at=ends_at, due_at=due_at, currency="INR",
        price_monthly_minor=prices.monthly_minor, price_annual_minor=prices.annual_minor,
    )  # fmt: skip
    Store.objects.filter(pk=store.pk).update(plan=plan(code), subscription_status="trial")


def mails(store: Any, at: datetime) -> list[str]:
    """Deliver the platform's messages; the mails to the owners, in order."""
    with outside_store(), system_scope("test"), moved_to(at):
        delivery.relay_outbox()
    with seeing_all(store):
        wanted = ("trial_ends", "platform_invoice", "invoice_overdue")
        rows = SentMail.objects.filter(template__in=wanted).order_by("created_at", "id")
        return list(rows.values_list("template", flat=True))


def test_a_trial_is_reminded_of_three_times_and_becomes_a_paid_period(store: Any) -> None:
    make_seller()
    make_owner(store)
    ends_at = BEGIN + 14 * DAY
    in_trial(store, ends_at=ends_at, due_at=BEGIN)
    for day, known in ((0, 0), (6, 0), (7, 1), (8, 1), (11, 2), (12, 2), (13, 3)):
        run_at(BEGIN + day * DAY)
        run_at(BEGIN + day * DAY + timedelta(minutes=1))
        assert mails(store, BEGIN + day * DAY) == ["trial_ends"] * known, day
    assert current(store).due_at == ends_at
    run_at(ends_at + timedelta(seconds=5))
    found = current(store)
    assert (found.status, found.period_started_at) == ("active", ends_at)
    assert found.period_ends_at == datetime(2027, 3, 14, 6, 0, tzinfo=UTC)
    [invoice] = invoices(store)
    assert (invoice.number, invoice.net_minor, invoice.tax_minor) == (
        "SUB/26-27/0001",
        149_900,
        26_982,
    )
    assert mails(store, ends_at + DAY)[3:] == ["platform_invoice"]
    [transaction] = BillingTransaction.objects.filter(store=store)
    assert (transaction.status, transaction.method) == ("pending", "bank_transfer")
    assert transaction.amount_minor == invoice.total_minor


def test_a_clock_that_was_off_takes_every_step_once_and_no_old_reminder(store: Any) -> None:
    make_seller()
    in_trial(store, ends_at=BEGIN, due_at=BEGIN - 14 * DAY)
    run_at(BEGIN + 65 * DAY)
    assert [each.period_started_at.date().isoformat() for each in invoices(store)] == [
        "2027-01-31", "2027-02-28", "2027-03-31",
    ]  # fmt: skip
    assert [each.sequence for each in invoices(store)] == [1, 2, 3]
    assert current(store).status == "active", "the first of them is due in a week"
    assert run_at(BEGIN + 65 * DAY) == 0


def test_unpaid_is_reminded_suspended_and_opened_with_the_payment(
    store: Any, client_for: Any
) -> None:
    make_seller()
    make_owner(store)
    subscribe(store, "starter", at=BEGIN)
    [invoice] = invoices(store)
    due = invoice.due_at
    assert due == BEGIN + 7 * DAY
    run_at(due)
    assert current(store).status == "past_due"
    for day in (1, 5, 10):
        run_at(due + day * DAY)
    assert mails(store, due + 10 * DAY) == ["platform_invoice", *["invoice_overdue"] * 3]
    run_at(due + 14 * DAY - timedelta(seconds=1))
    store.refresh_from_db()
    assert store.status == StoreStatus.ACTIVE
    run_at(due + 14 * DAY)
    store.refresh_from_db()
    assert (store.status, store.subscription_status) == (StoreStatus.SUSPENDED, "expired")
    assert "overdue" in store.suspension_reason
    answer: Any = client_for(store).get("/api/v1/products")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "store_suspended"
    assert client_for(store).get("/").status_code == 503
    pay(invoice, at=due + 15 * DAY)
    store.refresh_from_db()
    assert (store.status, store.subscription_status) == (StoreStatus.ACTIVE, "active")
    assert current(store).period_ends_at == datetime(2027, 2, 28, 6, 0, tzinfo=UTC)
    assert AuditEntry.objects.filter(action="subscription.moved").count() == 3


@pytest.mark.parametrize(("late", "added"), [(2, 2), (90, 14)])
def test_days_of_a_clock_that_stood_still_are_added_to_the_grace(
    store: Any, late: int, added: int
) -> None:
    make_seller()
    make_owner(store)
    subscribe(store, "starter", at=BEGIN)
    [invoice] = invoices(store)
    Subscription.objects.filter(store=store).update(period_ends_at=BEGIN + 365 * DAY)
    back = invoice.due_at + (14 + late) * DAY

    run_at(back)
    run_at(back + timedelta(minutes=1))

    assert mails(store, back) == ["platform_invoice", "invoice_overdue"]
    run_at(back + added * DAY - timedelta(seconds=1))
    store.refresh_from_db()
    assert (store.status, store.subscription_status) == (StoreStatus.ACTIVE, "past_due")
    run_at(back + added * DAY)
    store.refresh_from_db()
    assert (store.status, store.subscription_status) == (StoreStatus.SUSPENDED, "expired")


def test_time_in_suspension_is_not_charged(store: Any) -> None:
    make_seller()
    subscribe(store, "starter", at=BEGIN)
    run_at(BEGIN + 50 * DAY)
    assert [each.status for each in invoices(store)] == ["open"] * 2
    run_at(BEGIN + 200 * DAY)
    run_at(BEGIN + 214 * DAY)  # what came late has a grace of its own
    assert current(store).status == "expired"
    before = len(invoices(store))
    for number, invoice in enumerate(invoices(store)):
        pay(invoice, at=BEGIN + 300 * DAY, reference=f"UTR{number}")
    found = current(store)
    assert (found.status, found.anchored_at.date()) == ("active", (BEGIN + 300 * DAY).date())
    assert len(invoices(store)) == before + 1


def test_a_store_that_staff_have_suspended_stays_so(store: Any) -> None:
    make_seller()
    subscribe(store, "starter", at=BEGIN)
    [invoice] = invoices(store)
    run_at(BEGIN + 7 * DAY)
    run_at(BEGIN + 21 * DAY)
    store.refresh_from_db()
    store_status.change_suspension_reason(store=store, reason="Fraud.")
    pay(invoice, at=BEGIN + 22 * DAY)
    store.refresh_from_db()
    assert (store.status, store.subscription_status) == (StoreStatus.SUSPENDED, "active")
    run_at(BEGIN + 28 * DAY)
    assert len(invoices(store)) == 1, "a closed store is not billed"


def test_a_shop_that_cannot_open_now_is_opened_by_the_clock(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_seller()
    subscribe(store, "starter", at=BEGIN)
    [invoice] = invoices(store)
    run_at(BEGIN + 7 * DAY)
    run_at(BEGIN + 21 * DAY)

    def busy(**_given: Any) -> None:
        raise store_status.Conflict("A restore works on it.")

    with monkeypatch.context() as patched:
        patched.setattr("apps.billing.services.moving.store_status.reinstate_store", busy)
        assert pay(invoice, at=BEGIN + 22 * DAY).status == InvoiceStatus.PAID
        run_at(BEGIN + 22 * DAY + timedelta(seconds=10))
    store.refresh_from_db()
    assert store.status == StoreStatus.SUSPENDED
    run_at(BEGIN + 22 * DAY + timedelta(seconds=75))
    store.refresh_from_db()
    assert store.status == StoreStatus.ACTIVE


def test_without_a_seller_nothing_is_billed_and_nothing_suspended(store: Any) -> None:
    subscribe(store, "starter", at=BEGIN)
    run_at(BEGIN + 100 * DAY)
    assert (current(store).status, invoices(store)) == ("active", [])


def test_free_plans_have_no_steps(store: Any) -> None:
    assert (current(store).plan.code, current(store).due_at) == ("free", None)


def test_an_invoice_is_paid_once_or_written_off(store: Any) -> None:
    make_seller()
    subscribe(store, "starter", at=BEGIN)
    [invoice] = invoices(store)
    for _ in range(2):
        assert pay(invoice, at=BEGIN + DAY).status == InvoiceStatus.PAID
    with pytest.raises(AlreadyPaid, match="UTR1"):
        pay(invoice, at=BEGIN + DAY, reference="UTR2")
    with pytest.raises(AlreadyPaid):
        services.write_off(invoice=invoice, reason="A gift")
    run_at(BEGIN + 28 * DAY)
    second = invoices(store)[1]
    run_at(BEGIN + 36 * DAY)
    assert current(store).status == "past_due"
    with moved_to(BEGIN + 37 * DAY):
        services.write_off(invoice=second, reason="A gift")
    assert current(store).status == "active"
    [failed] = second.transactions.all()
    assert (failed.status, failed.failure_message) == (TransactionStatus.FAILED, "A gift")


def test_events_of_a_provider_count_once_in_any_order(store: Any) -> None:
    make_seller()
    subscribe(store, "starter", at=BEGIN)
    [invoice] = invoices(store)
    [transaction] = invoice.transactions.all()
    events = [
        ChargeEvent(transaction.pk, Outcome.FAILED, "ch_1", "card", reason="No money."),
        ChargeEvent(transaction.pk, Outcome.PAID, "ch_1", "card", at=BEGIN + DAY),
        ChargeEvent(transaction.pk, Outcome.FAILED, "ch_1", "card"),
        ChargeEvent(transaction.pk, Outcome.PAID, "ch_1", "card", at=BEGIN + 2 * DAY),
        ChargeEvent(transaction.pk, Outcome.PENDING, "ch_1"),
    ]
    services.apply_event(events[0])
    invoice.refresh_from_db()
    assert invoice.status == InvoiceStatus.OPEN
    for event in events[1:]:
        services.apply_event(event)
    transaction.refresh_from_db()
    invoice.refresh_from_db()
    assert (transaction.status, transaction.processed_at) == ("completed", BEGIN + DAY)
    assert (invoice.status, invoice.paid_at) == (InvoiceStatus.PAID, BEGIN + DAY)


def test_ten_clocks_and_ten_payments_at_once(throwaway_store: Any) -> None:
    """One invoice a period, one number each, one payment."""
    store = throwaway_store
    seller = make_seller()
    try:
        subscribe(store, "starter", at=BEGIN)
        moment = BEGIN + 28 * DAY

        def tick() -> int:
            with moved_to(moment):
                return services.take_due_steps()

        assert not fails(run_at_once(store, [tick] * 8))
        found = invoices(store)
        assert len(found) == 2
        assert found[1].sequence == found[0].sequence + 1

        def press(reference: str) -> Any:
            return lambda: pay(found[1], at=moment, reference=reference)

        answers = run_at_once(store, [press(f"UTR{number % 2}") for number in range(8)])
        assert {type(each) for each in fails(answers)} == {AlreadyPaid}
        assert len(fails(answers)) == 4
        assert found[1].transactions.get().status == TransactionStatus.COMPLETED
    finally:
        with outside_store():
            BillingTransaction.objects.filter(store=store).delete()
            Invoice.objects.filter(store=store).delete()
            seller.delete()


def test_a_dead_process_leaves_a_step_whole(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It dies after the invoice is written: number and invoice are gone together, and the next run writes them."""
    make_seller()
    subscribe(store, "starter", at=BEGIN)

    def die(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("apps.billing.services.stepping.save", die)
        run_at(BEGIN + 28 * DAY)
    assert len(invoices(store)) == 1
    run_at(BEGIN + 29 * DAY)
    assert [each.sequence for each in invoices(store)] == [1, 2]


def test_a_due_row_costs_a_fixed_number_of_statements(store: Any, other_store: Any) -> None:
    make_seller()
    counts = []
    for stores in ([store], [store, other_store]):
        for each in stores:
            Subscription.objects.filter(store=each).update(
                plan=plan("starter"), price_monthly_minor=100, status="active", anchored_at=BEGIN,
                period_started_at=BEGIN, period_ends_at=BEGIN + 28 * DAY, due_at=BEGIN + 28 * DAY,
            )  # fmt: skip
        Invoice.objects.all().update(subscription=None)
        with counting() as asked:
            assert run_at(BEGIN + 28 * DAY) == len(stores)
        counts.append(len(asked))
    assert counts[1] - counts[0] <= 45, counts


def test_the_pdf_of_an_invoice(store: Any, client_for: Any) -> None:
    from apps.billing.printing import print_invoice
    from tests.support.pdf_text import text_of

    make_seller()
    subscribe(store, "starter", at=BEGIN)
    [invoice] = invoices(store)
    found = text_of(print_invoice(invoice))
    for words in ("Tax invoice", invoice.number, "Polystore Pvt Ltd", "29AAGCB7383J1Z4", store.name, "CGST 9%", "₹1,768.82", "Jan 31, 2027 – Feb 27, 2027", "HDFC0000001"):  # fmt: skip
        assert words in found, words
