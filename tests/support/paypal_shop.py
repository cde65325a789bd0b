"""A store with keys of the PayPal server of tests, and what happens between the two."""

from dataclasses import dataclass
from typing import Any

from apps.inbox.models import InboxMessage
from apps.payments.models import Payment
from tests.checkout.shop import Placed, make_cart, make_goods, place
from tests.support.paypal_account import Account
from tests.support.paypal_server import PayPalServer, signed
from tests.support.provider_shop import arrive, switch_on

ADDRESS = {
    "name": "Ann Lee",
    "line1": "1 Market Street",
    "city": "San Francisco",
    "region": "CA",
    "postal_code": "94105",
    "country": "US",
}
KEYS = {
    "mode": "sandbox",
    "client_id": "AbetaClient_000000000000",
    "client_secret": "EbetaSecret_000000000000",
    "webhook_id": "5BETA00000000000W",
}


@dataclass
class PayPalShop:
    """The active store, with PayPal switched on. `sent` counts the events that were delivered."""

    server: PayPalServer
    account: Account
    sent: int = 0

    def order(self, price_minor: int = 50_000, quantity: int = 1) -> Placed:
        cart = make_cart(make_goods(price_minor=price_minor), quantity=quantity)
        return place(cart, payment_method="paypal", shipping_address=ADDRESS)

    def payment(self, price_minor: int = 50_000) -> Payment:
        return self.order(price_minor).payment

    def new_events(self) -> list[dict[str, Any]]:
        """Those since the last call."""
        fresh = self.account.events[self.sent :]
        self.sent = len(self.account.events)
        return fresh

    def deliver_all(self) -> list[InboxMessage]:
        """Also the events that deliveries make."""
        delivered = []
        while events := self.new_events():
            delivered += [deliver(event) for event in events]
        return delivered


def open_shop(server: PayPalServer) -> PayPalShop:
    """The active store gets an account at the server."""
    account = server.account(KEYS["client_id"], KEYS["client_secret"])
    account.webhooks[KEYS["webhook_id"]] = "https://elsewhere.example/"
    switch_on("paypal", KEYS)
    return PayPalShop(server, account)


def deliver(event: dict[str, Any], webhook_id: str = KEYS["webhook_id"]) -> InboxMessage:
    return arrive("paypal", signed(event, webhook_id))
