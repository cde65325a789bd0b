"""The migrations in the code: a hash of their names is a store's version, a hash of their sources the template's
version."""

import ast
import hashlib
from functools import cache
from pathlib import Path
from sys import modules
from typing import Final

import django
from django.db.migrations.loader import MigrationLoader

from apps.placements.release.recording import Node

FORMAT: Final = "2"  # of the recorded text; a new number invalidates old recordings


@cache
def graph_version() -> str:
    """A hash of the names of all migrations, compared with a store's version."""
    return version_of(list_migrations())


def version_of(nodes: frozenset[Node] | set[Node]) -> str:
    """The same hash of any set of migrations."""
    return hashlib.sha256("\n".join(".".join(node) for node in sorted(nodes)).encode()).hexdigest()


@cache
def template_version() -> str:
    """A hash of the migrations' names and sources, of Django's version and of this recorder's format."""
    digest = hashlib.sha256(f"{FORMAT} {django.__version__}".encode())
    for node, source in sorted(_graph().items()):
        digest.update(".".join(node).encode())
        digest.update(source.read_bytes() if source.exists() else b"")
    return digest.hexdigest()


@cache
def list_sources() -> dict[str, str]:
    """`app.name` of every migration and a hash of its statements: comments, docstrings and lines do not count."""
    return {
        ".".join(node): _hash_statements(source.read_bytes() if source.exists() else b"")
        for node, source in sorted(_graph().items())
    }


def is_rewritten(name: str, recorded: str) -> bool:
    """Whether the code has this migration with other statements. Older releases recorded a hash of the file's bytes."""
    if (current := list_sources().get(name)) is None or recorded == current:
        return False
    label, _dot, migration = name.partition(".")
    source = _graph()[label, migration]
    return recorded != hashlib.sha256(source.read_bytes() if source.exists() else b"").hexdigest()


def _hash_statements(source: bytes) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and len(body) > 1:
            node.body = [line for line in body if not _is_docstring(line)]  # type: ignore[attr-defined]  # every body is a list of statements
    return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()


def _is_docstring(line: ast.stmt) -> bool:
    return (
        isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Constant)
        and isinstance(line.value.value, str)
    )


def list_migrations() -> frozenset[Node]:
    """`(app label, name)` of every migration in the code."""
    return frozenset(_graph())


@cache
def _graph() -> dict[Node, Path]:
    """Every migration in the code and the file it comes from."""
    loader = MigrationLoader(None)
    return {
        node: Path(modules[type(migration).__module__].__file__ or "")
        for node, migration in loader.disk_migrations.items()
    }


def forget_graph() -> None:
    """Clear the cached migrations, for tests that simulate a release."""
    for known in (graph_version, template_version, list_sources, _graph):
        known.cache_clear()
