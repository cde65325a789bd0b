"""The category tree: ten levels at most, never a circle."""

from __future__ import annotations

from typing import Any

from apps.catalog.documents import Category
from apps.catalog.inputs import CategoryInput


def create_category(*, data: CategoryInput) -> Category:
    """Raises `InvalidCategory` with the wrong fields."""
    raise NotImplementedError


def update_category(*, category: Category, data: CategoryInput) -> Category:
    """Replace everything; a changed `parent_id` moves it with all below it."""
    raise NotImplementedError


def move_category(*, category: Category, parent_id: Any, position: int | None = None) -> Category:
    """Hang the category and all below it under another parent (None: at the top)."""
    raise NotImplementedError


def delete_category(*, category: Category, reparent: bool = False) -> None:
    """Delete a category and take it off its products. With subcategories: `CategoryNotEmpty`, or, with

    `reparent`, they move up to its parent. Repeatable.
    """
    raise NotImplementedError
