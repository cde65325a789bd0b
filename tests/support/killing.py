"""Kill a process at any line: a forked child runs the call and sends itself SIGKILL, as `kill -9` would.

Lines are those of the modules of the sale, or of others that are named. The child opens connections of its own, so what it leaves behind is
what a dead web server or worker leaves: an open transaction that the database rolls back, documents half changed.
"""

import gc
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connections

from apps.tenancy.context import use_store
from tests.support.waiting import wait_until

WATCHED = tuple(
    str(Path(settings.BASE_DIR) / "apps" / app) + os.sep
    for app in (
        "checkout",
        "payments",
        "gateways",
        "fulfilment",
        "orders",
        "inventory",
        "returns",
        "carts",
        "events",
    )
)
KILLED = -signal.SIGKILL
_inherited: list[Any] = []


class Death(NamedTuple):
    """Before this line of code is run for the `nth` time."""

    file: str
    line: int
    nth: int


def deaths_of(
    store: Any, call: Callable[[], Any], points: int | None, *, watched: tuple[str, ...] = WATCHED
) -> list[Death]:
    """Run the call to its end in a child; where it could have died, in the order of its way through the modules that
    are watched: the first and the last pass over every line. With `points`, so many spread over them."""
    assert all(Path(one).exists() or Path(f"{one}.py").exists() for one in watched), watched
    code, said = _fork(store, call, None, watched)
    assert code == 0, "the call failed without being killed"
    deaths = [Death(*one) for one in json.loads(said)]
    assert len(deaths) > 20, "the tracer sees the code"
    if points is None or points >= len(deaths):
        return deaths
    return [deaths[round(index * (len(deaths) - 1) / (points - 1))] for index in range(points)]


def kill_at(
    store: Any, call: Callable[[], Any], death: Death, *, watched: tuple[str, ...] = WATCHED
) -> bool:
    """Run the call in a child that dies there. False when it ended without coming by."""
    code, _ = _fork(store, call, death, watched)
    assert code in (0, KILLED), "the call failed before it could be killed"
    return code == KILLED


def _fork(
    store: Any, call: Callable[[], Any], death: Death | None, watched: tuple[str, ...]
) -> tuple[int, str]:
    reading, writing = os.pipe()
    connections.close_all()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run_in_child(store, call, _Tracer(death, watched), writing)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    wait_until(lambda: not _has_sessions(child), "the server ends the sessions of the dead")
    return os.waitstatus_to_exitcode(status), said


def _has_sessions(child: int) -> bool:
    """Whether the master's server still keeps what the child held, such as locks."""
    with connections["platform"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [_name(child)]
        )
        return bool(cursor.fetchone()[0])


def _name(child: int) -> str:
    return f"dies {child}"


def _run_in_child(store: Any, call: Callable[[], Any], tracer: "_Tracer", writing: int) -> None:
    """Never returns. No `finally` of the test runner may run here."""
    gc.disable()
    os.environ["PGAPPNAME"] = _name(os.getpid())
    code = 1
    try:
        for alias in connections:
            if hasattr(connections._connections, alias):  # type: ignore[attr-defined]
                _inherited.append(getattr(connections._connections, alias))  # type: ignore[attr-defined]
                delattr(connections._connections, alias)  # type: ignore[attr-defined]
        with use_store(store):
            sys.settrace(tracer.enter)
            call()
            sys.settrace(None)
        with os.fdopen(writing, "w") as answer:
            json.dump(tracer.list_deaths(), answer)
        code = 0
    except BaseException:
        sys.settrace(None)
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


class _Tracer:
    def __init__(self, death: Death | None, watched: tuple[str, ...]) -> None:
        self.death = death
        self.watched = watched
        self.passes: Counter[tuple[str, int]] = Counter()
        self.first: dict[Death, int] = {}
        self.last: dict[tuple[str, int], int] = {}
        self.steps = 0

    def enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self.step if frame.f_code.co_filename.startswith(self.watched) else None

    def step(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            place = (frame.f_code.co_filename, frame.f_lineno)
            self.passes[place] += 1
            self.steps += 1
            self.last[place] = self.steps
            here = Death(*place, self.passes[place])
            if here == self.death:
                os.kill(os.getpid(), signal.SIGKILL)
            if here.nth == 1:
                self.first[here] = self.steps
        return self.step

    def list_deaths(self) -> list[Death]:
        when = self.first | {
            Death(*place, self.passes[place]): step for place, step in self.last.items()
        }
        return sorted(when, key=lambda death: when[death])
