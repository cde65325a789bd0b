"""The store of a document command: the active store, or explicitly all stores on the platform."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from apps.tenancy.context import WrongStore, current_store, current_store_or_none
from apps.tenancy.documents.errors import UnscopedAccess

STORE_KEY = "store"


@dataclass(frozen=True, slots=True)
class Scope:
    """`store` is the key as documents hold it; None stands for all stores."""

    store: str | None
    may_write: bool = True

    def require_write(self) -> None:
        if not self.may_write:
            raise UnscopedAccess(
                "across_stores() only reads; writing takes across_stores(write=True)."
            )


_across: ContextVar[Scope | None] = ContextVar("documents_across_stores", default=None)


@contextmanager
def across_stores(*, write: bool = False) -> Iterator[None]:
    """Read the documents of every store: platform reports, migrations, maintenance. Never inside a store.

    Entering a store inside the block narrows everything to that store again.
    """
    if (store := current_store_or_none()) is not None:
        raise UnscopedAccess(
            f"Store “{store.slug}” is active; across_stores() is for the platform only."
        )
    token = _across.set(Scope(store=None, may_write=write))
    try:
        yield
    finally:
        _across.reset(token)


def current_documents_scope() -> Scope:
    """The scope of the next command. Raises `NoActiveStore` when there is none."""
    store = current_store_or_none()
    if store is not None:
        return Scope(store=document_key_of(store.id))
    if (across := _across.get()) is not None:
        return across
    return Scope(store=document_key_of(current_store().id))


def document_key_of(store_id: UUID) -> str:
    """A store's id as documents hold it: 32 hex digits."""
    return store_id.hex


def active_store_id() -> UUID | None:
    """The active store's id for new documents; None outside any store (such a document can't be saved)."""
    store = current_store_or_none()
    return None if store is None else store.id


def require_own_store(store_id: UUID | None, *, what: str) -> None:
    """Raise `WrongStore` when `what` belongs to another store than the active one."""
    active = current_store_or_none()
    if active is not None and store_id is not None and store_id != active.id:
        raise WrongStore(
            f"{what} belongs to store {store_id}, but “{active.slug}” ({active.id}) is active."
        )
