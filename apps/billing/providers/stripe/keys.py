"""The platform's own account at Stripe, by the settings of the environment."""

from django.conf import settings
from django.utils.translation import gettext
from stripe import StripeClient

from apps.gateways.errors import GatewayUnavailable
from apps.gateways.stripe.client import client_of
from apps.gateways.stripe.keys import SECRET, is_test


def has_keys() -> bool:
    return bool(settings.BILLING_STRIPE_SECRET_KEY and settings.BILLING_STRIPE_WEBHOOK_SECRET)


def platform_client() -> StripeClient:
    """Raises `GatewayUnavailable` without keys: what waits goes on when they are there again."""
    if not has_keys():
        raise GatewayUnavailable(gettext("The platform has no keys of Stripe."))
    return client_of({SECRET: settings.BILLING_STRIPE_SECRET_KEY})


def are_for_tests() -> bool:
    return is_test({SECRET: settings.BILLING_STRIPE_SECRET_KEY})
