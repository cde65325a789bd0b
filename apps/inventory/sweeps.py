"""The end of pre-orders, alerts of low stock, back-in-stock notices."""

from apps.inventory import services
from apps.platform.sweeps import sweep


@sweep
def end_preorders() -> int:
    """Pre-orders whose release day has come: their pieces can be sent."""
    return services.end_preorders()


@sweep
def alert_low_stock() -> int:
    """One mail with what has run low."""
    return services.alert_low_stock()


@sweep
def send_notices() -> int:
    """Buyers who wait for something that can be bought again."""
    return services.send_notices()


@sweep
def forget_notices() -> int:
    """Notices at their end."""
    return services.forget_notices()


@sweep
def continue_imports() -> int:
    """Tables of stock that a crash left half checked or half applied."""
    return services.continue_imports()
