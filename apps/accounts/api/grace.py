"""Repeated use of a refresh token within seconds returns the same new pair. Only claims are stored, not tokens: without
the signing key they are useless. The key is the used token's id, in the cache of the store that made it.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import RefreshToken

GRACE_SECONDS: Final = 10


@dataclass(frozen=True)
class Successor:
    """The claims of the pair that a token was exchanged for."""

    refresh: dict[str, Any]
    access: dict[str, Any]


def find(token: RefreshToken) -> Successor | None:
    try:
        found: Successor | None = cache.get(_key(token))
    except RedisError:
        return None
    return found


def agree(token: RefreshToken, mine: Successor) -> Successor:
    """The one pair that all requests get which exchange the same token at the same time: the pair of the first request.

    Without a cache each request keeps its own pair, and the used token's row lets only one of them through.
    """
    try:
        if cache.add(_key(token), mine, timeout=GRACE_SECONDS):
            return mine
        return find(token) or mine
    except RedisError:
        return mine


def forget(token: RefreshToken) -> None:
    """The exchange failed."""
    try:
        cache.delete(_key(token))
    except RedisError:
        return


def _key(token: RefreshToken) -> str:
    return f"refreshed:{token[api_settings.JTI_CLAIM]}"
