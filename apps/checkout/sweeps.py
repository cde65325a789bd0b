"""Finishing or undoing stalled checkouts."""

from apps.checkout import services
from apps.platform.sweeps import sweep


@sweep
def decide_stalled_checkouts() -> int:
    """Carts still being ordered long after they were claimed."""
    return services.decide_stalled_checkouts()


@sweep
def send_cart_reminders() -> int:
    """Mails about carts that were left, where the store sends them."""
    return services.send_cart_reminders()


@sweep
def schedule_wake_ups_for_open_checkouts() -> int:
    """Schedule another sweep while work of this store is unfinished."""
    return services.schedule_wake_ups_for_open_checkouts()
