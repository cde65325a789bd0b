"""The real clock is still while a test of billing runs: `moved_to` gives a moment exactly, and so do sums by the second."""

import pytest
from django.utils import timezone


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
