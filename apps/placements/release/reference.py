"""The rows that have the same ids in every store: content types and permissions.

Django caches content types for the whole process, whichever store they were read in. A store that Django's own
migrate made alone or in another order has other ids: they are changed to the template's, together with all references
to them. The same on PostgreSQL, MariaDB and MySQL.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.apps import apps
from django.apps.registry import Apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connections, transaction
from django.db.models import Case, F, ForeignKey, Model, Value, When

from apps.tenancy.routers import DEFAULT, Home, home_of

# {"types": [[id, app, model]], "permissions": [[id, type id, codename, name]]}
Reference = Mapping[str, list[list[Any]]]

ASIDE: Final = (
    1_000_000  # added to conflicting ids; rows that the template does not have keep the higher id
)


def read_reference() -> dict[str, list[list[Any]]]:
    """The content types and permissions of the active store, with their ids."""
    types = ContentType.objects.order_by("id").values_list("id", "app_label", "model")
    permissions = Permission.objects.order_by("id").values_list(
        "id", "content_type_id", "codename", "name"
    )
    return {
        "types": [list(row) for row in types],
        "permissions": [list(row) for row in permissions],
    }


def insert_reference(reference: Reference, registry: Apps = apps) -> None:
    """Insert the missing rows into the active store with the template's ids, and correct wrong ids. Repeatable.

    `registry` holds the models that fit the store's tables, where these are older than the code.
    """
    connection = connections[DEFAULT]
    types: Any = registry.get_model("contenttypes", "ContentType")
    permissions: Any = registry.get_model("auth", "Permission")
    columns = {
        types: ("id", "app_label", "model"),
        permissions: ("id", "content_type_id", "codename", "name"),
    }
    with transaction.atomic(using=DEFAULT), connection.constraint_checks_disabled():
        for model, rows in ((types, reference["types"]), (permissions, reference["permissions"])):
            _align(model, columns[model][1:3], rows, registry)
            there = set(model._base_manager.values_list("id", flat=True))
            model._base_manager.bulk_create(
                model(**dict(zip(columns[model], row, strict=True)))
                for row in rows
                if row[0] not in there
            )
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [types, permissions]):
                cursor.execute(statement)
    ContentType.objects.clear_cache()


def _align(
    model: type[Model], natural: tuple[str, ...], wanted: list[list[Any]], registry: Apps
) -> None:
    """Give rows with the template's names the template's ids, and other rows a higher id."""
    ids = {tuple(row[1:3]): row[0] for row in wanted}
    names = {id_: name for name, id_ in ids.items()}
    here = model._base_manager.values_list("id", *natural)
    wrong = {
        id_: ids.get(tuple(name))
        for id_, *name in here
        if ids.get(tuple(name), id_) != id_ or names.get(id_, tuple(name)) != tuple(name)
    }
    holders = [(model, "id"), *_columns_that_point_at(model, registry)]
    _change_ids(holders, dict.fromkeys(wrong), by=ASIDE)
    _change_ids(holders, {id_ + ASIDE: new for id_, new in wrong.items() if new is not None})


def _change_ids(
    holders: list[tuple[type[Model], str]], ids: dict[int, int | None], *, by: int = 0
) -> None:
    """The rows themselves and every column that points at them, which the database checks at the end."""
    for holder, column in holders if ids else ():
        value = (
            F(column) + by
            if by
            else Case(*(When(**{column: old}, then=Value(new)) for old, new in ids.items()))
        )
        holder._base_manager.filter(**{f"{column}__in": list(ids)}).update(**{column: value})


def _columns_that_point_at(model: type[Model], registry: Apps) -> Iterator[tuple[type[Model], str]]:
    for holder in registry.get_models(include_auto_created=True):
        if home_of(holder) not in (Home.STORE, Home.SHARED):
            continue
        for field in holder._meta.local_fields:
            if isinstance(field, ForeignKey) and field.related_model is model:
                yield holder, field.attname
