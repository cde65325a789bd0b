"""Sweeps of integrations. A store that is connected to nothing pays nothing."""

from django.core.cache import cache
from redis.exceptions import RedisError

from apps.integrations import services as integrations
from apps.platform.sweeps import sweep
from apps.tenancy.context import current_store

_PAUSE = 300


@sweep
def mail_about_silent_systems() -> int:
    """Sweeps run with each wake-up of the store; every five minutes are enough for this one."""
    if not current_store().integrations or not _is_time():
        return 0
    return integrations.watch_connections()


def _is_time() -> bool:
    try:
        return bool(cache.add("integrations:watched", 1, _PAUSE))
    except RedisError:
        return True
