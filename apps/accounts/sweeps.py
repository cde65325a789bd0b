"""Deletes expired sessions and refresh tokens once a day."""

from django.core.cache import cache

from apps.accounts import services
from apps.platform.sweeps import sweep

_DAY = 24 * 60 * 60


@sweep
def prune_sessions_and_tokens() -> int:
    """Delete expired sessions and refresh tokens of the active store. Returns how many."""
    return services.prune_sessions_and_tokens() if cache.add("accounts:pruned", 1, _DAY) else 0
