"""Builds of Polystore, each in a checkout with services of its own. They are driven from outside: by manage.py, by
`inside/filling.py` and by HTTP, so that an older build can be measured beside this one."""

import filecmp
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.processes import service_pids

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "polystore-bench"
SERVER_LOG = CACHE / "servers.log"
FILLING = ROOT / "benchmarks/inside/filling.py"
MIGRATIONS = ("migrate_platform", "migrate_documents", "build_template", "migrate_stores")
ENVIRONMENT = dict(os.environ)  # before any service of ours puts its address into it
WORKERS = ("-w", "2", "-k", "gthread", "--threads", "4", "--log-level", "error")
START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running gunicorn. `roots`: the process of every kind that works for it."""

    port: int
    roots: Mapping[str, int]


@dataclass(frozen=True)
class Build:
    name: str
    root: Path
    state: Path

    @property
    def python(self) -> str:
        return str(self.root / ".venv/bin/python")

    def environment(self, **more: str) -> dict[str, str]:
        own = {
            "POLYSTORE_LOCAL": str(self.state),
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "PYTHONPATH": str(self.root),
        }
        return {**ENVIRONMENT, **own, **more}

    def run(self, *arguments: str) -> str:
        """A program of the build's Python; its output. Raises with what it said when it fails."""
        done = subprocess.run(
            [self.python, *arguments],
            cwd=self.root,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip()[-2_000:]
            raise RuntimeError(f"{self.name}: {' '.join(arguments)} failed.\n{said}")
        return done.stdout

    def up(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        self.run("manage.py", "services", "up")
        for command in MIGRATIONS:
            self.run("manage.py", command, "--verbosity", "0")

    def down(self) -> None:
        self.run("manage.py", "services", "down")

    def fill(self, verb: str, slug: str, count: int) -> Any:
        return json.loads(self.run(str(FILLING), verb, slug, str(count)).splitlines()[-1])

    @contextmanager
    def serve(self, path: str = "/health", **more: str) -> Iterator[Server]:
        command = [self.python, "-m", "gunicorn", "config.wsgi", *WORKERS]
        with serving(command, self.root, self.environment(**more), path) as (port, pid):
            yield Server(port, {"application": pid, **service_pids(self.state)})


def this_build() -> Build:
    local = ENVIRONMENT.get("POLYSTORE_LOCAL") or str(ROOT / ".local/bench")
    return Build("this build", ROOT, Path(local))


def older_build(reference: str) -> Build:
    """The files of a commit in the cache folder, with a virtual environment for its requirements."""
    commit = _git("rev-parse", "--short=12", f"{reference}^{{commit}}").decode().strip()
    folder = CACHE / commit
    root = folder / "checkout"
    if not (folder / "complete").exists():
        root.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as archive:
            archive.extractall(root, filter="data")
        _make_environment(root)
        (folder / "complete").touch()
    return Build(reference, root, folder / "state")


def _make_environment(root: Path) -> None:
    """Ours, where it asks for the same packages; one of its own otherwise (a minute)."""
    names = ("base.txt", "embedded.txt")
    pairs = [(ROOT / "requirements" / name, root / "requirements" / name) for name in names]
    if all(filecmp.cmp(*pair, shallow=False) for pair in pairs):
        (root / ".venv").symlink_to((ROOT / ".venv").resolve())
        return
    environment = {**ENVIRONMENT, "PYTHON": sys.executable}
    script = ["sh", "config/run/bootstrap.sh", "run"]
    done = subprocess.run(
        script, cwd=root, env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{root}: {done.stderr.strip()[-2_000:]}")


def _git(*arguments: str) -> bytes:
    command = ["git", "-c", f"safe.directory={ROOT}", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


@contextmanager
def serving(
    command: list[str], folder: Path, environment: Mapping[str, str], path: str
) -> Iterator[tuple[int, int]]:
    """gunicorn on a free port, up when `path` answers. Its port and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    CACHE.mkdir(parents=True, exist_ok=True)
    with SERVER_LOG.open("ab") as log:
        process = subprocess.Popen(
            [*command, "-b", f"127.0.0.1:{port}"],
            cwd=folder,
            env=dict(environment),
            stdout=log,
            stderr=log,
        )
    try:
        _wait(f"http://127.0.0.1:{port}{path}")
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer. The log: {SERVER_LOG}")
