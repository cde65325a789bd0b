"""The backend that a store searches in. A new one is a module here and a line below."""

from collections.abc import Callable
from typing import Final

from django.conf import settings

from apps.search.backends.base import Copy
from apps.search.backends.mongodb import MongoCopy
from apps.search.backends.opensearch import OpenSearchCopy
from apps.tenancy.context import current_store

SQL_NAME: Final = "sql"
_COPIES: Final[dict[str, Callable[[], Copy]]] = {
    MongoCopy.name: MongoCopy,
    OpenSearchCopy.name: OpenSearchCopy,
}
NAMES: Final = (SQL_NAME, *_COPIES)


def chosen_name() -> str:
    name: str = settings.SEARCH_BACKEND_OF.get(current_store().slug, settings.SEARCH_BACKEND)
    return name


def chosen_copy() -> Copy | None:
    """None: the store searches in SQL."""
    make = _COPIES.get(chosen_name())
    return make() if make is not None else None


def list_copies() -> list[Copy]:
    """Those that this installation uses for any store."""
    used = {settings.SEARCH_BACKEND, *settings.SEARCH_BACKEND_OF.values()}
    return [make() for name, make in _COPIES.items() if name in used]
