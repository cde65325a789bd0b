"""A store with keys of the Stripe server of tests, and what happens between the two."""

from dataclasses import dataclass
from typing import Any

from apps.common.actor import Actor
from apps.gateways import services as gateways
from apps.gateways.models import GatewayEvent
from apps.payments import services as payments
from apps.payments.models import Payment, PaymentMethod
from apps.tenancy.context import current_store, use_actor
from apps.tenancy.page_versions import note_change
from tests.checkout.shop import Placed, make_cart, make_goods, place
from tests.support.acting import STAFF
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

    def deliver_all(self) -> list[GatewayEvent]:
        return [deliver(event) for event in self.new_events()]


def open_shop(server: StripeServer) -> StripeShop:
    """The active store gets an account at the server."""
    account = server.account(SECRET)
    method = PaymentMethod.objects.get(gateway="stripe")
    with use_actor(STAFF):
        payments.save_gateway_keys(method=method, keys=KEYS)
        method.is_active = True
        payments.save_payment_method(method)
    note_change(current_store().id, "payments")  # its own waits for a commit
    return StripeShop(server, account)


@use_actor(Actor.system("webhook"))
def deliver(event: dict[str, Any], secret: str = KEYS["webhook_secret"]) -> GatewayEvent:
    """The webhook arrives and its task runs."""
    body, headers = signed(event, secret)
    row = gateways.receive_event(gateway_code="stripe", body=body, headers=headers)
    return payments.handle_gateway_event(event_id=row.pk)
