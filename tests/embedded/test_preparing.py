"""What `make run` does before the first page: the demo shops of a first start are filled side by side."""

from typing import Any

import pytest

from apps.demo.shops import SHOPS
from apps.platform.models import Store
from config.run import prepare

pytestmark = pytest.mark.django_db


class Load:
    """A load that was started, and ends at once."""

    started: list["Load"] = []
    complaint = ""

    def __init__(self, command: list[str], **how: Any) -> None:
        self.command, self.is_killed = command, False
        self.returncode = int(bool(self.complaint))
        self.started.append(self)

    def communicate(self) -> tuple[str, str]:
        return "", self.complaint

    def kill(self) -> None:
        self.is_killed = True


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> type[Load]:
    for name in ("ADMIN_EMAIL", "ADMIN_PASSWORD", "DEMO_PASSWORD"):
        monkeypatch.setenv(name, "demo@example.com")
    monkeypatch.setattr(Load, "started", [])
    monkeypatch.setattr(prepare.subprocess, "Popen", Load)
    return Load


def test_each_shop_is_filled_by_a_process_of_its_own(loads: type[Load]) -> None:
    prepare.load_side_by_side()
    asked_for = [load.command[load.command.index("--shop") + 1] for load in loads.started]
    assert asked_for == [shop.slug for shop in SHOPS]


def test_a_load_that_fails_says_why_and_none_is_left_running(
    loads: type[Load], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Load, "complaint", "CommandError: The disk is full.\n")
    with pytest.raises(RuntimeError, match=r"The disk is full\."):
        prepare.load_side_by_side()
    assert all(load.is_killed for load in loads.started)


def test_later_starts_begin_no_process(loads: type[Load], store: Store) -> None:
    Store.objects.filter(pk=store.pk).update(slug=SHOPS[0].slug)
    prepare.load_side_by_side()
    assert loads.started == []
