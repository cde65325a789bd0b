"""A store whose bills are paid at the Stripe server of tests, and what happens between the two."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.billing import services
from apps.billing.models import BillingTransaction, Invoice
from apps.billing.services.online import WayToPay
from apps.billing.services.receiving import receive_bill_event
from apps.common.clock import moved_to, now
from apps.events.services.delivery import relay_outbox
from apps.inbox.models import InboxMessage
from apps.inbox.services import handle_due
from apps.platform.models import Store, Subscription
from apps.tenancy.context import outside_store
from tests.billing.making import invoices, subscribe
from tests.support.stripe_billing import WEBHOOK_SECRET, BillingAccount, BillingServer
from tests.support.stripe_server import signed


@dataclass
class Bills:
    server: BillingServer
    account: BillingAccount
    store: Store
    sent: int = 0

    def subscribe(self, *, at: datetime, code: str = "starter") -> Subscription:
        return subscribe(self.store, code, at=at)

    def invoice(self) -> Invoice:
        """The latest."""
        return invoices(self.store)[-1]

    def transaction(self) -> BillingTransaction:
        """The latest of the latest invoice."""
        return self.invoice().transactions.order_by("-created_at", "-id")[0]

    def at_stripe(self) -> dict[str, Any]:
        """The latest invoice there."""
        return list(self.account.invoices.values())[-1]

    def pay_now(self) -> WayToPay:
        return services.pay_online(invoice=self.invoice())

    def save_card(self, **card: Any) -> None:
        services.page_for_method(store=self.store, return_url="https://alpha.localhost/PAGE_ID")
        self.account.finish_page(list(self.account.pages)[-1], **card)
        self.deliver_all()

    def new_events(self) -> list[dict[str, Any]]:
        """Those since the last call."""
        fresh = self.account.events[self.sent :]
        self.sent = len(self.account.events)
        return fresh

    def deliver_all(self) -> list[InboxMessage]:
        return [deliver(event) for event in self.new_events()]


def deliver(event: dict[str, Any], secret: str = WEBHOOK_SECRET) -> InboxMessage:
    """The webhook arrives and its task runs."""
    body, headers = signed(event, secret)
    with outside_store():
        row = receive_bill_event(body=body, headers=headers)
        handle_due()
        row.refresh_from_db()
    return row


def relay(at: datetime | None = None) -> None:
    """What waits in the platform's outbox: charges, mails."""
    with outside_store(), moved_to(at or now()):
        relay_outbox()
