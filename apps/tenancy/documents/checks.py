"""System checks of every document: its key, its store, and the store in front of every index."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import models
from django_mongodb_backend.fields import EmbeddedModelField, ObjectIdAutoField

from apps.tenancy.documents.fields import StoreKeyField
from apps.tenancy.documents.scope import STORE_KEY


def check_document(model: type[models.Model]) -> Iterator[CheckMessage]:
    fields = {field.name: field for field in model._meta.get_fields()}
    if not isinstance(fields.get(STORE_KEY), StoreKeyField):
        yield _error(model, f"{model._meta.label} lacks the store key.", "E001")
    if not isinstance(model._meta.pk, ObjectIdAutoField):
        yield _error(model, f"{model._meta.label} must keep the key `id` of Document.", "E002")
    if model._meta.local_many_to_many:
        yield _error(
            model, "A many-to-many collection would have no store: hold a list of ids.", "E003"
        )
    yield from _check_own_indexes(model)
    for name in _indexed_alone(model):
        yield _error(
            model,
            f"The index of {name} does not begin with the store.",
            "E004",
            hint="Set db_index=False (slugs and foreign keys have it on) and name it in Meta with the store.",
        )


def _check_own_indexes(model: type[models.Model]) -> Iterator[CheckMessage]:
    declared: list[tuple[str, Any]] = [
        *((index.name, index.fields) for index in model._meta.indexes),
        *(
            (constraint.name, constraint.fields)
            for constraint in model._meta.constraints
            if isinstance(constraint, models.UniqueConstraint)
        ),
        *(("unique_together", names) for names in model._meta.unique_together),
    ]
    for name, columns in declared:
        if not columns or columns[0] != STORE_KEY:
            yield _error(model, f"{name} does not begin with the store.", "E004")


def _indexed_alone(model: type[models.Model], prefix: str = "") -> Iterator[str]:
    for field in model._meta.concrete_fields:
        if isinstance(field, EmbeddedModelField):
            yield from _indexed_alone(field.embedded_model, f"{prefix}{field.name}.")
        elif not field.primary_key and (getattr(field, "db_index", False) or field.unique):
            yield f"{prefix}{field.name}"


def _error(model: type[models.Model], message: str, number: str, hint: str | None = None) -> Error:
    return Error(message, hint=hint, obj=model, id=f"documents.{number}")
