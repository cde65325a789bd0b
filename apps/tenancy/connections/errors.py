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
    """No settings and no store know this alias, or no longer: another version has taken its place."""


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
    """It answers, but this process has all its connections to it in use, or no room for one more database."""

    def __init__(self, alias: str) -> None:
        super().__init__(alias, reason="has no free connection", retry_after=1)


@contextmanager
def noting_refusals() -> Iterator[list[StoreUnreachable]]:
    """Collect what is raised inside, also what Django turned into a page about an error before we saw it."""
    noted: list[StoreUnreachable] = []
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)
