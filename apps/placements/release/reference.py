"""The rows that have the same ids in every store: content types and permissions.

Django remembers content types for the whole process, whichever store they were read in. A store that Django's own
migrate made, by itself and in another order, has other ids; they are changed to the template's, with all that points
at them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connections, transaction
from django.db.models import Case, F, ForeignKey, Model, Value, When

from apps.tenancy.routers import DEFAULT, Home, home_of

# {"types": [[id, app, model]], "permissions": [[id, type id, codename, name]]}
Reference = Mapping[str, list[list[Any]]]

ASIDE: Final = (
    1_000_000  # added to ids that are in the way; what the template does not know stays there
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


def insert_reference(reference: Reference) -> None:
    """Put the missing rows into the active store with the template's ids, and correct wrong ids. Repeatable."""
    connection = connections[DEFAULT]
    with transaction.atomic(using=DEFAULT), connection.constraint_checks_disabled():
        _align(ContentType, reference["types"])
        there = set(ContentType.objects.values_list("id", flat=True))
        ContentType.objects.bulk_create(
            ContentType(id=id_, app_label=app, model=model)
            for id_, app, model in reference["types"]
            if id_ not in there
        )
        _align(Permission, reference["permissions"])
        there = set(Permission.objects.values_list("id", flat=True))
        Permission.objects.bulk_create(
            Permission(id=id_, content_type_id=type_id, codename=codename, name=name)
            for id_, type_id, codename, name in reference["permissions"]
            if id_ not in there
        )
        with connection.cursor() as cursor:
            models = [ContentType, Permission]
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
    ContentType.objects.clear_cache()


def _align(model: type[Model], wanted: list[list[Any]]) -> None:
    """Give rows of the template's names the template's ids, and move others out of their way."""
    ids = {tuple(row[1:3]): row[0] for row in wanted}
    names = {id_: name for name, id_ in ids.items()}
    natural = ("app_label", "model") if model is ContentType else ("content_type_id", "codename")
    here = model._default_manager.values_list("id", *natural)
    wrong = {
        id_: ids.get(tuple(name))
        for id_, *name in here
        if ids.get(tuple(name), id_) != id_ or names.get(id_, tuple(name)) != tuple(name)
    }
    if not wrong:
        return
    _change_ids(model, dict.fromkeys(wrong), by=ASIDE)
    _change_ids(model, {id_ + ASIDE: new for id_, new in wrong.items() if new is not None})


def _change_ids(model: type[Model], ids: dict[int, int | None], *, by: int = 0) -> None:
    """The rows themselves and every column that points at them, which the database checks at the end."""
    for holder, column in [(model, "id"), *_columns_that_point_at(model)]:
        value = (
            F(column) + by
            if by
            else Case(*(When(**{column: old}, then=Value(new)) for old, new in ids.items()))
        )
        if ids:
            holder._base_manager.filter(**{f"{column}__in": list(ids)}).update(**{column: value})


def _columns_that_point_at(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    for holder in apps.get_models(include_auto_created=True):
        if home_of(holder) not in (Home.STORE, Home.SHARED):
            continue
        for field in holder._meta.local_fields:
            if isinstance(field, ForeignKey) and field.related_model is model:
                yield holder, field.attname
