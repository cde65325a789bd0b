"""Texts inside JSON columns, for conditions. Django's own lookups of JSON by equality fail on MariaDB: its JSON functions
answer in another collation than the one in which the texts of a statement are sent."""

from django.db.models import TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast


def json_text(field: str, key: str) -> Cast:
    """The text under a key. NULL where there is none."""
    return Cast(KeyTextTransform(key, field), TextField())


def whole_json(field: str) -> Cast:
    """The column's text. Only `[]` and `{}` are spelled the same by all servers."""
    return Cast(field, TextField())
