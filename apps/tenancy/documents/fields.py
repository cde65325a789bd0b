"""The field every document has: its store."""

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django.db import models

from apps.tenancy.context import current_store
from apps.tenancy.documents.scope import active_store_id

if TYPE_CHECKING:
    Field: TypeAlias = models.Field[Any, Any]
else:
    Field = models.Field


def get_field(model: type[models.Model], name: str) -> Field:
    """A field with a column of its own, by its name."""
    return cast(Field, model._meta.get_field(name))


class StoreKeyField(models.UUIDField):  # type: ignore[type-arg]
    """The id of the store a document belongs to: set by itself, checked on every write, never edited."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"editable": False, "default": active_store_id}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"], kwargs["default"]
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Sets the store of a document that was built outside a store; the guarded collection checks that it is the
        active store."""
        if getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, current_store().id)
        return getattr(model_instance, self.attname)
