"""Branches: a live store copied into a sandbox, compared with it, published or discarded. See `docs/moving.md`."""

from apps.operations.sandboxes.comparing import Difference, compare
from apps.operations.sandboxes.making import (
    branch_store,
    describe_places,
    discard_branch,
    require_sandbox,
)
from apps.operations.sandboxes.publishing import Published, publish

__all__ = [
    "Difference",
    "Published",
    "branch_store",
    "compare",
    "describe_places",
    "discard_branch",
    "publish",
    "require_sandbox",
]
