"""Methods of `Document.objects` beyond Django's own."""

from collections.abc import Iterable
from typing import Any, cast

from django.db import connections, models
from django.db.models import sql
from django.db.models.manager import BaseManager
from django.utils import timezone
from django_mongodb_backend.queryset import MongoQuerySet

from apps.tenancy.documents.compiler import SingleUpdateCompiler
from apps.tenancy.documents.connection import DocumentsConnection
from apps.tenancy.documents.pipelines import Mql


class DocumentQuerySet(MongoQuerySet):  # type: ignore[misc]
    """Scoped to the active store when it runs, not when it is built."""

    def compare_and_set(self, pk: Any, expected_version: int, /, **changes: Any) -> Any | None:
        """Change a document only if its `version` is still the expected one; the version goes up by one.

        Returns the document with the change in it (and perhaps a later one), or None: another writer was faster, or a
        condition of this query set (`.filter(status="open")`) does not hold. Two commands; the first is atomic.
        """
        changes["version"] = expected_version + 1
        query = self.filter(pk=pk, version=expected_version)._changing(changes)
        compiler = SingleUpdateCompiler(query, connections[self.db], self.db)
        if not compiler.execute_sql(None):
            return None
        fresh = type(self)(self.model, using=self._db)
        return next(iter(fresh.filter(pk=pk)), None)

    compare_and_set.alters_data = True  # type: ignore[attr-defined]

    def _changing(self, changes: dict[str, Any]) -> sql.UpdateQuery:
        if self.query.is_sliced:
            raise TypeError("Can't update a slice.")
        query = self.query.chain(sql.UpdateQuery)
        query.add_update_values(self._with_fresh_times(changes))
        query.clear_ordering(force=True)
        return query

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Not atomic: the documents before a refused one stay. Another store's object refuses them all."""
        objs = list(objs)
        self._require_own(objs)
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> int:
        objs = tuple(objs)
        self._require_own(objs)
        return super().bulk_update(objs, *args, **kwargs)

    def _require_own(self, objs: Iterable[models.Model]) -> None:
        for one in objs:
            one.require_own_store()  # type: ignore[attr-defined]

    def _with_fresh_times(self, changes: dict[str, Any]) -> dict[str, Any]:
        fresh = {
            field.name: timezone.now()
            for field in self.model._meta.concrete_fields
            if getattr(field, "auto_now", False) and isinstance(field, models.DateTimeField)
        }
        return {**fresh, **changes}


class DocumentManager(BaseManager.from_queryset(DocumentQuerySet)):  # type: ignore[misc]
    """Touches no store until a query runs: a FilterSet builds one at import."""


def load_document(model: type[models.Model], document: Mql, *, using: str) -> Any:
    """A stored document as an instance; fields it was fetched without stay deferred."""
    connection = cast(DocumentsConnection, connections[using])
    plan = connection.ops.load_plan(model, tuple(document))
    return model.from_db(using, plan.names, plan.row_of(document, connection))
