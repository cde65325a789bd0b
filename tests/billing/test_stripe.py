"""Merchants' bills at Stripe: asked for once, booked once, whatever comes in whatever order."""

import contextlib
from datetime import timedelta
from typing import Any

import pytest

from apps.billing import services
from apps.billing.errors import AlreadyPaid, NoOnlinePayment
from apps.billing.models import BillingAccount, BillingTransaction
from apps.billing.providers.base import Charge, ChargeEvent
from apps.billing.providers.installed import STRIPE
from apps.common.clock import now
from apps.gateways.errors import GatewayUnavailable, InvalidSignature
from apps.inbox.services import handle_due, replay_message
from apps.platform.models import Store
from apps.tenancy.context import outside_store
from tests.billing.bills import Bills, deliver, relay
from tests.billing.making import current, invoices, mails_of, pay, run_at

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def state(bills: Bills) -> tuple[str, str]:
    return bills.invoice().status, bills.transaction().status


def test_an_open_invoice_is_paid_on_stripes_page(bills: Bills) -> None:
    """The amount with its tax, our number, one invoice however often it is asked for; booked by the webhook alone."""
    bills.subscribe(at=now())
    ways = [bills.pay_now() for _ in range(2)]
    there = bills.at_stripe()
    assert len(bills.account.invoices) == 1
    assert ways[0] == ways[1]
    assert (ways[0].is_paid, ways[0].url) == (False, there["hosted_invoice_url"])
    assert there["total"] == bills.invoice().total_minor == 176_882
    assert there["metadata"]["polystore_invoice"] == bills.invoice().number
    assert there["collection_method"] == "send_invoice"
    assert there["auto_advance"]
    bills.account.pay_invoice(there["id"])
    assert state(bills) == ("open", "pending")
    [event] = bills.new_events()[-1:]
    messages = [deliver(event) for _ in range(3)]
    assert state(bills) == ("paid", "completed")
    assert messages[0].effect.endswith("completed")
    paid = bills.transaction()
    assert (paid.provider, paid.provider_ref, paid.method) == ("stripe", there["id"], "Visa 4242")
    with pytest.raises(AlreadyPaid):
        bills.pay_now()


def test_a_saved_card_pays_the_next_invoices(bills: Bills) -> None:
    begin = now()
    bills.subscribe(at=begin)
    bills.save_card(last4="1881")
    account = BillingAccount.objects.get(store=bills.store)
    assert (account.method_kind, account.last4, account.expires_year) == ("Visa", "1881", 2031)
    assert bills.pay_now().is_paid
    assert state(bills) == ("paid", "completed")
    run_at(begin + 32 * DAY)
    assert len(invoices(bills.store)) == 2
    assert bills.transaction().provider == "stripe"
    relay(begin + 32 * DAY)
    assert state(bills) == ("paid", "completed")
    assert bills.at_stripe()["collection_method"] == "charge_automatically"
    # the portal: changed there, then removed; the next invoice is by hand again
    url = services.page_for_method(store=bills.store, return_url="https://alpha.localhost/PAGE_ID")
    assert url.startswith("https://billing.stripe.com/")
    bills.account.remove_method(account.customer_ref)
    bills.deliver_all()
    account.refresh_from_db()
    assert (account.method_ref, current(bills.store).provider) == ("", "")
    run_at(begin + 63 * DAY)
    assert bills.transaction().provider == "hand"


def test_a_refused_card_is_said_mailed_and_recovers_by_itself(bills: Bills) -> None:
    """The grace goes on as before; the shop that was closed opens with the payment."""
    begin = now() - 60 * DAY
    bills.subscribe(at=begin)
    bills.save_card()
    pay(bills.invoice(), at=begin)
    bills.account.next_decline = "expired_card"
    run_at(begin + 32 * DAY)
    relay()
    assert state(bills) == ("open", "failed")
    assert "expired" in bills.transaction().failure_message
    relay()
    [mail] = mails_of(bills.store, "bill_not_paid")
    assert "expired" in mail.text
    assert bills.at_stripe()["hosted_invoice_url"] in mail.text
    run_at(begin + 40 * DAY)
    run_at(begin + 53 * DAY + timedelta(hours=1))
    assert Store.objects.get(pk=bills.store.pk).status == "suspended"
    bills.deliver_all()
    assert bills.pay_now().url == bills.at_stripe()["hosted_invoice_url"]
    bills.account.charge_saved(bills.at_stripe()["id"])  # Stripe tries again
    bills.deliver_all()
    assert state(bills) == ("paid", "completed")
    assert Store.objects.get(pk=bills.store.pk).status == "active"


def test_a_transfer_ends_the_collection_and_money_that_comes_twice_is_seen(bills: Bills) -> None:
    bills.subscribe(at=now())
    bills.pay_now()
    there = bills.at_stripe()["id"]
    pay(bills.invoice(), at=now())
    bills.account.pay_invoice(there)  # in the same moment
    relay()
    assert state(bills) == ("paid", "completed")
    online = BillingTransaction.objects.get(invoice=bills.invoice(), provider="stripe")
    assert (online.status, online.is_surplus) == ("completed", True)
    # the usual case: nothing came, and nothing can come any more
    bills.subscribe(at=now(), code="professional")
    bills.pay_now()
    services.write_off(invoice=bills.invoice(), reason="A gift")
    relay()
    assert bills.at_stripe()["status"] == "void"
    bills.deliver_all()
    assert state(bills) == ("written_off", "failed")
    assert bills.transaction().is_closed


