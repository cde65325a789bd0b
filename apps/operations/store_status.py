"""Whether a store may sell: suspended, reinstated, archived, published. Staff give a reason, and the owners get it by
mail."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Annotated, Final

from django.db import DatabaseError
from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.errors import Conflict
from apps.common.hooks import Hook
from apps.common.states import require_transition
from apps.common.typed_text import Block, cleans_text
from apps.operations.restore import restore_progress
from apps.operations.restore.restoring import is_under_way
from apps.operations.store_locks import require_idle
from apps.platform import selectors
from apps.platform.agreements import agreement_changed
from apps.platform.auditing import note
from apps.platform.models import Store, StoreDeletion
from apps.platform.states import STORE_TRANSITIONS, StoreStatus
from apps.tenancy.connections import StoreUnreachable
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform, on_commit_on_platform
from apps.tenancy.write_pause import resume_writes


class StatusChange(StrEnum):
    """A change of a store's status, as named in the audit log and the mail to its owners."""

    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    ARCHIVED = "archived"
    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"


_MOVED: Final = {
    StoreStatus.SUSPENDED: StatusChange.SUSPENDED,
    StoreStatus.ACTIVE: StatusChange.REINSTATED,
    StoreStatus.ARCHIVED: StatusChange.ARCHIVED,
}
Listener = Callable[[Store, StatusChange, str], None]
# Registers a function of an app's `status_changed.py`. It gets store, change and reason once the change is committed.
when_status_changes: Final = Hook[Listener]("status_changed")


@cleans_text
def suspend_store(*, store: Store, reason: Annotated[str, Block(500, required=True)]) -> Store:
    """Close the shop; its staff have read access and see the reason. No data changes.

    Replaces the reason of a suspended store.
    """
    return _move(store, StoreStatus.SUSPENDED, reason)


@cleans_text
def change_suspension_reason(
    *, store: Store, reason: Annotated[str, Block(500, required=True)]
) -> Store:
    """Replace the reason of a suspended store and mail it to its owners. The same reason changes nothing. Raises
    `Conflict` unless the store is suspended."""
    with atomic_on_platform():
        locked = Store.objects.select_for_update().get(pk=store.pk)
        if locked.status != StoreStatus.SUSPENDED:
            raise Conflict(
                gettext("%(name)s is %(status_display)s, not suspended.")
                % {"name": locked.name, "status_display": locked.get_status_display()}
            )
        _require_restored(locked)
        _replace_reason(locked, reason)
    return _mirror(store, locked)


@cleans_text
def reinstate_store(*, store: Store, reason: Annotated[str, Block(500)] = "") -> Store:
    """Serve a suspended or archived store again."""
    return _move(store, StoreStatus.ACTIVE, reason)


@cleans_text
def archive_store(*, store: Store, reason: Annotated[str, Block(500)] = "") -> Store:
    """Archive a store: it serves nothing and runs no work; all its data is kept."""
    return _move(store, StoreStatus.ARCHIVED, reason)


@cleans_text
def set_published(
    *, store: Store, is_published: bool, reason: Annotated[str, Block(500)] = ""
) -> Store:
    """Open or close the shop to visitors; the store's staff keep their admin either way. Idempotent.

    Raises `Conflict` for a store that is not active: whether it is published says nothing there.
    """
    with atomic_on_platform():
        locked = Store.objects.select_for_update().get(pk=store.pk)
        if locked.status != StoreStatus.ACTIVE:
            verb = "published" if is_published else "unpublished"
            raise Conflict(
                gettext(
                    "%(name)s is %(status_display)s: it can't be %(verb)s before it is active again."
                )
                % {"name": locked.name, "status_display": locked.get_status_display(), "verb": verb}
            )
        if locked.is_published != is_published:
            locked.is_published = is_published
            locked.save(update_fields=["is_published", "updated_at"])
            _announce(
                locked, StatusChange.PUBLISHED if is_published else StatusChange.UNPUBLISHED, reason
            )
    store.is_published = is_published
    return store


def _move(store: Store, target: StoreStatus, reason: str) -> Store:
    with atomic_on_platform():
        locked = Store.objects.select_for_update().get(pk=store.pk)
        _require_restored(locked)
        if locked.status == target == StoreStatus.SUSPENDED:
            _replace_reason(locked, reason)
        elif locked.status != target:
            require_transition(
                STORE_TRANSITIONS,
                subject=f"The store {locked.name}",
                current=locked.status,
                target=target,
            )
            is_suspended = target == StoreStatus.SUSPENDED
            locked.status = target
            locked.suspension_reason = reason if is_suspended else ""
            locked.suspended_at = now() if is_suspended else None
            fields = ["status", "suspension_reason", "suspended_at", "updated_at"]
            locked.save(update_fields=fields)
            if target == StoreStatus.ACTIVE:
                forget_deletion(locked)
            agreement_changed(locked.pk)
            _announce(locked, _MOVED[target], reason)
    return _mirror(store, locked)


def _require_restored(locked: Store) -> None:
    """A restore suspends a store without a reason. The shop and its admin stay closed until the restore is complete.

    Raises `Conflict` for a store whose restore is incomplete, `StoreAtWork` while the restore runs.
    """
    if locked.status != StoreStatus.SUSPENDED or locked.suspension_reason:
        return
    if locked.pk in restore_progress.list_pending():
        raise Conflict(
            gettext(
                "%(name)s is not restored yet. Repeat restore_platform with the same folder first."
            )
            % {"name": locked.name}
        )
    require_idle(locked.pk)
    if _is_half_restored(locked):
        raise Conflict(
            gettext("%(name)s is not restored yet. Repeat restore_store first.")
            % {"name": locked.name}
        )


def _is_half_restored(store: Store) -> bool:
    try:
        return is_under_way(store)
    except (DatabaseError, StoreUnreachable) as error:
        raise Conflict(
            gettext("The database of %(name)s does not answer. Try again later.")
            % {"name": store.name}
        ) from error


def _replace_reason(locked: Store, reason: str) -> None:
    if locked.suspension_reason == reason:
        return
    before, locked.suspension_reason = locked.suspension_reason, reason
    locked.save(update_fields=["suspension_reason", "updated_at"])
    note(
        "store.suspension_reason_changed",
        locked,
        before={"reason": before} if before else None,
        after={"reason": reason},
    )
    _notify(locked, StatusChange.SUSPENDED, reason)


def _mirror(store: Store, locked: Store) -> Store:
    """Copy the stored values to the caller's row."""
    for name in ("status", "suspension_reason", "suspended_at"):
        setattr(store, name, getattr(locked, name))
    return store


def _announce(store: Store, change: StatusChange, reason: str) -> None:
    note(f"store.{change}", store, after={"reason": reason} if reason else None)
    _notify(store, change, reason)


def _notify(store: Store, change: StatusChange, reason: str) -> None:
    """After the commit: clear the cached status in every process and call the listeners."""
    on_commit_on_platform(selectors.forget_addresses)
    for listener in when_status_changes:
        on_commit_on_platform(partial(listener, store, change, reason))


def forget_deletion(store: Store) -> None:
    """The deletion is cancelled: the write pause of its export ends. Its export does not contain later changes. Call it
    in the transaction that holds the store's row."""
    if StoreDeletion.objects.filter(store=store).exists():
        with outside_store():
            resume_writes(store.active_store)
        StoreDeletion.objects.filter(store=store).delete()
