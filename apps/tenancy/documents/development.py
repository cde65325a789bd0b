"""What may be written through the development documents while they share the production server."""

from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext

DEVELOPMENT: Final = "documents_dev"
MARK: Final = "_dev_"


class NotADevelopmentCollection(DatabaseError):
    """In fallback the development alias reaches the production server; only collections named for it are written."""


def require_development_collection(alias: str, name: str) -> None:
    """Raise `NotADevelopmentCollection` for a write through `documents_dev` to a collection without `_dev_`, while
    `MONGODB_DEV_URI` is not set."""
    if alias == DEVELOPMENT and settings.MONGODB_DEV_IS_FALLBACK and MARK not in name:
        raise NotADevelopmentCollection(
            gettext(
                "MONGODB_DEV_URI is not set, so %(name)s can't be written: only collections with "
                "%(mark)s in their names."
            )
            % {"name": f"{name!r}", "mark": f"{MARK!r}"}
        )
