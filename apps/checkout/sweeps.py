"""Finishing or undoing checkouts that came to no end."""

from apps.checkout import services
from apps.platform.sweeps import sweep


@sweep
def decide_stalled_checkouts() -> int:
    """Carts still being ordered long after they were claimed."""
    return services.decide_stalled_checkouts()


@sweep
def stay_awake_while_open() -> int:
    """Come back soon while something of this store is not finished."""
    return services.stay_awake_while_open()
