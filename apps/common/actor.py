"""The actor: the person or process that acts. Part of the context, like the active store, and of every event."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    CUSTOMER = "customer"
    GUEST = "guest"
    STAFF = "staff"
    KEY = "key"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """`id` is the user's id in the active home, or the id of a program's key, or None for guests and the system; `label` is
    for people."""

    kind: ActorKind
    id: UUID | None
    label: str

    @classmethod
    def system(cls, label: str = "system") -> "Actor":
        return cls(ActorKind.SYSTEM, None, label)

    @classmethod
    def guest(cls, label: str = "guest") -> "Actor":
        return cls(ActorKind.GUEST, None, label)

    @property
    def is_staff(self) -> bool:
        """Acts for the store: a person who works there, or a program with one of its keys."""
        return self.kind in (ActorKind.STAFF, ActorKind.KEY)

    @property
    def sees_all(self) -> bool:
        """Whether rows of all people are open to this actor: a store's staff, its keys and our own processes."""
        return self.is_staff or self.kind is ActorKind.SYSTEM
