"""What servers outside the store's own databases hold of it: an app registers a function of its `held_outside.py`."""

from collections.abc import Callable
from typing import Final

from apps.common.hooks import Hook

# Registers a function that deletes what another server holds of the active store. It is called when tables and documents
# are gone, and must be repeatable; while it raises a domain error, the deletion waits.
deletes_outside: Final = Hook[Callable[[], None]]("held_outside")


def delete_held_outside() -> None:
    for delete in deletes_outside:
        delete()
