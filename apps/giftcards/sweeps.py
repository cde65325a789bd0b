"""Expiry of gift cards."""

from apps.giftcards import services
from apps.platform.sweeps import sweep


@sweep
def expire_gift_cards() -> int:
    """Cards whose last day is over."""
    return services.expire_cards()
