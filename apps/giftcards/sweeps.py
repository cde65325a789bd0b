"""Gift cards that are sent on their day, and those whose last day is over."""

from apps.giftcards import services
from apps.platform.sweeps import sweep


@sweep
def expire_gift_cards() -> int:
    """Cards whose last day is over."""
    return services.expire_cards()


@sweep
def send_gift_cards() -> int:
    """Bought cards whose day has come."""
    return services.send_due_cards()
