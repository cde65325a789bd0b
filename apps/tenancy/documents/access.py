"""Direct access for commands that the ORM lacks: array operators, upserts, pipelines. Every command is confined to the store."""

from typing import Any, Generic, TypeVar, cast

from django.db import connections, models, router
from django_mongodb_backend.fields import EmbeddedModelField

from apps.tenancy.documents.collection import GuardedCollection
from apps.tenancy.documents.connection import DocumentsConnection
from apps.tenancy.documents.fields import get_field
from apps.tenancy.documents.managers import load_document
from apps.tenancy.documents.pipelines import Mql

D = TypeVar("D", bound=models.Model)


class ScopedCollection(GuardedCollection, Generic[D]):
    """PyMongo's methods on a model's collection, and conversions between values and stored documents."""

    def __init__(self, model: type[D]) -> None:
        using = router.db_for_write(model)
        super().__init__(cast(DocumentsConnection, connections[using]), model._meta.db_table)
        self.model = model
        self.using = using

    def values(self, **fields: Any) -> Mql:
        """`{column: stored value}`, for filters and `$set`: `values(price=Decimal("1"), lines=[Line(...)])`."""
        found = {}
        for name, value in fields.items():
            field = get_field(self.model, name)
            found[str(field.column)] = field.get_db_prep_save(
                value, connection=cast(Any, self._connection)
            )
        return found

    def embedded(self, part: models.Model) -> Mql:
        """An embedded model's instance as stored, for `$push` and the like."""
        field = EmbeddedModelField(type(part))
        return dict(field.get_db_prep_save(part, connection=self._connection))

    def get(self, **equal: Any) -> D | None:
        """The document with these values of a unique key, or None. One `find`: half of what the ORM's query costs."""
        found = self.find_one(self.values(**equal))
        return None if found is None else self.load(found)

    def list_all(self, condition: Mql) -> list[D]:
        """Every document that matches, in no order."""
        return [self.load(found) for found in self.find(condition)]

    def change(self, condition: Mql, **changes: Any) -> bool:
        """Set these fields of the one document that matches; False when none does."""
        changed = self.update_one(condition, {"$set": self.values(**changes)})
        return changed.matched_count > 0

    def load(self, document: Mql) -> D:
        """A found document as an instance; fields left out by a projection are deferred."""
        instance: D = load_document(self.model, document, using=self.using)
        return instance


def scoped_collection(model: type[D]) -> ScopedCollection[D]:
    """The model's collection as the active store sees it (decided at each command, not here)."""
    return ScopedCollection(model)
