"""Statements that a test executes, on both SQL homes."""

from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext


class count_statements:
    """Every statement on both SQL homes, except BEGIN, COMMIT and savepoints."""

    def __init__(self, found: list[str]) -> None:
        self.found = found
        self.captures = [CaptureQueriesContext(connections[a]) for a in ("default", "platform")]

    def __enter__(self) -> None:
        for capture in self.captures:
            capture.__enter__()

    def __exit__(self, *error: Any) -> None:
        control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
        for capture in self.captures:
            capture.__exit__(*error)
            self.found += [
                query["sql"]
                for query in capture.captured_queries
                if not query["sql"].startswith(control)
            ]
