"""What every page of a store needs: the store, its theme, its menu. No SQL and no document is read when warm."""

from typing import Any

from django.http import HttpRequest

from apps.catalog.selectors import category_tree
from apps.content.selectors import get_theme
from apps.platform.tenancy.context import current_store_or_none
from apps.storefront.cookies import read_cart_count
from apps.storefront.languages import direction_of

MENU_LENGTH = 7


def store(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Values are callables, so that a page that does not show a thing does not pay for it."""
    active = current_store_or_none()
    if active is None:
        return {"store": None, "language": "en", "direction": "ltr"}
    return {
        "store": active,
        "language": active.language,
        "direction": direction_of(active.language),
        "theme": get_theme,
        "menu": lambda: category_tree()[:MENU_LENGTH],
        "cart_count": read_cart_count(request),
    }
