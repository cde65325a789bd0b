"""Real threads on real connections, for tests of what happens at once. Use with `throwaway_store`."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections

from apps.tenancy.context import system_scope, use_store


def run_at_once(store: Any, calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run every call in a thread and a connection of its own, inside `store`, all starting together.

    Answers what each returned or raised, in the order of the calls.
    """
    barrier = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            with system_scope("test"), use_store(store):
                barrier.wait(30)
                answers[index] = call()
        except Exception as error:
            answers[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index, call)) for index, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def fails(answers: Sequence[Any]) -> list[Exception]:
    """Those of the answers that are exceptions."""
    return [answer for answer in answers if isinstance(answer, Exception)]
