"""Expiry of carts."""

from apps.carts import services as carts
from apps.platform.sweeps import sweep


@sweep
def purge_expired_carts() -> int:
    return carts.purge_expired()
