"""Whether products can be bought, as an app above counts it: `@counts_stock` in its module `counted.py`."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from apps.common.hooks import Hook

ReadStock = Callable[[Collection[str]], Mapping[str, int]]

# Registers the function that tells the saleable pieces of variants, in one query.
counts_stock: Final = Hook[ReadStock]("counted")


def read_stock(variant_refs: Iterable[str]) -> dict[str, int]:
    """The saleable pieces of these variants. One query; none without variants."""
    refs = sorted(set(variant_refs))
    found: dict[str, int] = {}
    if refs:
        for count in counts_stock:
            found.update(count(refs))
    return found
