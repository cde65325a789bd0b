"""*Test the connection*: tries a store's keys without changing anything at Razorpay."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from apps.gateways.errors import GatewayRefused, GatewayUnavailable
from apps.gateways.keyed import Finding
from apps.gateways.razorpay.client import KeysRefused, RazorpayClient
from apps.gateways.razorpay.keys import is_test


def examine(keys: Mapping[str, Any]) -> list[Finding]:
    """Whether Razorpay takes the key, for payments and disputes. A merchant's key can't ask for its webhooks."""
    client = RazorpayClient(keys)
    try:
        client.get("payments?count=1")
    except KeysRefused:
        return [Finding(False, gettext("Razorpay refuses the key."))]
    except (GatewayUnavailable, GatewayRefused) as error:
        return [Finding(False, gettext("Razorpay answered: %(reason)s") % {"reason": str(error)})]
    return [
        Finding(True, gettext("Razorpay takes the key.")),
        _mode(keys),
        *_disputes(client),
        Finding(
            True,
            gettext("Razorpay does not report where its events go: compare the webhook's address."),
        ),
    ]


def _mode(keys: Mapping[str, Any]) -> Finding:
    if is_test(keys):
        return Finding(True, gettext("These are test keys: no real money moves."))
    return Finding(True, gettext("These are live keys: buyers are charged."))


def _disputes(client: RazorpayClient) -> list[Finding]:
    try:
        client.get("disputes?count=1")
    except (GatewayUnavailable, GatewayRefused) as error:
        sentence = gettext("Disputes can't be read: %(reason)s")
        return [Finding(False, sentence % {"reason": str(error)})]
    return []
