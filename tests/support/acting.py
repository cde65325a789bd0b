"""Who acts in a test.

Without an actor PostgreSQL refuses the rows of people. A test acts as a person (`use_actor(STAFF)`, `use_actor(GUEST)`),
makes one call as an actor with `by`, looks into a store with `seeing_all`, or asks for the fixture `system_scope` where it is the platform at work.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from apps.accounts.models import User
from apps.common.actor import Actor, ActorKind
from apps.tenancy.context import ActiveStore, use_actor, use_store

Result = TypeVar("Result")

GUEST = Actor.guest()
STAFF = Actor(ActorKind.STAFF, None, "Staff")
SYSTEM = Actor.system("test")


def customer(user: User) -> Actor:
    """The person, as in a request after a login."""
    return Actor(ActorKind.CUSTOMER, user.pk, user.email)


def by(actor: Actor, call: Callable[..., Result], /, *args: Any, **values: Any) -> Result:
    """The call, made by that actor."""
    with use_actor(actor):
        return call(*args, **values)


def rows(actor: Actor, found: Iterable[Result]) -> list[Result]:
    """The rows of a query that this actor sees."""
    return by(actor, lambda: list(found))


def seeing_all(store: Any) -> AbstractContextManager[ActiveStore]:
    """Inside the store, with the rows of all people: for what the test prepares and compares itself."""
    return use_store(store, actor=SYSTEM)
