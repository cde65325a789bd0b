"""Many things a few at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def portions(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size`, the last one shorter. Nothing is read ahead of the present list."""
    source = iter(items)
    while portion := list(islice(source, size)):
        yield portion
