"""The development documents, emptied. Written so that it can't reach production."""

from django.apps import apps
from django.conf import settings
from django.db import connections, models

from apps.common.errors import Conflict
from apps.platform.tenancy.context import outside_store
from apps.platform.tenancy.documents.access import scoped_collection
from apps.platform.tenancy.documents.scope import across_stores
from apps.platform.tenancy.routers import DOCUMENTS, DOCUMENTS_DEV, Home, home_of


class DevelopmentNotSeparate(Conflict):
    """There is no development database of its own to empty."""

    code = "development_not_separate"
    title = "The development documents share the production server. Set MONGODB_DEV_URI first."


def list_development_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if home_of(model) is Home.DOCUMENTS_DEV]


def require_separate_development() -> str:
    """The name of the development database. Raises `DevelopmentNotSeparate` in fallback, or when both addresses lead
    to the same database."""
    if settings.MONGODB_DEV_IS_FALLBACK:
        raise DevelopmentNotSeparate()
    ours, theirs = (connections[alias].settings_dict for alias in (DOCUMENTS_DEV, DOCUMENTS))
    if (ours["HOST"], ours["NAME"]) == (theirs["HOST"], theirs["NAME"]):
        raise DevelopmentNotSeparate("MONGODB_DEV_URI and MONGODB_URI lead to the same database.")
    return str(ours["NAME"])


def reset_development_documents() -> dict[str, int]:
    """Delete every development document of every store; how many, by collection. Raises `DevelopmentNotSeparate`."""
    with outside_store():
        require_separate_development()
        with across_stores(write=True):
            return {
                model._meta.db_table: scoped_collection(model).delete_many({}).deleted_count
                for model in list_development_models()
            }
