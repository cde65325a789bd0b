"""Another process at work on a store."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from apps.operations.store_locks import exclusive_store_operation
from apps.tenancy.context import outside_store


@contextmanager
def somebody_else(store: Any, doing: str, *, shared: bool = False) -> Iterator[None]:
    """Another process works on the store: a thread with a connection of its own."""
    holds, done = threading.Event(), threading.Event()

    def work() -> None:
        try:
            with outside_store(), exclusive_store_operation(store.id, doing, shared=shared):
                holds.set()
                done.wait(60)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    assert holds.wait(30)
    try:
        yield
    finally:
        done.set()
        thread.join(30)
