"""How many wrong codes a visitor may type: the same count for pages and API, in the windows of the rate limits."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from apps.common.api.throttles import window_of
from apps.giftcards.errors import GiftCardNotUsable, TooManyCodes


@contextmanager
def counted_codes(visitor: str | None) -> Iterator[None]:
    """Count a code that can't be used against the visitor (an address). Raises `TooManyCodes` before the work when there
    were too many: a right code is not looked at then either."""
    window = window_of("gift-card-codes", visitor or "", settings.GIFT_CARD_WRONG_CODES)
    if window.is_used_up:
        raise TooManyCodes(retry_after=window.reset_in)
    try:
        yield
    except GiftCardNotUsable:
        window.count()
        raise
