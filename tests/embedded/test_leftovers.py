"""A test that forgets a process does not leave it to the machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.run import leftovers
from tests.support.waiting import wait_until

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="Linux only")


def test_what_a_run_started_is_ended_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    sleeper = [sys.executable, "-c", "import time; time.sleep(100)"]
    stranger = subprocess.Popen(sleeper, start_new_session=True)
    monkeypatch.setenv(leftovers.MARK, "to be replaced")
    leftovers.mark_this_run()
    forgotten = subprocess.Popen(sleeper, start_new_session=True)
    try:
        # The system fills in a new program's environment a moment after it has started it.
        wait_until(lambda: _environment_of(forgotten), "the program does not start", seconds=10)
        assert leftovers.end_leftovers() == [" ".join(sleeper)]

        assert forgotten.wait(timeout=10) != 0
        assert stranger.poll() is None
        os.kill(os.getpid(), 0)
    finally:
        stranger.kill()
        stranger.wait()


def _environment_of(process: "subprocess.Popen[bytes]") -> bytes:
    return Path(f"/proc/{process.pid}/environ").read_bytes()
