"""Fields with a search, whose value is the id of a row."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models

from apps.backoffice.typed import read_uuid


class _KnownSelect(AutocompleteSelect):
    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, [each for each in value if read_uuid(str(each))], attrs)


def showing_known_ids(db_field: Any, field: Any) -> Any:
    """A refused form is shown again also where what was sent is no id: Django would look it up and fail."""
    by_uuid = isinstance(db_field.remote_field.model._meta.pk, models.UUIDField)
    if by_uuid and field is not None and type(field.widget) is AutocompleteSelect:
        field.widget.__class__ = _KnownSelect
    return field
