"""Addresses of products and categories: made from the title, unique within their collection and store."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Model
from django.utils.text import slugify

_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_MAX = 120


def is_slug(text: str) -> bool:
    """Lower-case latin letters, digits, single dashes or underscores between them."""
    return bool(_SLUG.fullmatch(text)) and len(text) <= _MAX


def free_slug(model: type[Model], title: str, *, fallback: str, own_pk: Any = None) -> str:
    """A slug of the title nobody has, numbered where need be (`mug-2`).

    Two writers may get the same one; the unique index refuses the second.
    """
    base = slugify(title)[:_MAX].strip("-_") or fallback
    if not is_slug_taken(model, base, own_pk=own_pk):
        return base
    alike = model._default_manager.filter(slug__regex=f"^{re.escape(base)}-[0-9]+$")
    taken = {slug for pk, slug in alike.values_list("pk", "slug") if pk != own_pk}
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


def is_slug_taken(model: type[Model], slug: str, *, own_pk: Any = None) -> bool:
    """By another one than `own_pk`. Compared here: a match by slug alone is answered from the unique index."""
    found = model._default_manager.filter(slug=slug).values_list("pk", flat=True)
    return any(pk != own_pk for pk in found)
