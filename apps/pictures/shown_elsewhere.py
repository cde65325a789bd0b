"""Files that outlive the document they were made for, because something else shows them.

An app registers a function of its `shown_pictures.py` with `@shows_pictures`: which of these files of the active store its
rows show.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from apps.common.hooks import Hook
from apps.tenancy.context import system_scope

shows_pictures: Final = Hook[Callable[[Collection[str]], set[str]]]("shown_pictures")


def list_shown(files: Collection[str]) -> set[str]:
    """Reads the rows of all persons: deleting a file must not depend on the actor."""
    with system_scope("pictures"):
        return {file for find in shows_pictures for file in find(files)}
