"""A store with keys of the Stripe server of tests, and what happens between the two."""

from dataclasses import dataclass
from typing import Any

from apps.inbox.models import InboxMessage
from apps.payments.models import Payment
from tests.checkout.shop import Placed, make_cart, make_goods, place
from tests.support.provider_shop import arrive, switch_on
from tests.support.stripe_account import Account
from tests.support.stripe_server import StripeServer, signed

SECRET = "sk_test_alpha000000000000"
KEYS = {
    "secret_key": SECRET,
    "publishable_key": "pk_test_alpha000000000000",
    "webhook_secret": "whsec_alpha000000000000",
}


@dataclass
class StripeShop:
    """The active store, with Stripe switched on. `sent` counts the events that were delivered."""

    server: StripeServer
    account: Account
    sent: int = 0

    def order(self, price_minor: int = 50_000) -> Placed:
        return place(make_cart(make_goods(price_minor=price_minor)), payment_method="stripe")

    def payment(self, price_minor: int = 50_000) -> Payment:
        return self.order(price_minor).payment

    def new_events(self) -> list[dict[str, Any]]:
        """Those since the last call."""
        fresh = self.account.events[self.sent :]
        self.sent = len(self.account.events)
        return fresh

    def deliver_all(self) -> list[InboxMessage]:
        return [deliver(event) for event in self.new_events()]


def open_shop(server: StripeServer) -> StripeShop:
    """The active store gets an account at the server."""
    account = server.account(SECRET)
    switch_on("stripe", KEYS)
    return StripeShop(server, account)


def deliver(event: dict[str, Any], secret: str = KEYS["webhook_secret"]) -> InboxMessage:
    """The webhook arrives and its task runs."""
    return arrive("stripe", signed(event, secret))
