"""Bases of all documents: rows live in MongoDB, one collection for all stores, each document in one store."""

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from django.core import checks
from django.db import models
from django_mongodb_backend.fields import ObjectIdAutoField

from apps.tenancy.context import current_store_or_none
from apps.tenancy.documents.checks import check_document
from apps.tenancy.documents.fields import StoreKeyField
from apps.tenancy.documents.managers import DocumentManager
from apps.tenancy.documents.scope import require_own_store


class DocumentHome:
    """A plain class, so that migrations keep it as a base: historical models know their home, too."""

    home: ClassVar[str] = "documents"


class DevelopmentDocumentHome:
    home: ClassVar[str] = "documents_dev"


class _StoredDocument(models.Model):
    id = ObjectIdAutoField(primary_key=True)
    store = StoreKeyField()

    objects = DocumentManager()

    # The store it was built or loaded in; the router refuses to write it in another.
    _origin: UUID | None = None

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._origin = self.__dict__.get("store") or _active_id()

    def require_own_store(self) -> None:
        """Raise `WrongStore` when this document was built or loaded in another store than the active one."""
        require_own_store(self._origin, what=f"This {self._meta.verbose_name}")

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        self.require_own_store()
        super().save_base(*args, **kwargs)
        self._origin = self._origin or _active_id()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.require_own_store()
        return super().delete(*args, **kwargs)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        # Forms exclude fields that are not edited, and with it every constraint: all of them begin with the store.
        super().validate_constraints(exclude=set(exclude or ()) - {"store"})

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *check_document(cls)]


class Document(DocumentHome, _StoredDocument):
    """A document of one store, in the production documents database (alias `documents`). Every write of one that pages
    show makes new pages."""

    shown_on_pages: ClassVar[bool] = False

    class Meta:
        abstract = True


class DevelopmentDocument(DevelopmentDocumentHome, _StoredDocument):
    """A document of one store that only development integrations write (alias `documents_dev`)."""

    class Meta:
        abstract = True


def _active_id() -> UUID | None:
    store = current_store_or_none()
    return None if store is None else store.id
