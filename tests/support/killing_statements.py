"""Kill a process before a statement: a forked child runs the call and sends itself SIGKILL, as `kill -9` would."""

import gc
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper

from apps.tenancy.context import system_scope

KILLED = -signal.SIGKILL
LIVES = 0  # the number of no statement


def kill_at_statement(call: Callable[[], Any], number: int) -> bool:
    """Run it in a child that dies before it sends its so-manyth statement. False when it ended before."""
    return was_killed(start_to_die(call, number))


def start_to_die(call: Callable[[], Any], number: int) -> int:
    """The same, while the caller goes on: `was_killed` waits for the process with this id."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        run_and_die(call, number)
    return child


def was_killed(child: int) -> bool:
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, KILLED), "the call failed before it could be killed"
    return code == KILLED


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def run_and_die(call: Callable[[], Any], number: int) -> None:
    """Never returns."""
    gc.disable()
    code, left = 1, [number]
    cursors: Any = CursorWrapper
    send = cursors._execute

    def count(self: Any, *args: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            die()
        return send(self, *args)

    try:
        cursors._execute = count
        with system_scope("test"):
            call()
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)
