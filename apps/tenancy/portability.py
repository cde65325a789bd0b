"""Start is refused when a store's model asks for what only PostgreSQL has: stores live on MariaDB and MySQL too."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.db.models import BaseConstraint, CheckConstraint, Field, Index, Model, UniqueConstraint

from apps.tenancy.required import list_store_models

LONGEST_KEY: Final = 3_072  # bytes, of InnoDB
BYTES_PER_CHARACTER: Final = 4  # utf8mb4
# Other columns: the widest fixed one is a UUID's, 32 ASCII characters.
OTHER_BYTES: Final = 32
POSTGRESQL_ONLY: Final = "django.contrib.postgres"


@register("tenancy")
def check_portability(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Field types, constraints and indexes of every model in the stores' home."""
    return [
        Error(f"{model._meta.label}: {problem}", hint=hint, id="tenancy.E010")
        for model in list_store_models()
        for problem, hint in find_problems(model)
    ]


def find_problems(model: type[Model]) -> Iterator[tuple[str, str]]:
    """What MariaDB would refuse, or silently leave out, and what to do instead."""
    for field in model._meta.local_concrete_fields:
        if _is_postgresql(field):
            yield f"{field.name} has a type of PostgreSQL.", "Use a JSONField or a table."
        elif field.unique or getattr(field, "db_index", False):
            yield from _too_long([field], field.name)
    for constraint in model._meta.constraints:
        yield from _of_constraint(model, constraint)
    for index in model._meta.indexes:
        yield from _of_index(model, index)
    for names in model._meta.unique_together:
        yield from _too_long([_field(model, name) for name in names], ", ".join(names))


def _of_constraint(model: type[Model], constraint: BaseConstraint) -> Iterator[tuple[str, str]]:
    if isinstance(constraint, CheckConstraint):
        return
    if not isinstance(constraint, UniqueConstraint):
        yield (
            f"{constraint.name} exists in PostgreSQL only.",
            "Say it with a unique key or a check.",
        )
        return
    extras = {
        "an expression": constraint.expressions,
        "included columns": getattr(constraint, "include", ()),
        "a time of checking": constraint.deferrable,
        "a rule for NULLs": constraint.nulls_distinct is not None,
    }
    for words, is_there in extras.items():
        if is_there:
            yield (
                f"{constraint.name} has {words}: MariaDB would leave it out.",
                "Keep the value in a column of its own and make that unique.",
            )
    yield from _too_long([_field(model, name) for name in constraint.fields], constraint.name)


def _of_index(model: type[Model], index: Index) -> Iterator[tuple[str, str]]:
    if _is_postgresql(index):
        yield f"{index.name} is an index of PostgreSQL.", "Make it in a migration for that vendor."
    elif index.expressions:
        yield f"{index.name} is over an expression.", "Keep the value in a column and index that."
    else:
        fields = [_field(model, name.removeprefix("-")) for name in index.fields]
        yield from _too_long(fields, index.name)


def _too_long(fields: Sequence["Field[Any, Any]"], name: str) -> Iterator[tuple[str, str]]:
    length = sum(_bytes(field) for field in fields)
    if length > LONGEST_KEY:
        yield (
            f"the key {name} has {length} bytes; {LONGEST_KEY} fit.",
            "Shorten it, or index a hash.",
        )


def _bytes(field: "Field[Any, Any]") -> int:
    target: Any = getattr(field, "target_field", field) if field.is_relation else field
    return (target.max_length or 0) * BYTES_PER_CHARACTER or OTHER_BYTES


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    found: Any = model._meta.get_field(name)
    return found  # type: ignore[no-any-return]  # a field of the model's own


def _is_postgresql(thing: object) -> bool:
    return any(kind.__module__.startswith(POSTGRESQL_ONLY) for kind in type(thing).__mro__)
