"""A store's rules for carts, and what follows from them. No statement: the settings are cached."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.carts.documents import Cart, CartLine
from apps.carts.models import CartSettings
from apps.common.clock import now
from apps.tenancy.single_rows import single_row
from apps.tenancy.versioned_cache import cached_by_version


@cached_by_version("carts")
def get_cart_settings() -> CartSettings:
    """The same object for all callers: don't change it."""
    return single_row(CartSettings)


def days_of(customer_ref: str | None) -> int:
    """How many days after its last change the cart is kept."""
    rules = get_cart_settings()
    return rules.customer_days if customer_ref else rules.guest_days


def kept_until(customer_ref: str | None) -> datetime:
    """The end of a cart that is changed now."""
    return now() + timedelta(days=days_of(customer_ref))


def next_reminder(cart: Cart, lines: Sequence[CartLine]) -> datetime | None:
    """When a cart that is changed now has its next reminder; None for a store, a guest, or a cart without."""
    rules = get_cart_settings()
    is_known = bool(cart.customer_ref or cart.contact) and not cart.draft_ref
    if not (rules.reminds and is_known and lines) or (cart.reminded or 0) >= rules.most_reminders:
        return None
    return now() + timedelta(hours=rules.remind_after_hours)
