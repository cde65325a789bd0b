"""A store with keys of the Razorpay server of tests, and what happens between the two."""

from dataclasses import dataclass
from typing import Any

from apps.inbox.models import InboxMessage
from apps.payments.models import Payment
from tests.checkout.shop import Placed, make_cart, make_goods, place
from tests.support.provider_shop import arrive, switch_on
from tests.support.razorpay_account import Account
from tests.support.razorpay_server import RazorpayServer, sign, signed

KEYS = {
    "key_id": "rzp_test_alpha0000000",
    "key_secret": "alphaSecret0000000000000",
    "webhook_secret": "a-secret-of-alpha's",
    "refund_speed": "optimum",
}


@dataclass
class RazorpayShop:
    """The active store, with Razorpay switched on. `sent` counts the events that were delivered."""

    server: RazorpayServer
    account: Account
    sent: int = 0

    def order(self, price_minor: int = 50_000, quantity: int = 1) -> Placed:
        cart = make_cart(make_goods(price_minor=price_minor), quantity=quantity)
        return place(cart, payment_method="razorpay")

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


def open_shop(server: RazorpayServer) -> RazorpayShop:
    """The active store gets an account at the server."""
    account = server.account(KEYS["key_id"], KEYS["key_secret"])
    switch_on("razorpay", KEYS)
    return RazorpayShop(server, account)


def deliver(event: dict[str, Any], secret: str = KEYS["webhook_secret"]) -> InboxMessage:
    return arrive("razorpay", signed(event, secret))


def answer_of_checkout(order_ref: str, payment_ref: str) -> dict[str, str]:
    """What Razorpay's Checkout sends to the shop with the buyer."""
    return {
        "razorpay_payment_id": payment_ref,
        "razorpay_order_id": order_ref,
        "razorpay_signature": sign(f"{order_ref}|{payment_ref}".encode(), KEYS["key_secret"]),
    }
