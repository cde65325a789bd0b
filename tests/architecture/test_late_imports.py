"""Imports inside functions hide circles. They are allowed where Django asks for them: in `apps.py`, before apps are ready."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Path and reason. This list only shrinks.
ALLOWED = {
    "config/celery.py": "Celery imports this module before Django is set up",
    "config/management.py": "the frame of commands is there before Django is set up",
    "config/run/prepare.py": "`make run` sets Django up in the middle",
}


def late_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.ImportFrom) and (inner.module or "").startswith("apps"):
                yield f"{inner.lineno}: {inner.module}"


def test_imports_stand_at_the_top_of_a_module() -> None:
    found = {}
    for folder in ("apps", "config"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if (
                path.name != "apps.py"
                and name not in ALLOWED
                and (late := list(late_imports(path)))
            ):
                found[name] = late
    assert found == {}


def test_the_allowed_ones_are_needed() -> None:
    assert [name for name in ALLOWED if not list(late_imports(ROOT / name))] == []
