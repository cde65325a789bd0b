"""Files that outlive the document they were made for, because something else shows them.

Each app may have a `shown_pictures.py`, found by its name, with `list_shown(files)`: which of these files of the active
store its rows show.
"""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from apps.tenancy.context import system_scope


def list_shown(files: Collection[str]) -> set[str]:
    """Reads the rows of all persons: deleting a file must not depend on the actor."""
    with system_scope("pictures"):
        return {file for app in _list_modules() for file in app.list_shown(files)}


def _list_modules() -> list[Any]:
    return [
        import_module(f"{config.name}.shown_pictures")
        for config in apps.get_app_configs()
        if config.module is not None and module_has_submodule(config.module, "shown_pictures")
    ]
