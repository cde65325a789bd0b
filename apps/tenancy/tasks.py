"""A Celery task runs inside the store it was published in, and leaves none behind.

It runs in a system scope. The store's id travels in the message headers. A task without a store is refused, unless it
is declared `@shared_task(platform=True)`: those run with no store active. A task that is refused by the write pause is
retried later.
"""

import sys
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from celery import Task, current_task
from django.db import close_old_connections, transaction

from apps.tenancy.connections import StoreUnreachable, require_reachable
from apps.tenancy.context import (
    NoActiveStore,
    current_store_or_none,
    outside_store,
    system_scope,
    use_store,
)
from apps.tenancy.directory import get_directory
from apps.tenancy.errors import PAUSE_RETRY_SECONDS, StorePaused

STORE_HEADER = "polystore_store"
UNREACHABLE_RETRY_SECONDS = 30


class StoreTask(Task):
    """Base class of every task (`config/celery.py`)."""

    abstract = True
    platform = False

    # the stubs name every option; here they pass through
    def apply_async(  # type: ignore[override]
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        headers = dict(options.pop("headers", None) or {})
        store_id = _store_to_stamp()
        if store_id is not None and not self.platform:
            headers.setdefault(STORE_HEADER, store_id)
        return super().apply_async(args, kwargs, headers=headers, **options)

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """Publish after the commit of the active home's transaction, with the store that is active now."""
        store = current_store_or_none()
        headers = {STORE_HEADER: str(store.id)} if store is not None and not self.platform else {}
        transaction.on_commit(lambda: self.apply_async(args, kwargs, headers=headers), robust=True)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.request.called_directly:
            return super().__call__(*args, **kwargs)
        close_old_connections()
        try:
            with system_scope(self.name), self._home():
                return super().__call__(*args, **kwargs)
        except StorePaused as paused:
            # Republishes the same message until the store accepts changes again.
            raise self.retry(
                exc=paused, countdown=PAUSE_RETRY_SECONDS, max_retries=sys.maxsize
            ) from None
        except StoreUnreachable as unreachable:
            # Like a write pause: retried until the store's own server answers again.
            raise self.retry(
                exc=unreachable, countdown=UNREACHABLE_RETRY_SECONDS, max_retries=sys.maxsize
            ) from None
        finally:
            close_old_connections()

    def _home(self) -> AbstractContextManager[Any]:
        if self.platform:
            return outside_store()
        store = _store_of_request(self)
        require_reachable(store)
        return use_store(store)


def _store_to_stamp() -> str | None:
    """The active store, or the running task's: the worker publishes chains and chords after the task's block."""
    store = current_store_or_none()
    if store is not None:
        return str(store.id)
    if current_task:
        stamped = (current_task.request.headers or {}).get(STORE_HEADER)
        return str(stamped) if stamped else None
    return None


def _store_of_request(task: Task) -> Any:
    stamped = (task.request.headers or {}).get(STORE_HEADER) or getattr(
        task.request, STORE_HEADER, None
    )
    if not stamped:
        raise NoActiveStore(f"Task {task.name} was published without a store.")
    return get_directory().get_active_store(store_id=UUID(str(stamped)))
