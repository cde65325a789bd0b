"""The variants of the catalog, as an app above finds them: `@finds_variants` in its module `stocked.py`."""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from apps.common.hooks import Hook

FindVariants = Callable[[Collection[str]], Mapping[str, tuple[str, str]]]

# Registers the function that finds, by SKU in any case, the variant and its SKU; downloads are missing. One read.
finds_variants: Final = Hook[FindVariants]("stocked")


def find_variants(skus: Collection[str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    if skus:
        for find in finds_variants:
            found.update(find(skus))
    return found
