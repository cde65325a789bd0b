"""Listed calls on their way: a list of the shared cache, oldest first.

A reader looks at the head, stores it and then drops it, if the head is still the same. So a reader that dies drops nothing,
and what two read at once is stored once, by its id. The list is bounded: without a worker the oldest calls go.
"""

from collections.abc import Sequence
from typing import Any, Final

import structlog

from apps.common.portions import portions
from apps.metering.api_log.calls import ApiCallFacts
from apps.tenancy.context import outside_store
from apps.tenancy.shared_cache import rate_counters

log = structlog.get_logger(__name__)

MOST_WAITING: Final = 200_000  # some 80 MB
_QUEUE: Final = "{metering}:calls"
_STEP: Final = 1_000
_DROP: Final = """
if redis.call('LINDEX', KEYS[1], 0) == ARGV[1] then redis.call('LTRIM', KEYS[1], ARGV[2], -1) end
return 0
"""


def push(calls: Sequence[ApiCallFacts]) -> None:
    """Raises `RedisError`."""
    client, key = _client(), _key()
    for some in portions(calls, _STEP):
        length = client.rpush(key, *(call.pack() for call in some))
        if length > MOST_WAITING:
            client.ltrim(key, -MOST_WAITING, -1)
            log.warning("The oldest API calls that wait are not logged.", waiting=length)


def look_at_head(most: int) -> list[bytes]:
    """Raises `RedisError`."""
    found: list[bytes] = _client().lrange(_key(), 0, most - 1)
    return found


def drop_head(head: Sequence[bytes]) -> None:
    """Nothing where another reader has dropped it. Raises `RedisError`."""
    _client().eval(_DROP, 1, _key(), head[0], len(head))


def _client() -> Any:
    return rate_counters.client()


def _key() -> str:
    with outside_store():
        return rate_counters.make_key(_QUEUE)
