from collections.abc import Iterator
from typing import Any

import pytest

from apps.tenancy.context import use_actor
from tests.support.acting import STAFF


@pytest.fixture
def at_the_desk(in_store: Any) -> Iterator[Any]:
    """Staff of the store, who make and read its invoices."""
    with use_actor(STAFF):
        yield in_store
