"""Counts on their way: all processes add to one hash of the shared cache, which becomes a batch when it is taken.

A batch has an id and stays until it is finished, so that one whose taker died is the next one's. The two keys are in one
slot of a cluster.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from apps.common.ids import new_id
from apps.tenancy.context import outside_store
from apps.tenancy.shared_cache import rate_counters

_OPEN: Final = "{metering}:open"
_TAKEN: Final = "{metering}:taken"
_ID: Final = "batch"
_TAKE: Final = """
if redis.call('EXISTS', KEYS[2]) == 0 then
  if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('RENAME', KEYS[1], KEYS[2])
end
return redis.call('HGETALL', KEYS[2])
"""
_FINISH: Final = """
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('DEL', KEYS[1]) end
return 0
"""


class Counts(NamedTuple):
    calls: int
    errors: int


class Batch(NamedTuple):
    """What several processes have counted, by store and day."""

    id: UUID
    counts: dict[tuple[UUID, date], Counts]


def hand_over(counts: Mapping[tuple[UUID, date], Counts]) -> None:
    """Add to the open hash, all or nothing. One round trip. Raises `RedisError`."""
    pipeline = _client().pipeline(transaction=True)
    for (store_id, on), (calls, errors) in counts.items():
        pipeline.hincrby(_key(_OPEN), f"{store_id} {on} calls", calls)
        if errors:
            pipeline.hincrby(_key(_OPEN), f"{store_id} {on} errors", errors)
    pipeline.execute()


def take_batch() -> Batch | None:
    """The batch that an earlier taker left, else what was handed over since. Raises `RedisError`."""
    fields = _client().eval(_TAKE, 2, _key(_OPEN), _key(_TAKEN), _ID, str(new_id()))
    found = {name.decode(): value for name, value in zip(fields[::2], fields[1::2], strict=True)}
    if not found:
        return None
    number, counts = UUID(found.pop(_ID).decode()), dict[tuple[UUID, date], Counts]()
    for name, value in found.items():
        store_id, on, what = name.split(" ")
        key = UUID(store_id), date.fromisoformat(on)
        counts[key] = counts.get(key, Counts(0, 0))._replace(**{what: int(value)})
    return Batch(number, counts)


def finish_batch(batch: Batch) -> None:
    """Delete it, once it is counted. Another batch that was taken meanwhile stays. Raises `RedisError`."""
    _client().eval(_FINISH, 1, _key(_TAKEN), _ID, str(batch.id))


def _client() -> Any:
    return rate_counters.client()


def _key(name: str) -> str:
    with outside_store():
        return rate_counters.make_key(name)
