"""What merchants pay the platform: when they are reminded, and when a shop closes."""

import re

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env

# Days from an invoice to its due day, and from there until the shop is suspended.
BILLING_DUE_DAYS: int = env.int("BILLING_DUE_DAYS", default=7)
BILLING_GRACE_DAYS: int = env.int("BILLING_GRACE_DAYS", default=14)
# Days before the end of a trial, and after the due day of an invoice, on which the owners get a mail.
BILLING_TRIAL_REMINDER_DAYS: list[int] = [
    int(days) for days in env.list("BILLING_TRIAL_REMINDER_DAYS", default=["7", "3", "1"])
]
BILLING_OVERDUE_REMINDER_DAYS: list[int] = [
    int(days) for days in env.list("BILLING_OVERDUE_REMINDER_DAYS", default=["1", "5", "10"])
]
# The platform's own account at Stripe, by which merchants pay online: both keys, or none. Those of the stores are theirs.
BILLING_STRIPE_SECRET_KEY: str = env.str("BILLING_STRIPE_SECRET_KEY", default="")
BILLING_STRIPE_WEBHOOK_SECRET: str = env.str("BILLING_STRIPE_WEBHOOK_SECRET", default="")
if BILLING_STRIPE_SECRET_KEY or BILLING_STRIPE_WEBHOOK_SECRET:
    if not re.fullmatch(r"[sr]k_(test|live)_[A-Za-z0-9_]{8,240}", BILLING_STRIPE_SECRET_KEY):
        raise ImproperlyConfigured("BILLING_STRIPE_SECRET_KEY begins with sk_ or rk_.")
    if not re.fullmatch(r"whsec_[A-Za-z0-9+/=_]{8,240}", BILLING_STRIPE_WEBHOOK_SECRET):
        raise ImproperlyConfigured("BILLING_STRIPE_WEBHOOK_SECRET begins with whsec_.")
# A pretended provider, at which owners choose whether they pay. Without Stripe's keys, and never in production.
BILLING_TEST_PROVIDER: bool = env.bool("BILLING_TEST_PROVIDER", default=True)
