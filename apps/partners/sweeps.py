"""Sweeps of webhooks."""

from apps.partners import services
from apps.partners.wanted import is_anything_wanted
from apps.platform.sweeps import sweep


@sweep
def start_due_webhooks() -> int:
    """Start a task for each endpoint that something is due for: retries, and what a lost task left. Sends nothing itself."""
    return services.start_due()


@sweep
def end_webhooks_of_expired_keys() -> int:
    """Pause the endpoints that expired keys have made. A store whose endpoints want nothing is not asked."""
    return services.pause_endpoints_of_expired() if is_anything_wanted() else 0


@sweep
def forget_old_webhooks() -> int:
    """Delete old deliveries with what was in them."""
    return services.forget_old()
