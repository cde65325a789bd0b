"""Errors of a store's database that can't be used now. No host, user or driver's text is in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import OperationalError
from django.utils.connection import ConnectionDoesNotExist

from apps.tenancy.aliases import parse_alias
from apps.tenancy.context import NoActiveStore

_noted: ContextVar["list[StoreUnreachable] | None"] = ContextVar("noted_refusals", default=None)


class UnknownDatabase(NoActiveStore, ConnectionDoesNotExist):
    """The alias is in no settings and belongs to no store, or a newer version replaced it."""


class StoreUnreachable(OperationalError):
    """A placed database does not answer, or refuses us. `retry_after` is in whole seconds."""

    def __init__(
        self, alias: str, *, reason: str = "does not answer", retry_after: int = 5
    ) -> None:
        # a store's alias holds its id
        what = "The store's own database" if parse_alias(alias) else f"The database {alias}"
        super().__init__(f"{what} {reason}.")
        self.alias = alias
        self.retry_after = retry_after
        noted = _noted.get()
        if noted is not None:
            noted.append(self)


class PoolFull(StoreUnreachable):
    """The database answers, but all connections of this process are in use, or the process has reached its number of
    databases."""

    def __init__(self, alias: str) -> None:
        super().__init__(alias, reason="has no free connection", retry_after=1)


@contextmanager
def noting_refusals() -> Iterator[list[StoreUnreachable]]:
    """Collect `StoreUnreachable` errors of this block, also those that Django has turned into an error page."""
    noted: list[StoreUnreachable] = []
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)
