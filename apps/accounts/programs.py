"""A program as the sender of a request: it has a key instead of a login, and is an actor of its own."""

from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar
from uuid import UUID

from apps.common.actor import Actor, ActorKind
from apps.tenancy.context import current_store_or_none


@dataclass(frozen=True)
class Program:
    """Takes the place of a user in a request of the API, without a row in the table of people.

    `permissions` are patterns as in `roles.py`, which stand for its `scopes`. `rate` limits its requests, as `600/m`.
    """

    pk: UUID
    label: str
    permissions: Collection[str] = ()
    scopes: Collection[str] = ()
    rate: str = ""

    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False
    is_active: ClassVar[bool] = True
    is_staff: ClassVar[bool] = False
    is_superuser: ClassVar[bool] = False
    is_program: ClassVar[bool] = True

    def has_perm(self, permission: str) -> bool:
        """As for people: in a suspended store a program reads only."""
        store = current_store_or_none()
        if store is not None and store.is_suspended and ".view_" not in permission:
            return False
        return any(fnmatchcase(permission, pattern) for pattern in self.permissions)

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.KEY, self.pk, self.label)
