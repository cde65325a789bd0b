"""The searches of lists: what Django finds as it is written, and among the latest rows what is the same in folded form."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib.admin.utils import NotRelationField, get_fields_from_path
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet

from apps.common.sought import MOST, RECENT, FoldedWords, Sought
from apps.tenancy.context import current_store_or_none
from apps.tenancy.routers import Home, home_of

_PHONE: Final = "phone"


def find_folded(rows: QuerySet[Any], fields: Sequence[str], line: str) -> list[Any]:
    """Keys of the latest rows whose texts fit, by every field of the list's search that is compared as text. One query,
    none where nothing can fit. Documents have a search of their own."""
    store = current_store_or_none()
    sought = Sought(line, store.country if store is not None else "")
    names = [name for name in fields if _is_column(rows.model, name)]
    if sought.is_empty or not names or home_of(rows.model) is Home.DOCUMENTS:
        return []
    texts: dict[Any, list[str]] = {}
    phones: dict[Any, list[str]] = {}
    latest = rows.order_by("-pk").values_list("pk", *names)[:RECENT]
    for key, *values in latest:
        for name, value in zip(names, values, strict=True):
            kept = phones if name.rpartition("__")[2] == _PHONE else texts
            kept.setdefault(key, []).append(str(value or ""))
    folded = FoldedWords()
    found = [
        key
        for key in dict.fromkeys([*texts, *phones])
        if sought.fits(folded.of(texts.get(key, ())), phones.get(key, ()))
    ]
    return found[:MOST]


def _is_column(model: Any, name: str) -> bool:
    """Codes with a lookup of their own (`last_four__iexact`) are compared by that alone."""
    try:
        get_fields_from_path(model, name)
    except (FieldDoesNotExist, NotRelationField):
        return False
    return True
