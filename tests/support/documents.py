"""Documents of a store in tests."""

from collections.abc import Collection
from typing import Any

from django.db import connections


def documents(alias: str = "documents") -> Any:
    """The documents connection of an alias, with all of the document backend's own doors."""
    return connections[alias]


def list_document_models() -> list[Any]:
    """Of stores, production and development."""
    from django.apps import apps

    from apps.tenancy.documents.models import DevelopmentDocument, Document

    return [
        model for model in apps.get_models() if issubclass(model, Document | DevelopmentDocument)
    ]


def clean_documents(store: Any, *, only: Collection[str] | None = None) -> None:
    """Delete every document of a store, in all collections or in some; documents have no transaction to roll back."""
    from apps.tenancy.context import use_store
    from apps.tenancy.documents.access import scoped_collection

    with use_store(store):
        for model in list_document_models():
            if only is None or model._meta.db_table in only:
                scoped_collection(model).delete_many({})
