"""How many wrong codes a visitor may type: the same count for pages and API, in the cache of rate limits."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

from django.conf import settings

from apps.common.api.throttles import parse_rate
from apps.giftcards.errors import GiftCardNotUsable, TooManyCodes
from apps.tenancy.shared_cache import rate_counters


@contextmanager
def counted_codes(visitor: str | None) -> Iterator[None]:
    """Count a code that can't be used against the visitor (an address). Raises `TooManyCodes` before the work when there
    were too many: a right code is not looked at then either."""
    limit, period = parse_rate(settings.GIFT_CARD_WRONG_CODES)
    window = int(time.time() // period)
    who = blake2b((visitor or "").encode(errors="replace"), digest_size=12).hexdigest()
    key = f"gift-card-codes:{who}:{window}"
    if (rate_counters.get(key) or 0) >= limit:
        raise TooManyCodes(retry_after=period - int(time.time() % period))
    try:
        yield
    except GiftCardNotUsable:
        rate_counters.count(key, period)
        raise
