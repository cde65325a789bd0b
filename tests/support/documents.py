"""Documents of a store in tests."""

from typing import Any

from django.db import connections


def documents(alias: str = "documents") -> Any:
    """The documents connection of an alias, with all of the document backend's own doors."""
    return connections[alias]


def clean_documents(store: Any) -> None:
    """Delete every document of a store; documents have no transaction to roll back."""
    from django.apps import apps

    from apps.tenancy.context import use_store
    from apps.tenancy.documents.access import scoped_collection
    from apps.tenancy.documents.models import DevelopmentDocument, Document

    with use_store(store):
        for model in apps.get_models():
            if issubclass(model, Document | DevelopmentDocument):
                scoped_collection(model).delete_many({})
