"""Kill a process at any line: a forked child runs the call and sends itself SIGKILL, as `kill -9` would.

Lines are counted in the modules of the sale only. The child opens connections of its own, so what it leaves behind is
what a dead web server or worker leaves: an open transaction that the database rolls back, documents half changed.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import connections

from apps.platform.tenancy.context import use_store

WATCHED = tuple(
    str(Path(settings.BASE_DIR) / "apps" / app) + os.sep
    for app in ("checkout", "payments", "fulfilment", "orders", "inventory", "carts", "events")
)
KILLED = -signal.SIGKILL
_inherited: list[Any] = []


def count_lines(store: Any, call: Callable[[], Any], *, watched: tuple[str, ...] = WATCHED) -> int:
    """Run the call to its end in a child and say how many lines it took, in the modules that are watched."""
    code, lines = _fork(store, call, kill_at=0, watched=watched)
    assert code == 0, "the call failed without being killed"
    return lines


def kill_at(
    store: Any, call: Callable[[], Any], line: int, *, watched: tuple[str, ...] = WATCHED
) -> bool:
    """Run the call in a child that dies before its `line`-th line. False when the call ended before."""
    code, _ = _fork(store, call, kill_at=line, watched=watched)
    assert code in (0, KILLED), "the call failed before it could be killed"
    return code == KILLED


def spread(lines: int, points: int) -> Iterator[int]:
    """So many line numbers over the whole call, the first and the last among them."""
    if lines <= points:
        yield from range(1, lines + 1)
        return
    for index in range(points):
        yield 1 + round(index * (lines - 1) / (points - 1))


def _fork(
    store: Any, call: Callable[[], Any], *, kill_at: int, watched: tuple[str, ...]
) -> tuple[int, int]:
    reading, writing = os.pipe()
    connections.close_all()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run_in_child(store, call, _Counter(kill_at, watched), writing)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), int(said or 0)


def _run_in_child(store: Any, call: Callable[[], Any], counter: "_Counter", writing: int) -> None:
    """Never returns. No `finally` of the test runner may run here."""
    gc.disable()
    code = 1
    try:
        for alias in connections:
            if hasattr(connections._connections, alias):  # type: ignore[attr-defined]
                _inherited.append(getattr(connections._connections, alias))  # type: ignore[attr-defined]
                delattr(connections._connections, alias)  # type: ignore[attr-defined]
        with use_store(store):
            sys.settrace(counter.enter)
            call()
            sys.settrace(None)
        os.write(writing, str(counter.lines).encode())
        code = 0
    except BaseException:
        sys.settrace(None)
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


class _Counter:
    def __init__(self, kill_at: int, watched: tuple[str, ...]) -> None:
        self.kill_at = kill_at
        self.watched = watched
        self.lines = 0

    def enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self.step if frame.f_code.co_filename.startswith(self.watched) else None

    def step(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            self.lines += 1
            if self.lines == self.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.step
