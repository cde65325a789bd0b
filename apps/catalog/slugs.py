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
    """A slug of the title nobody has, numbered where need be (`mug-2`): one read.

    Two writers may get the same one; the unique index refuses the second.
    """
    base = slugify(title)[:_MAX].strip("-_") or fallback
    taken = set(
        model._default_manager.filter(slug__regex=f"^{re.escape(base)}(-[0-9]+)?$")
        .exclude(pk=own_pk)
        .values_list("slug", flat=True)
    )
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


def is_slug_taken(model: type[Model], slug: str, *, own_pk: Any = None) -> bool:
    return model._default_manager.filter(slug=slug).exclude(pk=own_pk).exists()
