"""The limit of calls per account, for all processes together: counted in the cache for rate limits.

EasyEcom fills a bucket of `burst` calls by `per_second`. Here at most `per_second` calls begin within each second of the
clock, so two seconds that meet never have more than the bucket holds. While the cache does not answer each process counts
by itself, and EasyEcom's own answer 429 slows it down.
"""

import hashlib
import time
from datetime import timedelta
from typing import Any, Final

from django.core.cache import caches

from apps.easyecom.errors import RateReached
from apps.easyecom.options import Options

_PATIENCE: Final = 3.0  # seconds that a call waits for its turn
_STEP: Final = 0.05
_SECONDS_OF_DAY: Final = 86_400
# What only reads leaves so much of the day to orders.
_READS_SHARE: Final = 0.6
_REST_SECONDS: Final = 5


def take_turn(options: Options, *, is_read: bool = False) -> None:
    """Wait for the turn of a call. Raises `RateReached` for the day's end, after a 429, and where too many wait already.

    `is_read`: by the clock, which leaves a part of the day's calls to what orders need.
    """
    account = account_of(options)
    cache = caches["limits"]
    if cache.get(_rest_key(account)):
        raise RateReached(timedelta(seconds=_REST_SECONDS))
    allowed = int(options.tier.per_day * _READS_SHARE) if is_read else options.tier.per_day
    day, second = divmod(int(time.time()), _SECONDS_OF_DAY)
    key = f"easyecom:day:{account}:{day}"
    if (cache.get(key) or 0) >= allowed:
        raise RateReached(timedelta(seconds=_SECONDS_OF_DAY - second))
    ends = time.monotonic() + _PATIENCE
    while not _is_free(account, options.tier.per_second):
        if time.monotonic() > ends:
            raise RateReached(timedelta(seconds=_PATIENCE))
        time.sleep(_STEP)
    _count(key, _SECONDS_OF_DAY)


def rest(options: Options) -> None:
    """EasyEcom said that it is too much: no call of the account for some seconds."""
    caches["limits"].set(_rest_key(account_of(options)), 1, _REST_SECONDS)


def count_today(options: Options) -> int:
    """Calls of the account since midnight UTC."""
    day = int(time.time()) // _SECONDS_OF_DAY
    return int(caches["limits"].get(f"easyecom:day:{account_of(options)}:{day}") or 0)


def account_of(options: Options) -> str:
    """The account as a name that says nothing of its key."""
    return hashlib.sha256(f"easyecom {options.api_key}".encode()).hexdigest()[:16]


def _is_free(account: str, per_second: int) -> bool:
    key = f"easyecom:second:{account}:{int(time.time())}"
    if (caches["limits"].get(key) or 0) >= per_second:
        return False
    return _count(key, 10) <= per_second


def _count(key: str, seconds: int) -> int:
    counters: Any = caches["limits"]
    counted: int = counters.count(key, seconds)
    return counted


def _rest_key(account: str) -> str:
    return f"easyecom:rest:{account}"
