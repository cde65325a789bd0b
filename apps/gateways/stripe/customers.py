"""Saved cards: Stripe keeps them, the buyer ticks in its form whether a card is saved, and may remove it there.

A customer at Stripe has our reference and no personal data. The card that a buyer saves is used only while they are on the
payment page.
"""

from collections.abc import Mapping
from typing import Any, Final

import structlog
from stripe import InvalidRequestError, StripeClient, StripeError

from apps.gateways.models import GatewayCustomer
from apps.gateways.stripe.intents import STORE_KEY
from apps.tenancy.context import current_store

CUSTOMER_KEY: Final = "polystore_customer"
_GATEWAY: Final = "stripe"

log = structlog.get_logger(__name__)


def open_session(client: StripeClient, intent: Mapping[str, Any], customer_ref: str) -> str:
    """The secret by which Stripe's form shows the saved cards of this customer; "" without a customer, and where Stripe
    refuses: the payment works without saved cards."""
    if not customer_ref:
        return ""
    try:
        try:
            return _open(client, intent, customer_ref)
        except InvalidRequestError as error:
            if error.code != "resource_missing":
                raise
            # a customer of another account, from before the store's keys were changed
            GatewayCustomer.objects.filter(gateway=_GATEWAY, customer_ref=customer_ref).delete()
            return _open(client, intent, customer_ref)
    except StripeError as error:
        log.warning("stripe.no_saved_cards", code=error.code, request=error.request_id)
        return ""


def _open(client: StripeClient, intent: Mapping[str, Any], customer_ref: str) -> str:
    customer = _customer_of(client, customer_ref)
    session = client.v1.customer_sessions.create(
        {
            "customer": customer,
            "components": {
                "payment_element": {
                    "enabled": True,
                    "features": {
                        "payment_method_save": "enabled",
                        "payment_method_save_usage": "on_session",
                        "payment_method_redisplay": "enabled",
                        "payment_method_remove": "enabled",
                    },
                }
            },
        }
    )
    if intent.get("customer") != customer:
        client.v1.payment_intents.update(str(intent["id"]), {"customer": customer})
    return str(session.client_secret)


def _customer_of(client: StripeClient, customer_ref: str) -> str:
    """Two pages that open at once make one customer: the reference is the idempotency key."""
    known = GatewayCustomer.objects.filter(gateway=_GATEWAY, customer_ref=customer_ref)
    found = known.first()
    if found is not None:
        return found.gateway_ref
    created = client.v1.customers.create(
        {"metadata": {CUSTOMER_KEY: customer_ref, STORE_KEY: str(current_store().id)}},
        {"idempotency_key": f"customer.{customer_ref}"},
    )
    row = GatewayCustomer(gateway=_GATEWAY, customer_ref=customer_ref, gateway_ref=created.id)
    GatewayCustomer.objects.bulk_create([row], ignore_conflicts=True)
    return known.get().gateway_ref
