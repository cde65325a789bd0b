"""The sentences of a module that stand outside gettext."""

import ast
import re
from collections.abc import Iterator

_MARKING = {
    "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "npgettext", "pgettext", "pgettext_lazy",
}  # fmt: skip
# Raised for mistakes of the code or of the installation's settings, which a developer or an operator reads.
_MISTAKES = {
    "ArithmeticError", "DatabaseError", "Error", "GiveUp", "Http404", "HistoryIsFinal", "ImproperlyConfigured", "LookupError", "NoActiveStore",
    "NoActor", "OperationalError", "OutsideTransaction", "RuntimeError", "ServerSilent", "TransactionManagementError",
    "TypeError", "UnknownDatabase", "UnscopedAccess", "ValueError", "Warning", "WrongStore", "_error",
}  # fmt: skip
# Parts of paths. Texts of operators and of API documentation are English, drafts and the demo are a merchant's data.
NOT_SHOWN = (
    "/api/", "/common/addresses/spellings.py", "/content/drafts.py", "/demo/", "/diagnostics/", "/management/", "/migrations/",
    "/placements/release/extracting.py", "/platform/services/plans.py", "/tenancy/checks.py", "/tenancy/citus.py",
    "/tenancy/clusters.py", "/tenancy/connections/errors.py", "/tenancy/documents/", "/tenancy/portability.py", "/tenancy/row_security.py",
)  # fmt: skip
_SENTENCE = re.compile(r"(?:[A-Z][a-z']*|\{\}) .*[.!?]|[A-Z][a-z]+[.!]", re.DOTALL)


def bare_sentences(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every literal that reads as a sentence; `{}` stands for the values of an f-string."""
    yield from _walk(ast.parse(source))


def _walk(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Call) and _is_left_out(node.func):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    text = _text_of(node)
    if text is None:
        for child in ast.iter_child_nodes(node):
            yield from _walk(child)
    elif _SENTENCE.fullmatch(text.strip()):
        yield getattr(node, "lineno", 0), text


def _text_of(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_left_out(function: ast.expr) -> bool:
    if (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id in ("log", "logger")
    ):
        return True
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in _MARKING | _MISTAKES
