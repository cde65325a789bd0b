"""Reads of a payment at Stripe with everything that belongs to it. Every function takes the client of one account."""

from typing import Any, Final

from stripe import InvalidRequestError, StripeClient, StripeObject

from apps.gateways.stripe.client import translated
from apps.gateways.stripe.intents import state_of
from apps.gateways.values import GatewayState

_EXPANDED: Final = ["latest_charge.refunds", "latest_charge.balance_transaction"]


def find_intent(client: StripeClient, ref: str) -> dict[str, Any] | None:
    """The Payment Intent with its charge. None for one that this account does not have (any more)."""
    with translated():
        try:
            return plain(client.v1.payment_intents.retrieve(ref, {"expand": _EXPANDED}))
        except InvalidRequestError as error:
            if error.code != "resource_missing":
                raise
            return None


def describe_intent(client: StripeClient, intent: dict[str, Any]) -> GatewayState:
    """With its refunds and disputes: at most one further call, two for a charge with more than ten refunds."""
    charge = intent.get("latest_charge")
    if not isinstance(charge, dict) or intent["status"] != "succeeded":
        return state_of(intent)
    page = charge.get("refunds") or {"data": [], "has_more": False}
    refunds, disputes = page["data"], []
    if page.get("has_more"):
        refunds = list_refunds(client, intent["id"])
    if charge.get("disputed"):
        with translated():
            found = client.v1.disputes.list({"payment_intent": intent["id"], "limit": 100}).data
            disputes = [plain(dispute) for dispute in found]
    return state_of(intent, refunds=refunds, disputes=disputes)


def list_refunds(client: StripeClient, intent_ref: str) -> list[dict[str, Any]]:
    with translated():
        found = client.v1.refunds.list({"payment_intent": intent_ref, "limit": 100})
        return [plain(refund) for refund in found.auto_paging_iter()]


def plain(found: StripeObject) -> dict[str, Any]:
    return found.to_dict()
