from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.common.actor import Actor
from apps.support import services as support
from apps.support.models import Ticket
from apps.tenancy.context import use_actor
from tests.support.acting import GUEST, SYSTEM, customer


@pytest.fixture
def asha(in_store: Any) -> User:
    return accounts.create_user(email="asha.menon@example.com", password="a-long-password")


@pytest.fixture
def staff(in_store: Any) -> User:
    return accounts.create_user(
        email="ravi@shop.example", password="a-long-password", role=Role.SUPPORT
    )


@pytest.fixture
def at_work(in_store: Any) -> Iterator[Any]:
    """The platform's own work: consumers, sweeps, and what a test prepares."""
    with use_actor(SYSTEM):
        yield in_store


@pytest.fixture
def ask(in_store: Any) -> Callable[..., Ticket]:
    """A request: `ask()` of a guest, `ask(user)` of a customer."""

    def make(user: User | None = None, **values: Any) -> Ticket:
        actor: Actor = customer(user) if user else GUEST
        given = {
            "email": user.email if user else "guest@example.com",
            "subject": "Where is my tea?",
            "text": "It should be here.",
            "customer_id": user.pk if user else None,
            **values,
        }
        return support.open_ticket(actor=actor, **given)

    return make
