"""A repeated request is executed once and answered each time, as with Stripe's `Idempotency-Key`.

The key is inserted and committed before the work, so a second request always finds it.
The work's own guards (the checkout's fence, unique keys) stay the last word: a holder that stalls longer than
`TAKE_OVER_AFTER` and then wakes up may run beside the one that took over.

A holder whose last write was refused (the store was paused meanwhile) leaves a note in the cache: the next request need
not wait, and a finished answer is not lost. Without the note (no cache, a dead process) the key is taken over after a minute.
"""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import IntegrityError
from django.utils.translation import gettext
from redis.exceptions import RedisError

from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.common.ids import new_id
from apps.events.errors import IdempotencyInProgress, IdempotencyKeyReused
from apps.events.models import IdempotencyKey
from apps.events.states import KeyState
from apps.tenancy.context import system_scope
from apps.tenancy.prepared import PreparedUpdate, insert_rows
from apps.tenancy.routers import home_connection
from apps.tenancy.transactions import atomic_at_home

TAKE_OVER_AFTER = timedelta(seconds=60)
RETRY_AFTER_SECONDS = 5
NOTE_SECONDS = 3600  # longer than a store is paused
MAX_KEY_LENGTH = 255
_NOTE = "idempotency:{}"

# "In progress" and "too many requests" depend on the moment, not on the request.
_NOT_KEPT = frozenset({409, 429})


@dataclass(frozen=True)
class StoredAnswer:
    """`body` is JSON; `replayed`: an earlier request did the work. An answer with a secret for this caller must not be
    kept, and neither must a refusal that depends on stored data."""

    status: int
    body: Any
    replayed: bool = False
    is_secret: bool = False
    is_final: bool = True


def make_fingerprint(*parts: str | bytes) -> str:
    """The fingerprint of a request, from method, path and body."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def idempotent(
    *, scope: str, key: str, fingerprint: str, call: Callable[[], StoredAnswer]
) -> StoredAnswer:
    """Return the answer of the first request with this key, or get it from `call()` and keep it. Two statements more.

    `scope` separates the keys of different callers and actions (`"orders.create:<credential>"`); stores are separated
    anyway. Kept are final answers below 500 other than 409 and 429; the others, and exceptions, free the key again.
    Raises `IdempotencyInProgress` while the first is running (a dead one is taken over after a minute) and
    `IdempotencyKeyReused` when the fingerprint is another one. `call` must not run in an open transaction: the key
    would roll back with it.
    """
    _require_valid(key)
    holder = new_id()
    with system_scope("idempotency"):  # stored answers are readable by their key only
        row = _insert(scope, key, fingerprint, holder) or _find(scope, key, fingerprint, holder)
    if row.state == KeyState.ANSWERED:
        return StoredAnswer(row.status or 200, row.body, replayed=True)
    return _run(row.pk, holder, call)


def _find(scope: str, key: str, fingerprint: str, holder: UUID) -> IdempotencyKey:
    """The first request's row, answered, or taken over from a holder that died."""
    row = IdempotencyKey.objects.filter(scope=scope, key=key).first()
    if row is None:  # freed in this moment
        raise IdempotencyInProgress(retry_after=RETRY_AFTER_SECONDS)
    if row.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    if row.state != KeyState.ANSWERED:
        note = _read_note(row.holder)
        if note:
            _finish(row.pk, row.holder, StoredAnswer(note["status"], note["body"]))
            row.state, row.status, row.body = KeyState.ANSWERED, note["status"], note["body"]
        else:
            _take_over(row, holder, has_ended=note is not None)
    return row


def _run(pk: UUID, holder: UUID, call: Callable[[], StoredAnswer]) -> StoredAnswer:
    try:
        answer = replace(call(), replayed=False)
    except BaseException:
        if not home_connection().needs_rollback:
            _finish(pk, holder, None)
        raise
    is_kept = answer.is_final and not answer.is_secret
    is_kept = is_kept and answer.status < 500 and answer.status not in _NOT_KEPT
    _finish(pk, holder, answer if is_kept else None)
    return answer


def _finish(pk: UUID, holder: UUID, answer: StoredAnswer | None) -> None:
    """Keep the answer, or free the key; neither if another request has taken over meanwhile."""
    try:
        with system_scope("idempotency"):
            if answer is None:
                IdempotencyKey.objects.filter(pk=pk, holder=holder).delete()
            else:
                _keep(pk=pk, holder=holder, status=answer.status, body=answer.body)
    except Exception:
        # a write pause, or a database that is gone: the note answers the next request
        _leave_note(holder, answer)
        raise


_keep = PreparedUpdate(
    lambda pk, holder, status, body: (
        IdempotencyKey.objects.filter(pk=pk, holder=holder),
        {"state": KeyState.ANSWERED, "status": status, "body": body},
    )
)


def _leave_note(holder: UUID, answer: StoredAnswer | None) -> None:
    """The result of a run that could not be written into its row, with its answer if there was one."""
    note = {} if answer is None else {"status": answer.status, "body": answer.body}
    with suppress(RedisError):
        cache.set(_NOTE.format(holder.hex), note, NOTE_SECONDS)


def _read_note(holder: UUID) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] | None = cache.get(_NOTE.format(holder.hex))
    except RedisError:
        return None
    return found


def _insert(scope: str, key: str, fingerprint: str, holder: UUID) -> IdempotencyKey | None:
    row = IdempotencyKey(scope=scope, key=key, fingerprint=fingerprint, holder=holder)
    try:
        with _savepoint_if_nested():
            insert_rows([row])
    except IntegrityError:
        return None
    return row


def _take_over(row: IdempotencyKey, holder: UUID, *, has_ended: bool) -> None:
    """Compare-and-set: of several requests that find a dead holder, one continues."""
    if not has_ended and row.locked_at > now() - TAKE_OVER_AFTER:
        raise IdempotencyInProgress(retry_after=RETRY_AFTER_SECONDS)
    taken = IdempotencyKey.objects.filter(
        pk=row.pk, holder=row.holder, state=KeyState.RUNNING
    ).update(holder=holder, locked_at=now())
    if not taken:
        raise IdempotencyInProgress(retry_after=RETRY_AFTER_SECONDS)


def release_running_keys() -> int:
    """Let the next request with such a key take it over at once; returns the number of keys. Only safe when the holders
    can't finish any more: in a store's new place before it accepts requests."""
    past = now() - 2 * TAKE_OVER_AFTER
    return IdempotencyKey.objects.filter(state=KeyState.RUNNING).update(locked_at=past)


def _savepoint_if_nested() -> AbstractContextManager[Any]:
    """The INSERT is normally its own transaction; inside another one (tests) a conflict must not abort it."""
    if home_connection().in_atomic_block:
        return atomic_at_home()
    return nullcontext()


def _require_valid(key: str) -> None:
    if not key or len(key) > MAX_KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise InvalidInput(
            gettext("An idempotency key has 1 to %(max_key_length)s printable ASCII characters.")
            % {"max_key_length": MAX_KEY_LENGTH},
            fields={"Idempotency-Key": [gettext("Not a valid key.")]},
        )
