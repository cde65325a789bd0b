"""Writes of payment methods and of the time to pay."""

from django.core.cache import cache
from django.db import transaction

from apps.payments.models import PaymentMethod, PaymentSettings
from apps.payments.selectors import OFFER_CACHE_KEY
from apps.platform.auditing import audited


def save_payment_method(method: PaymentMethod) -> None:
    """Save changes by staff; the next buyer sees them, and a method that is switched off can't be chosen."""
    with audited("payment_method.changed", method), transaction.atomic():
        method.save()
        transaction.on_commit(lambda: cache.delete(OFFER_CACHE_KEY))


def save_payment_settings(row: PaymentSettings) -> None:
    """Save the settings; they hold for orders placed from now on."""
    with audited("payment_settings.changed", row), transaction.atomic():
        row.save()
        transaction.on_commit(lambda: cache.delete(OFFER_CACHE_KEY))
