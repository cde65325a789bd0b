"""Small files and small functions: a newcomer reads each in one look."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MAX_FILE, MAX_FUNCTION = 400, 50
DATA = {"migrations", "shops"}  # folders of data, not of thoughts


def sources() -> list[Path]:
    found = []
    for folder in ("apps", "config", "benchmarks"):
        found += [p for p in sorted((ROOT / folder).rglob("*.py")) if not DATA & set(p.parts)]
    return found


def long_functions(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION:
                yield f"{node.name} has {lines} lines"


def test_no_file_or_function_outgrows_its_limit() -> None:
    long = [p for p in sources() if len(p.read_text().splitlines()) > MAX_FILE]
    functions = {str(p.relative_to(ROOT)): list(long_functions(p)) for p in sources()}
    assert long == []
    assert {path: found for path, found in functions.items() if found} == {}


@pytest.mark.parametrize("name", ["utils.py", "helpers.py", "signals.py", "constants.py"])
def test_no_room_without_a_name(name: str) -> None:
    assert [p for p in sources() if p.name == name] == []
