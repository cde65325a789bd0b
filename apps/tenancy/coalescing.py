"""Tasks that do everything that waits in a home: one that was published and has not begun is enough.

`publish_once` after a commit; the task calls `begin` before it reads what waits, so that later commits publish again.
"""

from contextlib import suppress
from typing import Any, Final

from django.core.cache import cache
from redis.exceptions import RedisError

_LOST_AFTER: Final = 5  # seconds, then a published task counts as lost


def publish_once(task: Any) -> None:
    """Publish the task in the active home, unless one waits there that has not begun. Without the cache it is always
    published. Raises the broker's errors."""
    if not _is_first(task):
        return
    try:
        task.apply_async(retry=False)
    except Exception:
        begin(task)
        raise


def begin(task: Any) -> None:
    with suppress(RedisError):
        cache.delete(_key(task))


def _is_first(task: Any) -> bool:
    try:
        return cache.add(_key(task), 1, _LOST_AFTER)
    except RedisError:
        return True


def _key(task: Any) -> str:
    return f"published:{task.name}"
