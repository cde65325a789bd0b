"""Sweeps of webhooks."""

from apps.partners import services
from apps.platform.sweeps import sweep


@sweep
def start_due_webhooks() -> int:
    """Start a task for each endpoint that something is due for: retries, and what a lost task left. Sends nothing itself."""
    return services.start_due()


@sweep
def forget_old_webhooks() -> int:
    """Delete old deliveries with what was in them."""
    return services.forget_old()
