"""Limits of size and age of carts; each can be overridden in the settings under the same name."""

from typing import Literal

from django.conf import settings

_DEFAULTS = {
    "CART_MAX_LINES": 100,
    "CART_MAX_QUANTITY": 999,
    "CART_DAYS": 30,
    "CART_KEEP_CLOSED_DAYS": 7,
}

LimitName = Literal["CART_MAX_LINES", "CART_MAX_QUANTITY", "CART_DAYS", "CART_KEEP_CLOSED_DAYS"]


def cart_limit(name: LimitName) -> int:
    return int(getattr(settings, name, _DEFAULTS[name]))
