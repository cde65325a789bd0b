"""`make run`: services, databases, demo, web server, task worker with its clock; in the foreground until Ctrl-C."""

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from types import FrameType

from config import embedded
from config.embedded import ports, processes, supervisor
from config.embedded.paths import PROJECT_ROOT, Local, find_local
from config.run.access import AccessLines
from config.run.prepare import OTHER_DATA
from config.run.programs import (
    Program,
    Running,
    find_running,
    newest_change,
    vendors_port,
    wait_until_ready,
)
from config.run.terminal import console, problem, step, working
from config.run.welcome import show_addresses

READY_SECONDS = 90


class Failed(Exception):
    """A step failed. The text says what and what to do; a second line, if any, is advice."""


class Stopped(BaseException):
    """Ctrl-C, SIGTERM, or the terminal was closed."""


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    os.environ.setdefault("PORT", "8000")
    os.environ.setdefault("WEB_RELOAD", "1")
    os.environ.setdefault("WEB_CONCURRENCY", "1")  # one process is up sooner
    os.environ.setdefault("WEB_THREADS", "8")
    os.environ.setdefault(
        "MALLOC_ARENA_MAX", "2"
    )  # glibc: one heap for each thread costs megabytes
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    local = find_local()
    try:
        local.create()
        with _only_one(local):
            _run(local)
    except Stopped:
        return 0
    except (Failed, embedded.ServiceError) as error:
        problem(*str(error).split("\n", 1))
        return 1
    return 0


def _run(local: Local) -> None:
    running = find_running(local)
    running.stop()  # what a killed run left behind
    _require_port()
    try:
        _start_services(running)
        _start_web(local, running)
        _prepare()
        _start_programs(running)
        show_addresses(local)
        _watch(local, running)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not interrupt stopping
        _stop_everything(running)


def _start_services(running: Running) -> None:
    working("Starting PostgreSQL, the documents server and Valkey")
    there = supervisor.find_running()
    command = [sys.executable, "-m", "config.run.services"]
    try:
        done = subprocess.run(
            command, cwd=PROJECT_ROOT, stderr=subprocess.PIPE, text=True, check=False
        )
    finally:
        started = supervisor.find_running() - there
        running.services += sorted(started - set(running.services))
        running.write()
    if done.returncode:
        raise embedded.ServiceError(done.stderr.strip() or "The services could not be started.")
    embedded.load_environment()


def _prepare() -> None:
    """In a process of its own, so that the runner stays small."""
    prepared = subprocess.run(
        [sys.executable, "-m", "config.run.prepare"], cwd=PROJECT_ROOT, check=False
    )
    if prepared.returncode == OTHER_DATA:
        raise Failed("Polystore was not started; the data is unchanged.")
    if prepared.returncode:
        raise Failed(
            "Polystore was not started.\nFix the problem above, then run `make run` again: what is done is kept."
        )


def _start_web(local: Local, running: Running) -> None:
    """It loads while the databases are prepared; then the first page is requested."""
    os.environ["WEB_ACCESS_LOG"] = str(local.logs / "access.log")
    web, _worker, *vendors = running.programs
    for program in vendors:
        _name_vendors()
        running.start(program)
    running.start(web)


def _name_vendors() -> None:
    """For every process from here on: where the vendors of the demo are."""
    port = vendors_port()
    os.environ["DEMO_VENDORS_URL"] = f"http://127.0.0.1:{port}"
    os.environ["EASYECOM_API_URL"] = f"http://127.0.0.1:{port + 1}"
    for name in ("CLICKPOST_API_URL", "CLICKPOST_TEST_API_URL", "CLICKPOST_DATE_API_URL"):
        os.environ[name] = f"http://127.0.0.1:{port + 2}"


def _start_programs(running: Running) -> None:
    working("Starting the web server")
    web, worker, *_vendors = running.programs
    deadline = time.monotonic() + READY_SECONDS
    address = f"http://127.0.0.1:{os.environ['PORT']}/ready"
    if not wait_until_ready(
        address, give_up=lambda: bool(running.find_dead()) or time.monotonic() > deadline
    ):
        _complain(running)
        raise Failed(f"{address} does not answer.\nThe end of {web.log} says why.")
    running.start(worker)
    step("The web server and the task worker with its clock run.")


def _watch(local: Local, running: Running) -> None:
    lines = AccessLines(local.logs / "access.log", errors=local.logs / "web.log")
    lines.start()
    try:
        while True:
            while not (dead := running.find_dead()):
                time.sleep(0.5)
            _wait_for_repair(dead, running)
    finally:
        lines.ended.set()


def _wait_for_repair(dead: Program, running: Running) -> None:
    """A changed file that can't be loaded ends the web server. It starts again with the next change of the code.

    Raises `Failed` for another program, and for a web server that does not follow changes.
    """
    if dead is not running.programs[0] or os.environ["WEB_RELOAD"] != "1":
        _complain(running)
    before = newest_change()
    problem(
        f"{dead.title} can't load the changed code. {_last_error(dead, running)}",
        f"It starts again as soon as a file is saved. Its log: {dead.log}",
    )
    while newest_change() == before:
        time.sleep(0.5)
    running.start(dead)
    step(f"{dead.title} starts again.")


def _complain(running: Running) -> None:
    if dead := running.find_dead():
        last = processes.last_lines(dead.log, 1, since=running.begins.get(dead.name, 0))
        raise Failed(f"{dead.title} ended by itself. {last}\nIts log: {dead.log}")


def _last_error(dead: Program, running: Running) -> str:
    """The last line of its log that names an error, such as `NameError: name 'x' is not defined`."""
    lines = processes.last_lines(dead.log, 30, since=running.begins.get(dead.name, 0)).split(" | ")
    return next((line for line in reversed(lines) if re.match(r"\w+(Error|Exception)\b", line)), "")


def _stop_everything(running: Running) -> None:
    console.print()
    working("Stopping")
    running.stop()
    try:
        supervisor.down(only=running.services)
        running.note.unlink(missing_ok=True)
        step("Stopped. The data is kept.")
    except embedded.ServiceError as error:
        problem(str(error))


def _require_port() -> None:
    port = os.environ["PORT"]
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Failed(f"PORT={port} is no port.\nChoose a number up to 65535: PORT=9000 make run")
    if not ports.is_free(int(port)):
        raise Failed(
            f"Port {port} is taken by another program.\nChoose another: PORT={int(port) + 1} make run"
        )


@contextlib.contextmanager
def _only_one(local: Local) -> Iterator[None]:
    """Two runs of one checkout would fight over its databases; two checkouts do not meet."""
    with (local.root / "run.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Failed(
                f"Polystore already runs from this checkout (pid {file.read().strip()}).\n"
                "Use that one, or stop it with Ctrl-C."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
