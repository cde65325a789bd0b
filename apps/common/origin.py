"""The door through which a change came (page, API, command, task), kept beside the actor in the context and in the
audit log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Door(StrEnum):
    ADMIN = "admin"
    API = "api"
    PAGE = "page"
    COMMAND = "command"
    NONE = ""  # workers and sweeps


@dataclass(frozen=True)
class Origin:
    """`address` is the client's IP address; `command` the words an operator typed, without what came after them."""

    door: Door = Door.NONE
    address: str | None = None
    command: str = ""


_NOWHERE = Origin()
_find: ContextVar[Callable[[], Origin] | None] = ContextVar("origin", default=None)


@contextmanager
def use_origin(find: Callable[[], Origin]) -> Iterator[None]:
    """Set the origin of changes in this block. `find` is called on first use."""
    token = _find.set(find)
    try:
        yield
    finally:
        _find.reset(token)


def current_origin() -> Origin:
    find = _find.get()
    return find() if find is not None else _NOWHERE


def from_command(name: str) -> Origin:
    return Origin(Door.COMMAND, command=f"manage.py {name}")
