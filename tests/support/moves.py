"""One pair of a table of states: what it allows happens, everything else is refused and changes nothing."""

from collections.abc import Callable, Mapping, Set
from typing import Any

import pytest

from apps.common.errors import TransitionNotAllowed


def assert_moves_by(
    table: Mapping[Any, Set[Any]], move: Callable[[Any, Any], None], row: Any, target: Any
) -> None:
    """`row` is a new one of its model, in the state that it comes from."""
    current = row.state
    if target in table[current]:
        move(row, target)
        assert row.state == target
    else:
        with pytest.raises(TransitionNotAllowed):
            move(row, target)
        assert row.state == current


def list_forbidden(table: Mapping[Any, Set[Any]]) -> dict[str, set[str]]:
    """What the table leaves out, to be compared with pairs that a test writes down."""
    return {
        current.value: {target.value for target in table if target not in table[current]}
        for current in table
    }


def parse_forbidden(text: str) -> dict[str, set[str]]:
    """Lines as `captured: created failed`."""
    lines = (line.partition(":") for line in text.split("\n") if line.strip())
    return {current.strip(): set(targets.split()) for current, _, targets in lines}
