"""A state folder of its own for each test, with a space in its path. The suite's own services are never touched."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import embedded
from config.embedded.environment import GIVEN, SERVICE_VARIABLES
from config.embedded.paths import PROJECT_ROOT, Local, find_local
from config.embedded.secrets import KEYS, LOGINS

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> Iterator[Local]:
    folder = Path(tempfile.mkdtemp(prefix="poly store "))
    monkeypatch.setenv("POLYSTORE_LOCAL", str(folder / "state"))
    for name in (*SERVICE_VARIABLES, "ADMIN_DATABASE_URL", GIVEN, *KEYS, *LOGINS):
        # set first, so that what `up()` puts there is taken back after the test
        monkeypatch.setenv(name, "")
    yield find_local()
    os.environ["POLYSTORE_LOCAL"] = str(folder / "state")
    embedded.down()
    shutil.rmtree(folder)


@pytest.fixture
def manage(local: Local) -> Command:
    """`manage.py services ...` as an operator calls it."""

    def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "manage.py", "services", *arguments]
        return subprocess.run(
            command,
            cwd=PROJECT_ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run
