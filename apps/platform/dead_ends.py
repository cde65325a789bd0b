"""Dead ends: what is neither finished nor undone and goes no further by itself, so that a person decides.

An app's `dead_ends.py` registers its kinds with `dead_end(Kind(...))`; they are looked at inside the store. A page of its
admin and `manage.py dead_ends` show them all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet, TextChoices
from django_stubs_ext import StrOrPromise

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.hooks import Hook
from apps.platform.auditing import note
from apps.tenancy.transactions import atomic_at_home

# What a sweep works on is no dead end before it has failed for so long.
STUCK_AFTER: Final = timedelta(hours=1)
MOST_SHOWN: Final = 100


@dataclass(frozen=True)
class DeadEnd:
    """A row for people: what, since when it needs a decision, and why in words. `order_id` is that of the order it is about,
    `part` the part of the order's page where it is decided: the id of an element. `remedy` is what has to be done there before the
    button can help: the words of a link."""

    key: str
    what: str
    since: datetime
    why: str
    order_id: UUID | None = None
    part: str = ""
    remedy: str = ""


class Found(Protocol):
    """The rows of a kind that are dead ends now, the oldest first."""

    def list(self, most: int) -> Sequence[Any]: ...

    def count(self) -> int: ...

    def get(self, key: str) -> Any | None: ...


@dataclass(frozen=True)
class Rows:
    """`Found` in SQL: each use makes its own query."""

    query: Callable[[], QuerySet[Any]]

    def list(self, most: int) -> Sequence[Any]:
        return list(self.query()[:most])

    def count(self) -> int:
        return self.query().count()

    def get(self, key: str) -> Any | None:
        try:
            return self.query().filter(pk=key).first()
        except (ValidationError, ValueError):  # no key of such a row
            return None


@dataclass(frozen=True)
class Dismissal:
    """The second button of a kind: a row needs no decision, and is kept as it is. `put` may be called twice, and writes
    the audit log itself."""

    button: StrOrPromise
    put: Callable[[Any], object]


@dataclass(frozen=True)
class Kind:
    """One kind of dead end, with its button; where a row may be left as it is, with a second one that dismisses it.

    `resolve` tries again or undoes by a service that may be called twice; None: the decision needs a form of the order's
    page, and the button leads there. `sees` and `needs` are the permissions to see a row and to press its button.
    `covers` are the states that would have no way out without this kind.
    """

    code: str
    title: StrOrPromise
    button: StrOrPromise
    found: Found
    describe: Callable[[Any], DeadEnd]
    resolve: Callable[[Any, Actor], object] | None
    sees: str
    needs: str
    covers: frozenset[str] = frozenset()
    dismissal: Dismissal | None = None


dead_end: Final = Hook[Kind]("dead_ends", key=lambda kind: kind.code)


@dataclass(frozen=True)
class Outcome:
    """`is_gone`: it was settled before the button was pressed. `left` is what it still is afterwards."""

    is_gone: bool = False
    left: DeadEnd | None = None


def states(*members: TextChoices) -> frozenset[str]:
    """`RefundState.requested`: equal texts of different machines are different states."""
    return frozenset(f"{type(member).__name__}.{member.value}" for member in members)


def stuck_before() -> datetime:
    return now() - STUCK_AFTER


def list_dead_ends(kind: Kind, *, most: int = MOST_SHOWN) -> list[DeadEnd]:
    return [kind.describe(row) for row in kind.found.list(most)]


def dismiss_dead_end(*, kind: Kind, key: str) -> Outcome:
    """Press the second button of a row. Repeatable: what is settled meanwhile is left alone. Raises what the service
    refuses."""
    row = kind.found.get(key)
    if row is None or kind.dismissal is None:
        return Outcome(is_gone=row is None)
    kind.dismissal.put(row)
    return Outcome()


def resolve_dead_end(*, kind: Kind, key: str, actor: Actor) -> Outcome:
    """Press the button of a row. Repeatable: what is settled meanwhile is left alone.

    Raises what the service refuses, such as `GatewayUnavailable`; the row stays then.
    """
    row = kind.found.get(key)
    if row is None or kind.resolve is None:
        return Outcome(is_gone=row is None)
    what = kind.describe(row).what
    kind.resolve(row, actor)
    with atomic_at_home():
        note("dead_end.tried_again", what, actor=actor, after={"kind": str(kind.title)})
    left = kind.found.get(key)
    return Outcome(left=kind.describe(left) if left is not None else None)
