"""The contents that a sandbox can publish; each app registers its own in `branched.py`.

Only contents that staff write are published (catalog, prices, theme, settings), never records of business: orders,
people, money, stock.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model

from apps.common.hooks import Hook
from apps.tenancy.documents.models import Document


def _nothing_around(keys: list[Any]) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True)
class Content:
    """One table or collection. `keep` are fields whose values the live store keeps; `changed_at` is the field with the
    time of the last write, "" if there is none; `version` is a document's field for compare-and-set. writing happens
    inside `around(keys)`, in the live store."""

    model: type[Model]
    name: str
    title: Callable[[dict[str, Any]], str]
    keep: frozenset[str] = frozenset()
    changed_at: str = ""
    version: str = ""
    position: int = 0
    around: Callable[[list[Any]], AbstractContextManager[None]] = _nothing_around

    @property
    def is_document(self) -> bool:
        return issubclass(self.model, Document)


# Registers what an app lets branches publish. Lower positions are published first.
publishes: Final = Hook[Content]("branched", key=lambda content: content.model._meta.label)


def list_contents() -> list[Content]:
    """All of them: rows before documents, each in the order of its position."""
    return sorted(publishes, key=lambda one: (one.is_document, one.position, one.name))
