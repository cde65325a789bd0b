"""Paying a bill through Stripe as owners and staff of the platform see it, and the door for its messages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.billing.models import BillingAccount, Invoice
from apps.common.clock import now
from apps.events.models import AuditEntry
from apps.inbox.models import InboxMessage
from apps.inbox.tasks import handle_platform_due
from apps.platform.models import Store
from apps.tenancy.context import outside_store
from tests.api.shop import make_user
from tests.backoffice.sessions import log_in, rename_session
from tests.billing.bills import Bills, relay
from tests.billing.making import run, run_at, subscribe
from tests.platform.commands import json_of, refused
from tests.support.acting import seeing_all
from tests.support.stripe_billing import WEBHOOK_SECRET
from tests.support.stripe_server import signed

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOOK = "/api/v1/billing/webhook/stripe"


@pytest.fixture
def staff(bills: Bills, client_for: Callable[..., Client]) -> Callable[[Role], Client]:
    def client_of(role: Role) -> Client:
        client = client_for(bills.store)
        with seeing_all(bills.store):
            client.force_login(make_user(bills.store, role))
        return rename_session(client, f"session_{bills.store.slug}")

    return client_of


def page_of(client: Client) -> str:
    return str(client.get("/admin/plan/").content.decode())


def post_hook(client: Client, event: dict[str, Any], secret: str = WEBHOOK_SECRET) -> int:
    body, headers = signed(event, secret)
    answer = client.post(HOOK, body, content_type="application/json", headers=headers)
    return int(answer.status_code)


def test_an_owner_pays_while_the_shop_is_closed_for_it(
    bills: Bills, staff: Callable[[Role], Client], client_for: Callable[..., Client]
) -> None:
    """From the button to the message on the platform's host, which opens the shop."""
    begin = now() - 25 * DAY
    bills.subscribe(at=begin)
    run_at(begin + 7 * DAY)
    run_at(begin + 21 * DAY)
    assert Store.objects.get(pk=bills.store.pk).status == "suspended"
    owner, platform = staff(Role.OWNER), client_for(None)
    answer = owner.get("/admin/plan/")
    assert "https://invoice.stripe.com" in answer["Content-Security-Policy"]
    assert "Pay now" in answer.content.decode()
    invoice = bills.invoice()
    pay, ask = (f"/admin/plan/invoices/{invoice.pk}/{step}/" for step in ("pay", "ask"))
    assert owner.post(pay)["Location"] == bills.at_stripe()["hosted_invoice_url"]
    assert "No payment has arrived yet" in owner.post(ask, follow=True).content.decode()
    bills.account.pay_invoice(bills.at_stripe()["id"])
    event = bills.new_events()[-1]
    assert [post_hook(platform, event) for _ in range(2)] == [200, 200]
    assert post_hook(platform, {**event, "id": "evt_x"}, "whsec_wrong000000000") == 401
    assert post_hook(owner, event) in (404, 503)  # a store's host has no such door
    with outside_store():
        assert InboxMessage.objects.count() == 1
        handle_platform_due()
    assert bills.invoice().status == "paid"
    assert Store.objects.get(pk=bills.store.pk).status == "active"
    assert "Pay now" not in page_of(owner)
    assert "is paid already" in owner.post(pay, follow=True).content.decode()


def test_an_owner_saves_changes_and_removes_a_card(
    bills: Bills, staff: Callable[[Role], Client]
) -> None:
    bills.subscribe(at=now())
    owner = staff(Role.OWNER)
    assert "None is saved" in page_of(owner)
    assert owner.post("/admin/plan/method/")["Location"].startswith("https://checkout.stripe.com/")
    [page] = bills.account.pages
    back = bills.account.pages[page]["success_url"].replace("{CHECKOUT_SESSION_ID}", page)
    early = owner.get(back, follow=True).content.decode()
    assert "No payment method is saved." in early
    bills.account.finish_page(page)
    bills.server.fail = [500] * 2
    assert "look again in a moment" in owner.get(back, follow=True).content.decode()
    bills.server.fail = []
    assert "Later invoices are paid" in owner.get(back, follow=True).content.decode()
    assert "Visa 4242, until 12/2031" in page_of(owner)
    assert owner.post("/admin/plan/method/")["Location"].startswith("https://billing.stripe.com/")
    account = BillingAccount.objects.get(store=bills.store)
    bills.account.remove_method(account.customer_ref)
    portal = bills.account.portals[-1]["return_url"]
    assert "No payment method is saved." in owner.get(portal, follow=True).content.decode()
    # charged at once, and refused by the bank: on to the page
    bills.save_card()
    bills.account.next_decline = "insufficient_funds"
    pay = f"/admin/plan/invoices/{bills.invoice().pk}/pay/"
    assert owner.post(pay)["Location"] == bills.at_stripe()["hosted_invoice_url"]
    assert "not enough money" in page_of(owner)


