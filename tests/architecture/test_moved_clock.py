"""The clock is moved for the demo's past alone: nothing that sells may say that it is another time."""

from pathlib import Path

APPS = Path(__file__).resolve().parent.parent.parent / "apps"


def test_only_the_demo_moves_the_clock() -> None:
    users = {
        path.relative_to(APPS).parts[0]
        for path in APPS.rglob("*.py")
        if "moved_to" in path.read_text(encoding="utf-8")
    }
    assert users == {"common", "demo"}
