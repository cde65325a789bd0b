"""Analysis of a migration plan: whether its SQL can be replayed in other stores, and whether the previous code can run
with it."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.db import router
from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED, Field
from django.utils import timezone

from apps.common.clock import now

# Defaults that are the same, or as good, in every store.
HARMLESS_DEFAULTS: Final[tuple[Any, ...]] = (dict, list, set, str, now, timezone.now)
KNOWN_MODULES: Final = ("django.db.migrations.operations", "django.contrib.postgres.operations")


def list_python(plan: list[Migration], alias: str) -> list[str]:
    """The reasons why the recorded SQL of this plan can't be replayed in another store; empty when it can."""
    reasons = []
    for migration in plan:
        if not router.allow_migrate(alias, migration.app_label):
            continue
        name = f"{migration.app_label}.{migration.name}"
        if not migration.atomic:
            reasons.append(f"{name} does not run in a transaction")
        reasons += [
            f"{name} {why}"
            for operation in migration.operations
            for why in _python_of(operation, migration.app_label, alias)
        ]
    return reasons


def _python_of(operation: Operation, app_label: str, alias: str) -> Iterator[str]:
    if isinstance(operation, operations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from _python_of(inner, app_label, alias)
    elif isinstance(operation, operations.RunPython):
        is_ours = router.allow_migrate(alias, app_label, **operation.hints)
        if is_ours and operation.code is not operations.RunPython.noop:
            yield f"runs {_name_of(operation.code)}()"
    elif isinstance(operation, operations.AddField | operations.AlterField):
        default = operation.field.default
        if callable(default) and default not in HARMLESS_DEFAULTS and default is not NOT_PROVIDED:
            yield f"computes a value for {operation.model_name}.{operation.name}"
    elif not _is_plain(operation):
        yield f"has an operation of its own ({type(operation).__name__})"


def _is_plain(operation: Operation) -> bool:
    """Django's own operations, `RunSQL` and its subclasses, and operations with `is_replayable = True` can be
    replayed."""
    if isinstance(operation, operations.RunSQL) or getattr(operation, "is_replayable", False):
        return True
    return type(operation).__module__.startswith(KNOWN_MODULES)


def _name_of(code: Callable[..., Any]) -> str:
    return getattr(code, "__name__", type(code).__name__)


def list_cautions(plan: list[Migration], alias: str) -> list[str]:
    """Changes that break the previous code while it still runs: it reads a dropped column, or writes a row without a
    required one."""
    made = {
        (migration.app_label, operation.name.lower())
        for migration in plan
        for operation in migration.operations
        if isinstance(operation, operations.CreateModel)
    }
    return [
        f"{migration.app_label}.{migration.name} {why}"
        for migration in plan
        for operation in migration.operations
        if (migration.app_label, getattr(operation, "model_name_lower", "")) not in made
        for why in _cautions_of(operation, migration.app_label, alias)
    ]


def _cautions_of(operation: Operation, app_label: str, alias: str) -> Iterator[str]:
    if isinstance(operation, operations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from _cautions_of(inner, app_label, alias)
        return
    model = getattr(operation, "model_name", None) or getattr(operation, "name", None)
    if model is None or not router.allow_migrate(alias, app_label, model_name=str(model).lower()):
        return
    match operation:
        case operations.RemoveField():
            yield f"removes {operation.model_name}.{operation.name}"
        case operations.RenameField():
            yield f"renames {operation.model_name}.{operation.old_name}"
        case operations.DeleteModel():
            yield f"deletes {operation.name}"
        case operations.RenameModel():
            yield f"renames {operation.old_name}"
        case operations.AlterModelTable():
            yield f"renames the table of {operation.name}"
        case operations.AddField() if _is_demanded(operation.field):
            yield f"adds {operation.model_name}.{operation.name}, which older code does not fill"


def _is_demanded(field: Field[Any, Any]) -> bool:
    """Django drops a Python default from the column once the rows are filled; only `db_default` stays."""
    if field.many_to_many or field.null or getattr(field, "generated", False):
        return False
    return field.db_default is NOT_PROVIDED
