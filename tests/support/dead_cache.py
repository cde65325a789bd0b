"""The shared cache's server is gone."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.cache.backends.redis import RedisCacheClient

from apps.tenancy import shared_cache
from apps.tenancy.shared_cache import SharedCache


@contextmanager
def without_shared_cache() -> Iterator[None]:
    """For all threads: every command is refused, until the block ends. Then the next command is tried at once."""
    dead = RedisCacheClient(["redis://127.0.0.1:1/0"], retry=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SharedCache, "_cache", property(lambda self: dead))
        try:
            yield
        finally:
            for server in shared_cache._servers.values():
                server.succeeded()
