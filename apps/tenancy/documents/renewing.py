"""A step of a documents migration that works derived values out again."""

from collections.abc import Callable
from typing import Any

from django.db.migrations.operations import RunPython

Renew = Callable[[Any], object]


class RenewDerived(RunPython):
    """Call `renew` with the collection of every store's documents; it must be repeatable.

    An older archive can still be restored: derived values are renewed after a restore, by the same function in the
    app's `restored.py`.
    """

    def __init__(self, collection: str, renew: Renew) -> None:
        def run(apps: Any, schema_editor: Any) -> None:
            if not schema_editor.collect_sql:
                renew(schema_editor.get_collection(collection))

        super().__init__(run, RunPython.noop, hints={"home": "documents"}, elidable=True)
