"""A store's rules for carts."""

from django.db import transaction

from apps.carts.models import CartSettings
from apps.platform.auditing import audited


def save_cart_settings(row: CartSettings) -> None:
    """Save the rules. The end of a cart moves when it is changed the next time."""
    with audited("cart_settings.changed", row), transaction.atomic():
        row.save()
