"""The long-running programs of `make run`: the web server, and the Celery worker with its clock."""

import hashlib
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import processes
from config.embedded.environment import is_replaced
from config.embedded.paths import PROJECT_ROOT, Local, write_private
from config.embedded.ports import is_free

LARGEST_LOG = 5_000_000
_CODE = {".py", ".html"}
PATIENCE = [(signal.SIGTERM, 12.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 5.0)]


@dataclass(frozen=True)
class Program:
    """A program in a session of its own, so that Ctrl-C reaches the runner alone and the runner stops it in order."""

    name: str
    title: str
    command: tuple[str, ...]
    log: Path
    mark: str  # is in its command line and in no other

    def start(self) -> int:
        return processes.spawn(
            [sys.executable, "-m", *self.command], log=self.log, cwd=PROJECT_ROOT
        )


def web_server(local: Local) -> Program:
    access = local.logs / "access.log"
    command = (
        "gunicorn",
        "--config",
        "python:config.gunicorn",
        "--access-logfile",
        str(access),
        "config.wsgi",
    )
    return Program("web", "The web server", command, local.logs / "web.log", mark=str(access))


def worker(local: Local) -> Program:
    node = f"polystore-{hashlib.sha256(bytes(local.root)).hexdigest()[:10]}@%h"
    schedule = str(local.root / "beat-schedule")
    command = ("config.run.tasks", "--hostname", node, "--schedule", schedule)
    return Program(
        "worker",
        "The task worker with its clock",
        command,
        local.logs / "worker.log",
        mark=schedule,
    )


def vendors(local: Local) -> Program:
    """EasyEcom and ClickPost of the demo."""
    state = str(local.root / "vendors.pickle")
    command = ("tests.vendors", "--port", str(vendors_port()), "--state", state)
    return Program(
        "vendors",
        "EasyEcom and ClickPost of the demo",
        command,
        local.logs / "vendors.log",
        mark=state,
    )


def has_vendors() -> bool:
    """Not in a copy without tests, and not where the user names EasyEcom or ClickPost themselves."""
    is_named = any(is_replaced(name) for name in ("EASYECOM_API_URL", "CLICKPOST_API_URL"))
    return not is_named and (PROJECT_ROOT / "tests" / "vendors").is_dir()


def vendors_port() -> int:
    """Its page; each vendor has one of the next two. `PORT` + 90, or the next three that are free. Picked once."""
    if "VENDORS_PORT" not in os.environ:
        first = int(os.environ["PORT"]) + 90
        found = next(
            (
                port
                for port in range(first, first + 300, 3)
                if all(map(is_free, range(port, port + 3)))
            ),
            first,
        )
        os.environ["VENDORS_PORT"] = str(found)
    return int(os.environ["VENDORS_PORT"])


@dataclass
class Running:
    """The programs that were started, noted in a file so that the next run finds what a killed run left behind."""

    programs: list[Program]
    note: Path
    pids: dict[str, int]
    services: list[str]
    begins: dict[str, int] = field(default_factory=dict)  # where this run's lines begin in a log

    def start(self, program: Program) -> None:
        if program.log.exists() and program.log.stat().st_size > LARGEST_LOG:
            program.log.unlink()
        self.begins[program.name] = program.log.stat().st_size if program.log.exists() else 0
        self.pids[program.name] = program.start()
        self.write()

    def write(self) -> None:
        noted = {"pids": self.pids, "services": self.services, "port": os.environ["PORT"]}
        write_private(self.note, json.dumps(noted))

    def find_dead(self) -> Program | None:
        for program in self.programs:
            pid = self.pids.get(program.name)
            if pid and not processes.is_running(pid, program.mark):
                return program
        return None

    def stop(self) -> None:
        """Stop all programs at the same time; kill them after 19 s."""
        living = [
            (pid, program.mark)
            for program in self.programs
            if processes.is_running(pid := self.pids.get(program.name), program.mark) and pid
        ]
        with ThreadPoolExecutor(max(len(living), 1)) as pool:
            list(pool.map(lambda one: processes.stop(*one, signals=PATIENCE), living))
        self.pids.clear()
        self.write()


def find_running(local: Local) -> Running:
    """The programs that the last run recorded; empty after an orderly end."""
    note = local.run
    programs = [web_server(local), worker(local)]
    if has_vendors():
        programs.append(vendors(local))
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
        return Running(programs, note, known["pids"], known["services"])
    except (OSError, ValueError, KeyError):
        return Running(programs, note, {}, [])


def newest_change() -> float:
    """When a file of the code was saved last, in seconds since 1970."""
    folders = (PROJECT_ROOT / name for name in ("apps", "config", "templates"))
    files = (file for folder in folders for file in folder.rglob("*.*") if file.suffix in _CODE)
    return max(map(_saved_at, files))


def _saved_at(file: Path) -> float:
    """0 for a file that an editor is just replacing."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def wait_until_ready(address: str, *, give_up: Callable[[], bool]) -> bool:
    """Ask until the address answers 200; False when `give_up` says so."""
    while not give_up():
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  our own server
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    return False