@pytest.mark.parametrize("dies_after", range(5))
def test_a_process_that_dies_while_it_asks_asks_once(bills: Bills, dies_after: int) -> None:
    """Whichever answer is lost: the next try finds what the first has made."""
    bills.subscribe(at=now())
    requests = bills.server.requests
    begin = len(requests)
    real = bills.server.answer

    def dying(sent: Any) -> Any:
        answer = real(sent)
        if sent.method == "POST" and len(requests) - begin > dies_after:
            bills.server.answer = real  # type: ignore[method-assign]
            return 503, {"error": {"type": "api_error", "message": "Lost."}}
        return answer

    bills.server.answer = dying  # type: ignore[method-assign]
    with contextlib.suppress(GatewayUnavailable):
        bills.pay_now()
    bills.server.answer = real  # type: ignore[method-assign]
    bills.account.answered.clear()  # a day later the keys are forgotten
    way = bills.pay_now()
    assert len(bills.account.invoices) == 1
    assert len(bills.account.intents) == 1
    assert way.url
    assert bills.at_stripe()["total"] == bills.invoice().total_minor


def test_disputes_and_refunds_of_a_merchants_payment_are_recorded(bills: Bills) -> None:
    bills.subscribe(at=now())
    bills.pay_now()
    bills.account.pay_invoice(bills.at_stripe()["id"])
    intent = next(iter(bills.account.intents))
    ref = bills.account.dispute(intent)
    first = bills.new_events()[-1]
    deliver(first)  # before the payment itself is heard of
    assert (bills.transaction().status, bills.transaction().dispute) == ("completed", "open")
    bills.account.close_dispute(ref, "won")
    bills.account.refund_at_dashboard(intent, 100_000)
    bills.deliver_all()
    now_known = bills.transaction()
    assert (now_known.dispute, now_known.refunded_minor) == ("won", 100_000)
    rest = bills.account.refund_at_dashboard(intent, 76_882)
    bills.deliver_all()
    assert state(bills) == ("paid", "refunded")
    bills.account.finish_refund(rest, "failed")
    bills.deliver_all()
    assert (bills.transaction().status, bills.transaction().refunded_minor) == (
        "completed",
        100_000,
    )


def test_what_is_not_ours_and_what_is_wrong(bills: Bills, settings: Any) -> None:
    bills.subscribe(at=now())
    bills.pay_now()
    there = bills.at_stripe()
    bills.account.pay_invoice(there["id"])
    event = bills.new_events()[-1]
    with pytest.raises(InvalidSignature):
        deliver(event, "whsec_other00000000000")
    strange = {**event, "id": "evt_strange", "data": {"object": {**there, "metadata": {}}}}
    assert (deliver(strange).state, deliver(strange).effect) == ("done", "")
    # paid with another amount than ours: not booked, and people see why
    bills.account.invoices[there["id"]]["amount_paid"] = 100
    message = deliver(event)
    assert state(bills) == ("open", "pending")
    assert "were paid of invoice" in message.last_error
    bills.account.invoices[there["id"]]["amount_paid"] = there["total"]
    with outside_store():
        assert replay_message(message=message).state == "done"
        handle_due()
    assert state(bills) == ("paid", "completed")
    settings.BILLING_STRIPE_SECRET_KEY = ""
    bills.subscribe(at=now(), code="professional")
    settings.BILLING_TEST_PROVIDER = False
    assert bills.transaction().provider == "hand"
    with pytest.raises(NoOnlinePayment):
        bills.pay_now()
    with pytest.raises(InvalidSignature):
        deliver(event)


def test_a_customer_that_was_deleted_at_stripe_is_made_again(bills: Bills) -> None:
    bills.subscribe(at=now())
    bills.save_card()
    first = BillingAccount.objects.get(store=bills.store).customer_ref
    bills.account.delete_customer(first)
    assert bills.pay_now().url
    second = BillingAccount.objects.get(store=bills.store)
    assert second.customer_ref not in ("", first)
    assert second.method_ref == ""
    bills.deliver_all()
    assert BillingAccount.objects.get(store=bills.store).customer_ref == second.customer_ref


def test_pages_that_are_finished_late_or_twice(bills: Bills) -> None:
    """The method of the page that was opened last is used, in any order of the messages."""
    bills.subscribe(at=now())
    for _ in range(2):
        services.page_for_method(store=bills.store, return_url="https://alpha.localhost/PAGE_ID")
    early, late = list(bills.account.pages)
    bills.account.finish_page(late, last4="2222")
    bills.account.finish_page(early, last4="1111")
    events = [event for event in bills.new_events() if event["type"].startswith("checkout")]
    for event in [*events, *reversed(events)]:
        deliver(event)
    assert BillingAccount.objects.get(store=bills.store).last4 == "2222"


def test_what_was_fetched_before_another_booking_is_fetched_again(
    bills: Bills, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow worker has the state of before a refund, which a quick one has booked meanwhile."""
    bills.subscribe(at=now())
    bills.pay_now()
    bills.account.pay_invoice(bills.at_stripe()["id"])
    bills.deliver_all()
    real, asked = STRIPE.fetch, 0

    def slow(charge: Charge) -> ChargeEvent:
        nonlocal asked
        asked += 1
        event = real(charge)
        if asked == 1:
            bills.account.refund_at_dashboard(event.payment_ref, 100_000)
            services.refresh_charge(charge.id)
        return event

    monkeypatch.setattr(STRIPE, "fetch", slow)
    services.refresh_charge(bills.transaction().pk)
    assert (bills.transaction().refunded_minor, asked) == (100_000, 3)
