"""Orders that are not paid, not confirmed or not collected in time release their stock; those that wait at a pickup place follow it."""

from apps.fulfilment import services
from apps.platform.sweeps import sweep


@sweep
def expire_unpaid_orders() -> int:
    """Cancel orders that were not paid in time."""
    return services.expire_unpaid_orders()


@sweep
def expire_unconfirmed_orders() -> int:
    """Cancel orders that were not confirmed in time."""
    return services.expire_unconfirmed_orders()


@sweep
def expire_pickups() -> int:
    """Put orders back to stock that were not collected in time."""
    return services.expire_pickups()


@sweep
def follow_pickup_places() -> int:
    """Bring orders to the present address of their pickup place."""
    return services.follow_pickup_places()
