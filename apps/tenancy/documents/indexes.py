"""Indexes on what lies inside a document."""

from collections.abc import Sequence
from typing import Any

from django.db import connections, models, router
from pymongo import ASCENDING, DESCENDING, TEXT, IndexModel

from apps.tenancy.documents.errors import translated_errors
from apps.tenancy.documents.fields import get_field


class PathIndex(models.Index):
    """An index on fields and, behind them, on dotted paths into embedded documents and arrays.

        PathIndex(fields=["store"], paths=["variants.sku"], unique=True, name="catalog_product_sku")

    Unique holds between documents, not inside one document's array; documents without the path are left out.
    """

    def __init__(
        self,
        *expressions: Any,
        paths: Sequence[str] = (),
        unique: bool = False,
        **kwargs: Any,
    ) -> None:
        if not paths or not kwargs.get("fields") or not kwargs.get("name"):
            raise ValueError("A PathIndex needs fields, paths and a name.")
        self.paths = list(paths)
        self.unique = unique
        super().__init__(*expressions, **kwargs)

    def deconstruct(self) -> Any:
        path, expressions, kwargs = super().deconstruct()
        kwargs["paths"] = self.paths
        if self.unique:
            kwargs["unique"] = True
        return path, expressions, kwargs

    def get_pymongo_index_model(
        self,
        model: type[models.Model],
        schema_editor: Any,
        field: Any = None,
        unique: bool = False,
        column_prefix: str = "",
    ) -> IndexModel:
        """Called by django-mongodb-backend's schema editor."""
        keys = [
            (str(get_field(model, name).column), DESCENDING if order else ASCENDING)
            for name, order in self.fields_orders
        ]
        options: dict[str, Any] = {}
        if self.unique:
            # `$exists` is implied by equality, so the index is used; `$type` would not be.
            exists = {path: {"$exists": True} for path in self.paths}
            options = {"unique": True, "partialFilterExpression": exists}
        keys += [(path, ASCENDING) for path in self.paths]
        return IndexModel(keys, name=self.name, **options)


class TextIndex(models.Index):
    """The text index of a collection, which has one at most: on one field, behind the store. So `$text` needs an equality with
    the store, which every guarded command has. Words are taken as they are: no stemming, no stop words.

    Not for `Meta`: a server without text indexes refuses it, the embedded one does. `make_index` makes it.
    """

    def get_pymongo_index_model(
        self,
        model: type[models.Model],
        schema_editor: Any,
        field: Any = None,
        unique: bool = False,
        column_prefix: str = "",
    ) -> IndexModel:
        """Called by django-mongodb-backend's schema editor."""
        store, text = (str(get_field(model, name).column) for name in self.fields)
        return IndexModel(
            [(store, ASCENDING), (text, TEXT)], name=self.name, default_language="none"
        )


def make_index(model: type[models.Model], index: models.Index) -> None:
    """Make an index in the documents database of the active store, for all stores in it; nothing where it exists.

    Raises `DatabaseError` where the server refuses it.
    """
    connection: Any = connections[router.db_for_write(model)]
    with translated_errors(), connection.schema_editor() as editor:
        editor.add_index(model, index)
