"""The ways of billing of this installation."""

from typing import Final

from django.utils.translation import gettext

from apps.billing.providers.base import BillingProvider, OnlineProvider, unknown_provider
from apps.billing.providers.by_hand import ByHand
from apps.billing.providers.pretended import TestBilling
from apps.billing.providers.stripe.provider import StripeBilling

BY_HAND: Final = ByHand()
STRIPE: Final = StripeBilling()
TEST: Final = TestBilling()
# In the order in which they are offered: the first that is enabled.
_ONLINE: Final[tuple[OnlineProvider, ...]] = (STRIPE, TEST)
_INSTALLED: Final[dict[str, BillingProvider]] = {each.code: each for each in (BY_HAND, *_ONLINE)}


def get_provider(code: str) -> BillingProvider:
    """Raises `InvalidInput`."""
    found = _INSTALLED.get(code)
    if found is None:
        raise unknown_provider(code)
    return found


def find_online(code: str) -> OnlineProvider | None:
    """The provider, where merchants pay at it."""
    found = _INSTALLED.get(code)
    return found if isinstance(found, OnlineProvider) else None


def offered_online(currency: str) -> OnlineProvider | None:
    """At which merchants can pay invoices in this currency now."""
    return next((each for each in _ONLINE if each.is_enabled() and each.takes(currency)), None)


def usable(code: str, currency: str) -> BillingProvider:
    """The provider of that code, as long as it is enabled; else billing by hand."""
    found = _INSTALLED.get(code)
    if found is None or not found.is_enabled():
        return BY_HAND
    if isinstance(found, OnlineProvider) and not found.takes(currency):
        return BY_HAND
    return found


def provider_label(code: str) -> str:
    found = find_online(code)
    return str(found.label) if found is not None else gettext("by hand")
