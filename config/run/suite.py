"""`make test` and `make matrix`: the suite on services of its own. It leaves no process running."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from types import FrameType

from config.embedded.paths import PROJECT_ROOT

STATE = PROJECT_ROOT / ".local" / "test"
os.environ["POLYSTORE_TEST_SERVICES"] = "1"
os.environ["POLYSTORE_LOCAL"] = str(STATE)  # before anything asks where the state is

from config import embedded  # noqa: E402
from config.embedded.paths import find_local  # noqa: E402
from config.run.chromium import find_chromium, install_chromium  # noqa: E402
from config.run.debian import ensure_program  # noqa: E402
from config.run.leftovers import end_leftovers, mark_this_run  # noqa: E402
from config.run.terminal import console, problem, step, working  # noqa: E402

PROCESSES = "2"
# Program, which is also the marker of the tests that need it; title; Debian's package without the system's service
SERVERS = (
    ("mariadbd", "MariaDB", "mariadb-server-core mariadb-client-core"),
    ("pgbouncer", "pgbouncer", "pgbouncer"),
)
# Tools with which an operator opens an archive; needed in every run. Debian and its containers have tar, and mostly
# zstd.
TOOLS = (("zstd", "zstd", "zstd"), ("age", "age", "age"))


# Options of pytest whose value may look like a path
TAKES_A_VALUE = (
    "-k",
    "-m",
    "-p",
    "-o",
    "-W",
    "--deselect",
    "--ignore",
    "--ignore-glob",
    "--junitxml",
)

# Tests of orders, money and stock, which run again with the suite's stores on other servers.
PLACED_FOLDERS = [
    f"tests/{name}"
    for name in [
        *("flows", "checkout", "orders", "gateways", "payments"),
        *("inventory", "fulfilment", "invoices", "returns", "giftcards"),
    ]
]
FLOWS = ["tests/flows"]


@dataclass(frozen=True)
class Run:
    """One run of pytest. `placement` is where the suite's own stores live: "" is the shared cluster."""

    placement: str
    marks: list[str]
    arguments: list[str]


class Stopped(BaseException):
    """Ctrl-C or SIGTERM."""


def main(arguments: list[str]) -> int:
    """pytest's exit code; 1 for tests that do not exist, and when something that `CI=true` insists on is missing."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    mark_this_run()
    if missing := next(_missing_tests(arguments), ""):
        problem(f"There is no {missing}.")
        return 1
    part = next((name for name in ("soak", "matrix") if f"--{name}" in arguments), "")
    arguments = [argument for argument in arguments if argument != f"--{part}"]
    left_out = list(_what_is_missing(part))
    runs = list(_runs(part, [marker for marker, _ in left_out], arguments))
    if left_out and os.environ.get("CI", "").lower() in ("true", "1"):
        problem(f"In CI every suite must run, but this can't: {left_out[0][1]}.")
        return 1
    try:
        find_local().create()
        with _only_one():
            code = _run(runs)
    except embedded.ServiceError as error:
        problem(str(error))
        return 1
    for _, sentence in left_out:
        problem(f"Left out: {sentence}.")
    return code


def _missing_tests(arguments: list[str]) -> Iterator[str]:
    """Files and folders among pytest's arguments that do not exist: known before any service starts."""
    for before, argument in pairwise(["", *arguments]):
        path = argument.partition("::")[0]
        is_path = "/" in path or path.endswith(".py") or path == "tests"
        if argument.startswith("-") or before in TAKES_A_VALUE or not is_path:
            continue
        if not (PROJECT_ROOT / path).exists():
            yield path


def _what_is_missing(part: str) -> Iterator[tuple[str, str]]:
    """Marker and reason of the tests whose programs are not here and can't be installed."""
    chromium = find_chromium() or install_chromium()
    if chromium:
        os.environ["CHROMIUM"] = chromium
    else:
        yield (
            "browser",
            "the browser tests: Chromium is not installed (Debian: apt install chromium)",
        )
    for name, title, package in (*TOOLS, *(SERVERS if part else ())):
        if not ensure_program(name, title=title, package=package):
            reason = f"the tests with {title}: it is not installed (Debian: apt install {package})"
            yield name, reason


def _runs(part: str, missing: list[str], arguments: list[str]) -> Iterator[Run]:
    """The runs of pytest one after the other.

    Tests marked `placed` run on MariaDB, and in a run of named files or folders. Of the others the matrix runs the flows there;
    the soak runs all of them there and on an own PostgreSQL.
    """
    without = [f"not {marker}" for marker in missing]
    short = [*without, "not soak", "not matrix"]
    if not part:
        is_whole = not any("/" in one or one.endswith(".py") for one in arguments)
        yield Run("", [*short, "not placed"] if is_whole else short, arguments)
    elif part == "soak":
        yield Run("", ["soak", *without], arguments)
        if not arguments:
            yield Run("postgresql", short, PLACED_FOLDERS)
            if "mariadbd" not in missing:
                yield Run("mysql", short, PLACED_FOLDERS)
    else:
        yield Run("", ["matrix", "not soak", *without], arguments)
        if not arguments and "mariadbd" not in missing:
            yield Run("mysql", [*short, "not placed"], FLOWS)
            yield Run("mysql", [*short, "placed"], PLACED_FOLDERS)


def _run(runs: list[Run]) -> int:
    """The first exit code that is not 0; later runs are executed anyway."""
    try:
        working("Starting the services of the tests")
        embedded.up()
        step(f"Services of the tests run ({STATE}).")
        return next(filter(None, [_pytest(run) for run in runs]), 0)
    except Stopped:
        return 130
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        embedded.down()
        for line in end_leftovers():
            problem(f"Left running by a test, and ended: {line[:150]}")
        console.print("  Services of the tests are stopped.", style="dim")


def _pytest(run: Run) -> int:
    if run.placement:
        step(f"The stores of the suite on a database of their own: {run.placement}")
    command = [sys.executable, "-m", "pytest", "-n", PROCESSES, "--dist", "loadscope"]
    return _wait(
        subprocess.Popen(
            [*command, "-m", " and ".join(run.marks), *run.arguments],
            cwd=PROJECT_ROOT,
            env={**os.environ, "POLYSTORE_TEST_PLACEMENT": run.placement},
            start_new_session=True,
        )
    )


def _wait(pytest: "subprocess.Popen[bytes]") -> int:
    """Wait for pytest; pass a signal to stop on. Then end the processes that its session left."""
    try:
        return pytest.wait()
    finally:
        if pytest.poll() is None:
            pytest.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                pytest.wait(timeout=20)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pytest.pid, signal.SIGKILL)


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    with (STATE / "run.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise embedded.ServiceError("The tests of this checkout already run.") from None
        yield


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
