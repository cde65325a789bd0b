"""The ways of billing of this installation."""

from typing import Final

from apps.billing.providers.base import BillingProvider, unknown_provider
from apps.billing.providers.by_hand import ByHand

BY_HAND: Final = ByHand()
_INSTALLED: Final[dict[str, BillingProvider]] = {each.code: each for each in (BY_HAND,)}


def get_provider(code: str) -> BillingProvider:
    """Raises `InvalidInput`."""
    found = _INSTALLED.get(code)
    if found is None:
        raise unknown_provider(code)
    return found
