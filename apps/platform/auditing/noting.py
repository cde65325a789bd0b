"""Audit entries of changes: created by services for accountable actors, stored by `apps.events`.

Changes by staff (in the admin and by the API) and by operators (by commands) are written. Changes by buyers and workers
are recorded in orders, payments and the stock ledger.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from apps.common.actor import Actor, ActorKind
from apps.common.origin import Door, Origin, current_origin
from apps.platform.auditing.facts import changed_facts, facts_of, shown
from apps.tenancy.context import NoActor, current_actor, outside_store
from apps.tenancy.routers import Home, home_of
from apps.tenancy.transactions import atomic_of, rows_for_change


@dataclass(frozen=True)
class Note:
    """The values of one audit entry."""

    actor: Actor
    origin: Origin
    action: str
    target: Model | str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


Keeper = Callable[[Note], object]
_keepers: list[Keeper] = []
_is_silent: ContextVar[bool] = ContextVar("notes_are_silent", default=False)
_refuse: ContextVar[Callable[[], object] | None] = ContextVar("changes_are_refused", default=None)


def keeps_notes(function: Keeper) -> None:
    """Register the function of an upper app that stores entries. The last one registered is used."""
    _keepers[:] = [function]


def note(
    action: str,
    target: Model | str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    actor: Actor | None = None,
    always: bool = False,
) -> None:
    """Write that the current actor did `action` (`noun.past_verb`) to `target`, in the open transaction.

    Nothing is written for buyers and workers, unless `always`. A row of the master database is noted in the platform's
    log, everything else in the active home's. `before` and `after` hold no secret and no personal data.
    """
    who = noted_actor(actor, always=always)
    if who is None:
        return
    if (refuse := _refuse.get()) is not None:
        refuse()
    is_platforms = isinstance(target, Model) and home_of(target._meta.model) is Home.PLATFORM
    with outside_store() if is_platforms else nullcontext():
        for keep in _keepers:
            keep(Note(who, current_origin(), action, target, _kept(before), _kept(after)))


def _kept(facts: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return shown(facts) if facts else None


@contextmanager
def refusing_changes(refuse: Callable[[], object]) -> Iterator[None]:
    """Whatever would be noted in this block is refused before: `refuse` raises for an actor who may not change anything, and
    the transaction of the change is undone. The last guard of sessions that only look; doors refuse earlier."""
    token = _refuse.set(refuse)
    try:
        yield
    finally:
        _refuse.reset(token)


@contextmanager
def as_one_note(action: str, target: Model | str, **facts: Any) -> Iterator[None]:
    """Write one entry for this block, for work that creates hundreds of rows."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)
    note(action, target, after=facts)


@contextmanager
def audited(action: str, row: Model, **further: Any) -> Iterator[None]:
    """Write an entry for the changes of `row` in this block: two reads and one insert, in the transaction of the
    change.

    The row is read under a lock, so that "before" is the state at the start of the change. Do not use it around
    services that lock something else first. No entry where nothing changed. `further` facts (a reason) join "after".
    """
    if noted_actor() is None:
        yield
        return
    model, pk = row._meta.model, row.pk  # not `type()`: `request.user` is a lazy object
    with atomic_of(model):
        before = rows_for_change(model, pk).first()
        yield
        after = rows_for_change(model, row.pk if pk is None else pk).first()
        was = facts_of(before) if before is not None else {}
        became = facts_of(after) if after is not None else {}
        old, new = changed_facts(was, became)
        if old or new:
            target = after if after is not None else before
            note(action, target or row, before=old, after={**new, **further})


def noted_actor(actor: Actor | None = None, *, always: bool = False) -> Actor | None:
    """The actor for the entry; None for actors whose changes are not written, and within `as_one_note`."""
    if _is_silent.get() and not always:
        return None
    try:
        who = actor or current_actor()
    except NoActor:
        who = Actor.system()
    origin = current_origin()
    if who.kind is ActorKind.SYSTEM and origin.door is Door.COMMAND:
        return Actor.system(origin.command)
    return who if who.is_staff or always else None
