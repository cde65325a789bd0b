"""Only `apps/common/money.py` rounds: elsewhere amounts are added, compared and multiplied by whole numbers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = ROOT / "apps/common/money.py"
_MONEY = re.compile(r"minor|amount|price|tax|subtotal|discount|refund|money|cost|worth", re.I)
_ROUNDING_NAMES = re.compile(r"ROUND_[A-Z_]+|quantize|to_integral\w*")
# Recipes of the demo: prices of variants in whole units, written down by hand.
_RECIPES = ROOT / "apps/demo/shops"


def faults_in(source: str) -> Iterator[str]:
    """Lines that round, or divide what is money by its name."""
    for node in ast.walk(ast.parse(source)):
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        if isinstance(node, (ast.Attribute, ast.Name)) and _ROUNDING_NAMES.fullmatch(name):
            yield name
        elif _divides(node) or (isinstance(node, ast.Call) and _is_rounding(node)):
            text = ast.unparse(node)
            if _MONEY.search(text):
                yield text


def _divides(node: ast.AST) -> bool:
    """A division, or a remainder: `text % {"name": value}` fills in a translated text."""
    if not isinstance(node, (ast.BinOp, ast.AugAssign)):
        return False
    if isinstance(node, ast.BinOp) and isinstance(node.right, ast.Dict):
        return False
    if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Call) and _is_text(node.left):
        return False
    return isinstance(node.op, (ast.Div, ast.FloorDiv, ast.Mod))


def _is_text(call: ast.Call) -> bool:
    return getattr(call.func, "id", "") in {"gettext", "gettext_lazy", "ngettext", "_", "str"}


def _is_rounding(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in {"round", "floor", "ceil", "trunc", "divmod"}


def test_nothing_else_rounds() -> None:
    found = [
        (str(path.relative_to(ROOT)), fault)
        for path in sorted((ROOT / "apps").rglob("*.py"))
        if path != ROUNDS and path.parent != _RECIPES and "migrations" not in path.parts
        for fault in faults_in(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "x = amount.quantize(D, rounding=ROUND_HALF_UP)",
        "half = tax_minor // 2",
        "total_minor /= 100",
        "x = round(price * 1.18)",
        "whole, rest = divmod(order.total_minor, 3)",
        "from decimal import ROUND_DOWN as down\nx = getcontext(ROUND_DOWN)",
    ],
)
def test_what_rounds_is_found(source: str) -> None:
    assert list(faults_in(source))


@pytest.mark.parametrize("source", ["x = width // 2", "total = price_minor * 3", "n = page % 10"])
def test_what_does_not_is_not(source: str) -> None:
    assert not list(faults_in(source))
