"""*Test the connection*: tries a store's keys without changing anything at PayPal."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext

from apps.gateways.errors import GatewayRefused, GatewayUnavailable
from apps.gateways.keyed import Finding
from apps.gateways.paypal.client import KeysRefused, NotAllowed, PayPalClient
from apps.gateways.paypal.keys import WEBHOOK, is_test
from apps.platform.selectors import current_url

WEBHOOK_PATH: Final = "/api/v1/payments/webhook/paypal"


def examine(keys: Mapping[str, Any]) -> list[Finding]:
    """What a buyer's payment needs: PayPal takes the keys, events come to us; and whether disputes can be read."""
    client = PayPalClient(keys, is_trial=True)
    try:
        webhook = client.get(f"/v1/notifications/webhooks/{keys[WEBHOOK]}")
    except NotAllowed:
        webhook = None
    except KeysRefused:
        return [Finding(False, gettext("PayPal refuses these keys in this mode."))]
    except (GatewayUnavailable, GatewayRefused) as error:
        return [Finding(False, gettext("PayPal answered: %(reason)s") % {"reason": str(error)})]
    taken = Finding(True, gettext("PayPal takes the keys."))
    return [taken, _mode(keys), _webhook(webhook), *_disputes(client)]


def _mode(keys: Mapping[str, Any]) -> Finding:
    if is_test(keys):
        return Finding(True, gettext("These are keys of the sandbox: no real money moves."))
    return Finding(True, gettext("These are live keys: buyers are charged."))


def _webhook(webhook: dict[str, Any] | None) -> Finding:
    address = current_url(WEBHOOK_PATH)
    if webhook is None:
        return Finding(False, gettext("The app has no webhook with this ID."))
    if webhook.get("url") == address:
        return Finding(True, gettext("PayPal sends its events to this store."))
    sentence = gettext("The webhook with this ID leads to %(other)s and not to %(address)s.")
    return Finding(False, sentence % {"other": str(webhook.get("url"))[:200], "address": address})


def _disputes(client: PayPalClient) -> list[Finding]:
    try:
        client.get("/v1/customer/disputes?page_size=1")
    except NotAllowed:
        return [
            Finding(
                False,
                gettext("The app may not read disputes: they are not shown here. Payments work."),
            )
        ]
    except (GatewayUnavailable, GatewayRefused):
        return []
    return []
