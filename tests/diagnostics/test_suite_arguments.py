"""`make test ARGS=...`: what does not exist is named before the services start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
HERE = "tests/diagnostics/test_suite_arguments.py"


def missing(*arguments: str) -> list[str]:
    """In a process of its own: the module sets the environment of a suite."""
    code = "import sys; from config.run.suite import _missing_tests; print(*_missing_tests(sys.argv[1:]), sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_a_path_that_does_not_exist_is_named() -> None:
    assert missing("tests/nonexistent", "-q") == ["tests/nonexistent"]
    assert missing(HERE, "tests/none.py::test_x[a/b]") == ["tests/none.py"]


def test_paths_and_values_of_options_are_left_alone() -> None:
    assert missing("tests", HERE, f"{HERE}::test_x", "-k", "a/b", "-n0", "--maxfail=1") == []


def test_the_suite_ends_before_it_starts_a_service() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.run.suite", "tests/nonexistent"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "There is no tests/nonexistent." in done.stdout + done.stderr
    assert "Services" not in done.stdout + done.stderr
