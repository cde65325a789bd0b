"""What starting costs: `manage.py help`, the first `make run` after the downloads, the memory of all that it starts."""

import resource
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.builds import ENVIRONMENT, Build, older_build, this_build
from benchmarks.lines import Line
from benchmarks.processes import command_of, cpu_seconds, resident_mib, service_pids, tree_of

ROUNDS = 9
IS_UP = "Polystore runs."
START_SECONDS, SETTLING_SECONDS = 600, 15
Say = Callable[[str], None]


@dataclass(frozen=True)
class Start:
    seconds: float
    cpu: float
    memory: float


def measure_starting(against: str, *, say: Say) -> list[Line]:
    """Beside the older build, in one run; without one, figures alone."""
    ours = this_build()
    older = older_build(against) if against else None
    say("manage.py help")
    lines = [_compare_help(ours)]
    before = None
    if older is not None:
        say(f"First start of {against}")
        before = _start(older, say)
    say("First start of this build")
    now = _start(ours, say)
    return lines + _compare_starts(now, before, against)


def _compare_help(build: Build) -> Line:
    """In turns with a bare Django project; processor time, so that the machine's other work counts little."""
    with tempfile.TemporaryDirectory() as folder:
        django = [build.python, "-m", "django", "startproject", "bare", folder]
        subprocess.run(django, check=True, cwd=folder)
        own, bare = [], []
        for _ in range(ROUNDS):
            own.append(_cpu_of_help(build, build.root))
            bare.append(_cpu_of_help(build, Path(folder)))
    ratio = statistics.median(own) / statistics.median(bare)
    figure, limit = (f"{statistics.median(times):.2f} s CPU" for times in (own, bare))
    return Line("`manage.py help`", figure, f"bare Django {limit}", ratio, "<= 1.5", ratio <= 1.5)


def _cpu_of_help(build: Build, folder: Path) -> float:
    environment = {**ENVIRONMENT, "POLYSTORE_LOCAL": str(build.state), "PYTHONPATH": ""}
    for name in ("DATABASE_URL", "MONGODB_URI", "REDIS_URL"):
        environment.setdefault(name, "redis://127.0.0.1:9/0")  # read, never asked
    for name in ("SECRET_KEY", "JWT_SECRET", "CREDENTIALS_KEYS"):
        environment.setdefault(name, "for the help alone")
    before = _cpu_of_children()
    command = [build.python, "manage.py", "help"]
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    return _cpu_of_children() - before


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _start(build: Build, say: Say) -> Start:
    """`make run` on a new state folder until it says that it runs; its memory when the first pages were shown."""
    with _state_folder() as state, _free_port() as port:
        environment = {**ENVIRONMENT, "POLYSTORE_LOCAL": str(state), "PORT": str(port)}
        started = time.monotonic()
        process = subprocess.Popen(
            [build.python, "-u", "-m", "config.run"],
            cwd=build.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            _wait_for(process)
            seconds = time.monotonic() - started
            cpu = sum(cpu_seconds(_roots(process.pid, state)).values())
            _show_pages(port)
            time.sleep(SETTLING_SECONDS)
            memory = _memory_of(_roots(process.pid, state), say)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
    say(f"up after {seconds:.0f} s, {cpu:.1f} s CPU; {memory:.0f} MiB")
    return Start(seconds, cpu, memory)


def _wait_for(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if IS_UP in line:
            return
    raise RuntimeError(f"make run ended by itself.\n{''.join(said[-20:])}")


def _show_pages(port: int) -> None:
    for host in ("localhost", "chai.localhost", "northline.localhost"):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Host": host})
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()


def _roots(runner: int, state: Path) -> dict[str, int]:
    """The runner and the services that are not below it."""
    below = set(tree_of(runner))
    services = {kind: pid for kind, pid in service_pids(state).items() if pid not in below}
    return {"runner": runner, **services}


def _memory_of(roots: Mapping[str, int], say: Say) -> float:
    sizes = {pid: resident_mib(pid) for root in roots.values() for pid in tree_of(root)}
    for pid, size in sorted(sizes.items(), key=lambda one: -one[1]):
        if size >= 3:
            say(f"{size:7.1f} MiB  {command_of(pid)[:100]}")
    return sum(sizes.values())


def _compare_starts(now: Start, before: Start | None, against: str) -> list[Line]:
    lines = []
    for work, goal, unit, mine, theirs in (
        ("first `make run`, until it is up", 0.5, "s", now.seconds, before and before.seconds),
        ("the same, processor time", 0.5, "s CPU", now.cpu, before and before.cpu),
        ("memory of all it starts", 0.6, "MiB", now.memory, before and before.memory),
    ):
        ratio = mine / theirs if theirs else 0.0
        limit = f"{against} {theirs:.0f} {unit}" if theirs else ""
        wanted = f"<= {goal}" if theirs else ""
        line = Line(work, f"{mine:.0f} {unit}", limit, ratio, wanted, ratio <= goal)
        lines.append(line)
    return lines


@contextmanager
def _state_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="polystore-start-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _free_port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    yield port
