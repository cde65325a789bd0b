"""*Test the connection*: tries a store's keys without changing anything at Stripe."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext
from stripe import APIConnectionError, AuthenticationError, PermissionError, StripeError

from apps.gateways.keyed import Finding
from apps.gateways.stripe.client import client_of
from apps.gateways.stripe.keys import is_test
from apps.platform.selectors import current_url

WEBHOOK_PATH: Final = "/api/v1/payments/webhook/stripe"


def examine(keys: Mapping[str, Any]) -> list[Finding]:
    """What a buyer's payment needs: the secret key answers, it may see payments and refunds, events come to us."""
    client = client_of(keys)
    asked: dict[str, Callable[[], Any]] = {
        gettext("payments"): lambda: client.v1.payment_intents.list({"limit": 1}),
        gettext("refunds"): lambda: client.v1.refunds.list({"limit": 1}),
        gettext("disputes"): lambda: client.v1.disputes.list({"limit": 1}),
    }
    findings: list[Finding] = []
    for name, ask in asked.items():
        try:
            ask()
        except (APIConnectionError, AuthenticationError) as error:
            return [*findings, Finding(False, _words(error))]
        except PermissionError:
            sentence = gettext("The key may not read %(name)s.") % {"name": name}
            findings.append(Finding(False, sentence))
        except StripeError as error:
            findings.append(Finding(False, _words(error)))
    if not findings:
        findings.append(Finding(True, gettext("Stripe takes the secret key.")))
    findings.append(_mode(keys))
    return [*findings, *_webhook(client)]


def _words(error: StripeError) -> str:
    if isinstance(error, AuthenticationError):
        return gettext("Stripe refuses the secret key.")
    if isinstance(error, APIConnectionError):
        return gettext("Stripe does not answer from here.")
    return gettext("Stripe answered: %(reason)s") % {"reason": (error.user_message or "")[:200]}


def _mode(keys: Mapping[str, Any]) -> Finding:
    if is_test(keys):
        return Finding(True, gettext("These are test keys: no real money moves."))
    return Finding(True, gettext("These are live keys: buyers are charged."))


def _webhook(client: Any) -> list[Finding]:
    """Whether an endpoint of ours is registered. A restricted key that may not list them finds nothing wrong."""
    address = current_url(WEBHOOK_PATH)
    try:
        endpoints = client.v1.webhook_endpoints.list({"limit": 100}).data
    except StripeError:
        return []
    if any(each.url == address and each.status == "enabled" for each in endpoints):
        return [Finding(True, gettext("Stripe sends its events to this store."))]
    return [
        Finding(
            False,
            gettext("No webhook endpoint of the account leads to %(address)s.")
            % {"address": address},
        )
    ]
