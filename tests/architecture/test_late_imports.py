"""Imports inside functions hide circles. They are allowed where Django asks for them: in `apps.py`, before apps are ready."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# Path and reason. This list only shrinks.
ALLOWED = {
    "config/celery.py": "Celery imports this module before Django is set up",
    "config/embedded/__init__.py": "every process loads it with the settings, few start servers",
    "config/management.py": "the frame of commands is there before Django is set up",
    "config/run/prepare.py": "`make run` sets Django up in the middle",
}


def late_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.ImportFrom):
                names = ["." * inner.level + (inner.module or "")]
            elif isinstance(inner, ast.Import):
                names = [alias.name for alias in inner.names]
            else:
                continue
            yield from (f"{inner.lineno}: {name}" for name in names if _is_ours(name))


def _is_ours(name: str) -> bool:
    return name.startswith(".") or name.split(".")[0] in ("apps", "config")


@pytest.mark.parametrize(
    "line",
    [
        "from apps.pricing import models",
        "import apps.pricing.models",
        "from .rules import rate",
        "from . import rules",
        "from config.run import suite",
    ],
)
def test_every_form_of_a_late_import_is_found(line: str, tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(f"import json\n{line}\ndef work():\n    import apps_of_others\n    {line}\n")
    assert [found.split(":")[0] for found in late_imports(module)] == ["5"]


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
