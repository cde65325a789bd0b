"""Once a day: what people left behind when they logged out or never came back."""

from django.contrib.sessions.models import Session
from django.core.cache import cache
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from apps.common.clock import now
from apps.platform.sweeps import sweep

_DAY = 24 * 60 * 60


@sweep
def prune_sessions_and_tokens() -> int:
    """Delete expired sessions and refresh tokens of the active store. Returns how many."""
    if not cache.add("accounts:pruned", 1, timeout=_DAY):
        return 0
    sessions, _ = Session.objects.filter(expire_date__lt=now()).delete()
    tokens, _ = OutstandingToken.objects.filter(expires_at__lt=now()).delete()
    return sessions + tokens
