"""Waiting in tests: for a condition, never for a time."""

import time
from collections.abc import Callable

STEP_SECONDS = 0.02


def wait_until(is_so: Callable[[], object], why: str, *, seconds: float = 30) -> None:
    """Ask again and again until the answer is true. Fails with `why` when it is not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"Waited {seconds} s in vain: {why}"
        time.sleep(STEP_SECONDS)
