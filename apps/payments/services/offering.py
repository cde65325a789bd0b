"""Which ways to pay a store offers."""

from django.core.cache import cache
from django.db import transaction

from apps.payments.models import PaymentMethod
from apps.payments.selectors import METHODS_CACHE_KEY
from apps.platform.auditing import audited


def save_payment_method(method: PaymentMethod) -> None:
    """Save what staff changed; the next buyer sees it: what is switched off can't be chosen any more."""
    with audited("payment_method.changed", method), transaction.atomic():
        method.save()
        transaction.on_commit(lambda: cache.delete(METHODS_CACHE_KEY))
