"""The end of pre-orders."""

from apps.inventory import services
from apps.platform.sweeps import sweep


@sweep
def end_preorders() -> int:
    """Pre-orders whose release day has come: their pieces can be sent."""
    return services.end_preorders()
