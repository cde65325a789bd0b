"""A state folder of its own for each test, with a space in its path. The suite's own services are never touched."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from config import embedded
from config.embedded.environment import GIVEN, SERVICE_VARIABLES
from config.embedded.paths import PROJECT_ROOT, Local, find_local
from config.embedded.secrets import KEYS, LOGINS
from tests.embedded.commands import Command


@pytest.fixture(autouse=True)
def _environment_is_put_back() -> Iterator[None]:
    """Made first, so undone last: whatever a test and its fixtures did to the environment ends here."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def local() -> Iterator[Local]:
    """Nothing runs yet; whatever runs at the end is stopped."""
    with state_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def running() -> Iterator[Local]:
    """Running services for tests that only look."""
    with state_folder() as folder:
        embedded.up()
        yield folder


@contextmanager
def state_folder() -> Iterator[Local]:
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory(prefix="poly store ") as folder,
    ):
        patch.setenv("POLYSTORE_LOCAL", f"{folder}/state")
        for name in (*SERVICE_VARIABLES, "ADMIN_DATABASE_URL", GIVEN, *KEYS, *LOGINS):
            patch.setenv(name, "")  # so that what `up()` puts there is taken back
        yield find_local()
        patch.setenv("POLYSTORE_LOCAL", f"{folder}/state")
        embedded.down()


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
