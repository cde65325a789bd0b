"""The tax classes a product can have. Their rates are another app's, which says at start-up how to list them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.common.text import NotText, fold_code

STANDARD: Final = "standard"
EXEMPT: Final = "exempt"


@dataclass(frozen=True)
class TaxClass:
    """`label` is for people: `Standard (GST 18%)`."""

    code: str
    label: StrOrPromise


ALWAYS: Final = (TaxClass(STANDARD, _("Standard")), TaxClass(EXEMPT, _("Exempt (no tax)")))

_sources: list[Callable[[], Sequence[TaxClass]]] = []


def listed_by(source: Callable[[], Sequence[TaxClass]]) -> None:
    """Register the function that lists the classes of the active store."""
    _sources[:] = [source]


def list_tax_classes() -> list[TaxClass]:
    """The classes of the active store, `standard` first: one query."""
    return list(_sources[0]()) if _sources else list(ALWAYS)


def find_tax_class(typed: str, classes: Sequence[TaxClass]) -> str | None:
    """The class as it is spelt in the store, whatever the case it was typed in; None for one that does not exist."""
    try:
        key = fold_code(typed)
    except NotText:
        return None
    return next((each.code for each in classes if fold_code(each.code) == key), None)
