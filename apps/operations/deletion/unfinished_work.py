"""Unfinished work of a store, in sentences, for staff before they close it.

An app registers a function of its `unfinished.py` with `@names_unfinished_work`: sentences about the active store.
"""

from collections.abc import Callable
from typing import Final

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from apps.common.hooks import Hook
from apps.platform.models import Store
from apps.platform.states import StoreStatus
from apps.tenancy.connections import StoreUnreachable
from apps.tenancy.context import system_scope, use_store

names_unfinished_work: Final = Hook[Callable[[], list[str]]]("unfinished")
UNKNOWN = _("Its database does not answer, so unfinished work there is unknown.")


def list_unfinished(store: Store) -> list[str]:
    """Empty for a store that was never opened. A database that does not answer gives a sentence as well."""
    if store.status == StoreStatus.PROVISIONING:
        return []
    try:
        with system_scope("unfinished"), use_store(store):
            return [sentence for find in names_unfinished_work for sentence in find()]
    except (DatabaseError, StoreUnreachable):
        return [str(UNKNOWN)]
