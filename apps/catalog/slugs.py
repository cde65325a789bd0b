"""Addresses of products and categories: made from the title, unique within their collection and store."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from apps.common.slugs import numbered, slug_of
from apps.content.selectors import get_theme

# Enough for concurrent writers of the same title: after each lost race the number is chosen from twice as many.
SLUG_TRIES = 12
_POWERS = tuple(2**power for power in range(1, 21))
_PROBES = 16


def free_slug(
    model: type[Model], title: str, *, fallback: str, own_pk: Any = None, attempt: int = 0
) -> str:
    """A slug of the title that is not taken, numbered where need be (`mug-2`): one read by index for a new title, at
    most eight for one that many others have.

    Two writers may get the same one; the unique index refuses the second, who asks again with the next `attempt`.
    """
    base = slug_of(title, latin=get_theme().latin_addresses) or fallback
    if not is_slug_taken(model, base, own_pk=own_pk):
        return base
    taken = _taken(model, [numbered(base, number) for number in _POWERS], own_pk)
    low = max((number for number in _POWERS if numbered(base, number) in taken), default=1)
    low, high = _narrow(model, base, low, low * 2, own_pk)
    return numbered(base, high + (secrets.randbelow(2**attempt) if attempt else 0))


def is_slug_taken(model: type[Model], slug: str, *, own_pk: Any = None) -> bool:
    """By another one than `own_pk`."""
    return bool(_taken(model, [slug], own_pk))


def _narrow(model: type[Model], base: str, low: int, high: int, own_pk: Any) -> tuple[int, int]:
    """Two adjacent numbers between `low` (taken) and `high` (free): the first taken, the second free."""
    while high - low > 1:
        step = max((high - low) // _PROBES, 1)
        probes = range(low + step, high, step)
        taken = _taken(model, [numbered(base, number) for number in probes], own_pk)
        last = max((number for number in probes if numbered(base, number) in taken), default=low)
        low, high = last, min(last + step, high)
    return low, high


def _taken(model: type[Model], slugs: Iterable[str], own_pk: Any) -> set[str]:
    """The comparison is here, because a match by slug alone uses the unique index."""
    found = model._default_manager.filter(slug__in=list(slugs)).values_list("pk", "slug")
    return {slug for pk, slug in found if pk != own_pk}
