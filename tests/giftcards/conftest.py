from collections.abc import Iterator
from typing import Any

import pytest

from apps.accounts.models import User
from apps.tenancy.context import use_actor
from tests.support.acting import SYSTEM


@use_actor(SYSTEM)
def make(email: str) -> User:
    return User.objects.create_user(email=email, password="long enough 42")


@pytest.fixture
def customer(in_store: Any) -> User:
    return make("asha@example.com")


@pytest.fixture
def other(in_store: Any) -> User:
    return make("ravi@example.com")


@pytest.fixture
def at_work() -> Iterator[None]:
    """The platform's own processes act."""
    with use_actor(SYSTEM):
        yield
