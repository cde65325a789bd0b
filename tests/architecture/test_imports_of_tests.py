"""Tests share by modules without tests and by fixtures of conftests and plugins, never by one another."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]


def list_modules(node: ast.AST) -> list[str]:
    """The modules that an import may name, as far as its text says."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        return [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return []


def find_sideways(source: str) -> list[str]:
    """What it imports from a module of tests or from a conftest."""
    names = [name for node in ast.walk(ast.parse(source)) for name in list_modules(node)]
    return [
        name
        for name in names
        if name.startswith("tests.")
        and any(part == "conftest" or part.startswith("test_") for part in name.split("."))
    ]


def test_no_test_imports_another_or_a_conftest() -> None:
    found = {
        str(path.relative_to(TESTS)): wrong
        for path in TESTS.rglob("*.py")
        if (wrong := find_sideways(path.read_text()))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "from tests.orders.conftest import place",
        "from tests.orders import conftest",
        "from tests.tenancy.test_urls import walk",
        "import tests.tenancy.test_urls as urls",
        "def work():\n    from tests.api import test_http",
    ],
)
def test_the_check_sees_every_way_to_import(source: str) -> None:
    assert find_sideways(source)


def test_what_is_shared_may_be_imported() -> None:
    assert find_sideways("from tests.support.databases import open_store") == []
