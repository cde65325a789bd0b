"""Deletes the development documents. Can't affect production."""

from django.apps import apps
from django.conf import settings
from django.db import connections, models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict
from apps.platform.auditing import note
from apps.tenancy.aliases import DOCUMENTS, DOCUMENTS_DEV
from apps.tenancy.clusters import list_documents_aliases
from apps.tenancy.context import outside_store
from apps.tenancy.documents.access import scoped_collection
from apps.tenancy.documents.scope import across_stores
from apps.tenancy.routers import Home, home_of


class DevelopmentNotSeparate(Conflict):
    """There is no separate development database."""

    code = "development_not_separate"
    title = _("The development documents share the production server. Set MONGODB_DEV_URI first.")


def list_development_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if home_of(model) is Home.DOCUMENTS_DEV]


def require_separate_development() -> str:
    """The name of the development database. Raises `DevelopmentNotSeparate` in fallback, or when its address and one of
    production's, a region's among them, lead to the same database."""
    if settings.MONGODB_DEV_IS_FALLBACK:
        raise DevelopmentNotSeparate()
    ours = connections[DOCUMENTS_DEV].settings_dict
    for alias in list_documents_aliases():
        theirs = connections[alias].settings_dict
        if (ours["HOST"], ours["NAME"]) == (theirs["HOST"], theirs["NAME"]):
            which = "MONGODB_URI" if alias == DOCUMENTS else f"the region of {alias}"
            raise DevelopmentNotSeparate(
                gettext("MONGODB_DEV_URI and %(which)s lead to the same database.")
                % {"which": which}
            )
    return str(ours["NAME"])


def reset_development_documents() -> dict[str, int]:
    """Delete every development document of every store; how many, by collection. All are in this one database, wherever
    a store's own documents are. Raises `DevelopmentNotSeparate`."""
    with outside_store():
        require_separate_development()
        with across_stores(write=True):
            counts = {
                model._meta.db_table: scoped_collection(model).delete_many({}).deleted_count
                for model in list_development_models()
            }
        note("development_documents.deleted", "development documents", before=counts)
        return counts
