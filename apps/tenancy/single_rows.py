"""Settings of a store that are one row: the row whose `key` is "store"."""

from typing import TypeVar

from django.db.models import Model

Row = TypeVar("Row", bound=Model)
STORE_KEY = "store"


def single_row(model: type[Row]) -> Row:
    """The store's row: one query. Unsaved, with the defaults of the model, where nothing was chosen yet."""
    return model._default_manager.filter(key=STORE_KEY).first() or model()