def test_who_may_not_pay(bills: Bills, other_store: Any, staff: Callable[[Role], Client]) -> None:
    bills.subscribe(at=now())
    subscribe(other_store, "starter", at=now())
    others = Invoice.objects.get(store=other_store)
    manager, owner = staff(Role.MANAGER), staff(Role.OWNER)
    assert "Pay now" not in page_of(manager)
    own = bills.invoice().pk
    for address in (f"invoices/{own}/pay/", f"invoices/{own}/ask/", "method/"):
        assert manager.post(f"/admin/plan/{address}").status_code == 403, address
    assert manager.get("/admin/plan/method/done/").status_code == 403
    for step in ("pay", "ask"):
        assert owner.post(f"/admin/plan/invoices/{others.pk}/{step}/").status_code == 404
    assert bills.account.invoices == {}


def test_the_platforms_staff_see_and_ask(bills: Bills, client_for: Callable[..., Client]) -> None:
    operator = log_in(client_for(None), User.objects.create_superuser("op@example.com", "a-pw-123"))
    bills.subscribe(at=now())
    number = bills.invoice().number
    assert "It is paid here" in run("charge_invoice", number)
    there = bills.at_stripe()
    said = json_of("charge_invoice", number)
    assert said == {"invoice": number, "status": "open", "url": there["hosted_invoice_url"]}
    bills.account.pay_invoice(there["id"])
    assert AuditEntry.objects.filter(action="billing_invoice.paying_online").exists()
    page = f"/admin/billing/invoice/{bills.invoice().pk}"
    shown = operator.get(f"{page}/change/").content.decode()
    assert f"https://dashboard.stripe.com/test/invoices/{there['id']}" in shown
    operator.post(f"{page}/ask/step/")
    assert bills.invoice().status == "paid"
    intent = next(iter(bills.account.intents))
    bills.account.dispute(intent)
    bills.deliver_all()
    for address in ("billing/billingtransaction", "inbox/inboxmessage"):
        answer = operator.get(f"/admin/{address}/")
        assert answer.status_code == 200
    listed = operator.get("/admin/billing/billingtransaction/?dispute__exact=open")
    assert "Disputed: fraudulent." in listed.content.decode()
    message = InboxMessage.objects.latest("received_at")
    assert operator.get(f"/admin/inbox/inboxmessage/{message.pk}/change/").status_code == 200
    assert "is paid already" in refused("charge_invoice", number)[1]
    assert "paid" in run("charge_invoice", number, "--look")
    relay()


def test_staff_give_money_back(bills: Bills, client_for: Callable[..., Client]) -> None:
    """A part, pressed twice, then the rest; more than is left is refused."""
    operator = log_in(client_for(None), User.objects.create_superuser("op@example.com", "a-pw-123"))
    bills.subscribe(at=now())
    page = f"/admin/billing/invoice/{bills.invoice().pk}"
    refund = f"{page}/refund/step/"
    assert "came online" in operator.post(refund, {"reason": "x"}, follow=True).content.decode()
    bills.pay_now()
    bills.account.pay_invoice(bills.at_stripe()["id"])
    bills.deliver_all()
    assert "Give money back" in operator.get(f"{page}/change/").content.decode()
    bills.account.next_refund_status = "pending"
    for _ in range(2):
        operator.post(refund, {"amount_minor": "1,000.00", "reason": "The fair was cancelled"})
    [first] = bills.account.refunds
    assert bills.account.refunds[first]["amount"] == 100_000
    bills.account.finish_refund(first, "succeeded")
    bills.account.next_refund_status = "succeeded"
    too_much = operator.post(refund, {"amount_minor": "1000", "reason": "x"}, follow=True)
    assert "At most what is left" in too_much.content.decode()
    operator.post(refund, {"reason": "All of it"})
    assert [each["amount"] for each in bills.account.refunds.values()] == [100_000, 76_882]
    assert (bills.transaction().status, bills.invoice().status) == ("refunded", "paid")
    assert AuditEntry.objects.filter(action="billing_payment.refund_asked").count() == 3
