"""A refusal is read by people, who know products by title, variants by SKU, orders by number and stores by name.

An id belongs into the error's details. What stands in a sentence below is an id by the name of its variable alone.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

APPS = Path(__file__).resolve().parents[2] / "apps"
_REFUSAL = re.compile(
    r"(Error|NotFound|Invalid\w+|\w*(Conflict|Forbidden|Unprocessable|Unavailable|Refused|Occupied|NotPossible))$"
)
_ID = re.compile(r"(^|_|\.)(id|pk|uuid|ref)(\.hex)?$")

# What people do not read: a mistake of the code, which is logged.
NOT_READ = {
    ("tenancy/documents/scope.py", "active.id"),
    ("tenancy/documents/scope.py", "store_id"),
}

# Codes of errors that say the same to a program, or must not be told apart.
SAME_TO_THE_CALLER = {"invalid_quantity", "not_found", "payment_not_open"}


def refused_ids_in(source: str, errors: frozenset[str]) -> Iterator[str]:
    """Ids in the sentences of errors, and of `fields` of errors."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) in errors:
            texts = [*node.args, *(each.value for each in node.keywords if each.arg == "fields")]
            for text in texts:
                yield from _ids(text)


def _ids(text: ast.expr) -> Iterator[str]:
    for node in ast.walk(text):
        inner = node.value if isinstance(node, ast.FormattedValue) else None
        if inner is None and isinstance(node, ast.Call) and _name(node.func) in ("str", "format"):
            for each in (*node.args, *(keyword.value for keyword in node.keywords)):
                yield from _if_id(each)
        elif inner is not None:
            yield from _if_id(inner)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            right = node.right
            values = getattr(right, "values", None) or getattr(right, "elts", None) or [right]
            for each in values:
                yield from _if_id(each)


def _if_id(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Name | ast.Attribute) and _ID.search(ast.unparse(node)):
        yield ast.unparse(node)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def error_classes() -> frozenset[str]:
    """Every class of an `errors.py`, and what Django and REST framework raise."""
    found = {"ValidationError", "CommandError", "NotText"}
    for path in APPS.rglob("*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and (
                path.name == "errors.py" or any(_REFUSAL.search(_name(base)) for base in node.bases)
            ):
                found.add(node.name)
    return frozenset(found)


def test_no_sentence_of_an_error_has_an_id() -> None:
    errors = error_classes()
    found = {
        (name, text)
        for path in APPS.rglob("*.py")
        for text in refused_ids_in(path.read_text(), errors)
        for name in [path.relative_to(APPS).as_posix()]
    }
    assert found == NOT_READ


def test_the_check_sees_what_it_is_for() -> None:
    errors = frozenset({"OutOfStock"})
    for sentence in (
        'raise OutOfStock(f"Only 1 of {variant_ref} is left.")',
        'raise OutOfStock(fields={"lines": [f"{line.pk} is gone."]})',
        'raise errors.OutOfStock("{ref} is gone".format(ref=order.id))',
        "raise OutOfStock(str(line_id))",
        'raise OutOfStock(_("%(line)s is gone.") % {"line": line.pk})',
    ):
        assert list(refused_ids_in(sentence, errors)), sentence
    for sentence in (
        'raise OutOfStock(f"Only 1 of {line.sku} is left.", variant_id=str(line.id))',
        'raise OutOfStock(f"Order {order.number} is gone.")',
    ):
        assert not list(refused_ids_in(sentence, errors)), sentence


def test_no_two_errors_share_a_code() -> None:
    """A program that knows the code knows the error. A subclass may keep the code of what it is a kind of."""
    owners: dict[str, list[str]] = {}
    for path in sorted(APPS.glob("*/errors.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                for each in node.body:
                    if isinstance(each, ast.Assign) and _name(each.targets[0]) == "code":
                        code = ast.literal_eval(each.value)
                        owners.setdefault(code, []).append(f"{path.parent.name}.{node.name}")
    shared = {code for code, names in owners.items() if len(names) > 1}
    assert shared == SAME_TO_THE_CALLER
